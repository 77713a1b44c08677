namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// What a server hears on a serial line, cut into requests: its own, and those and the answers of others, which are
/// passed over. No I/O. Memory is fixed.
/// </summary>
internal sealed class RtuRequests
{
    private readonly byte[] buffer = GC.AllocateArray<byte>(4 * Rtu.MaxFrame, pinned: true);
    private int filled;
    private int taken;
    private bool isOutOfStep;

    /// <summary>Where to receive; not empty.</summary>
    public Span<byte> Free => buffer.AsSpan(filled);

    /// <summary>Something waits for its rest, or for the silence that ends it.</summary>
    public bool IsPartial => filled > taken || isOutOfStep;

    /// <summary>What waits cannot become a frame any more by more bytes: only silence ends it.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Bytes that belonged to no frame, wrapping.</summary>
    public uint StrayBytes { get; private set; }

    /// <summary>Says how much of <see cref="Free"/> was received.</summary>
    public void Received(int count)
    {
        filled += count;
        // Out of step nothing is kept until the line falls silent.
        if (isOutOfStep) Drop(filled);
    }

    /// <summary>
    /// Takes the next frame with a good CRC, unit id and PDU; false when there is none now. Answers of other devices
    /// come out too, where they look like a request: the caller goes by the unit id.
    /// </summary>
    public bool TryNext(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        Remove();
        while (true)
        {
            IsBroken = false;
            var heard = buffer.AsSpan(0, filled);
            var (asked, answered) = (Rtu.RequestLength(heard), Rtu.AnswerLength(heard));
            if (IsWhole(heard, asked))
            {
                taken = asked;
                frame = heard[..(asked - Rtu.CrcLength)];
                return true;
            }
            if (IsWhole(heard, answered))
            {
                taken = answered;
                Remove();
                continue;
            }
            IsBroken = !IsShort(heard, asked) && !IsShort(heard, answered);
            if (IsBroken && filled >= Rtu.MaxFrame)
            {
                isOutOfStep = true;
                Drop(filled);
            }
            return false;
        }
    }

    /// <summary>
    /// The line fell silent: what was heard since the last frame is one frame, whatever its function, or nothing.
    /// </summary>
    public bool TryEnd(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        Remove();
        (isOutOfStep, IsBroken) = (false, false);
        var heard = buffer.AsSpan(0, filled);
        if (Rtu.IsWhole(heard) && Rtu.RequestLength(heard) < 0 && heard.Length <= Rtu.MaxFrame)
        {
            taken = filled;
            frame = heard[..(filled - Rtu.CrcLength)];
            return true;
        }
        Drop(filled);
        return false;
    }

    private static bool IsWhole(ReadOnlySpan<byte> heard, int length) =>
        length > 0 && heard.Length >= length && Rtu.IsWhole(heard[..length]);

    private static bool IsShort(ReadOnlySpan<byte> heard, int length) => length >= 0 && heard.Length < length;

    private void Drop(int count)
    {
        StrayBytes += (uint)count;
        (filled, taken) = (0, 0);
    }

    private void Remove()
    {
        if (taken == 0) return;
        buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
        filled -= taken;
        taken = 0;
    }
}
