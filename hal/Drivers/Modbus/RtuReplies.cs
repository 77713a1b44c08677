namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// Cuts what a master hears into answers and finds the one that belongs to the present request: late ones of earlier
/// requests are passed over, anything else is broken. No I/O. Memory is fixed.
/// </summary>
internal sealed class RtuReplies(RtuOverdue overdue)
{
    private readonly byte[] buffer = GC.AllocateArray<byte>(4 * Rtu.MaxFrame, pinned: true);
    private int filled;
    private int taken;
    private byte unit;
    private byte function;
    private int expected;
    private ushort echo;
    private ushort echoValue;
    private bool isWrite;

    /// <summary>Where to receive; not empty once <see cref="Next"/> said <see cref="ReplyStep.NeedMore"/>.</summary>
    public Span<byte> Free => buffer.AsSpan(filled);

    /// <summary>Part of a frame waits for its rest.</summary>
    public bool IsPartial => filled > taken;

    /// <summary>Says how much of <see cref="Free"/> was received.</summary>
    public void Received(int count) => filled += count;

    /// <summary>Starts a request (unit id and PDU); what was heard before cannot answer it.</summary>
    public void Begin(ReadOnlySpan<byte> request)
    {
        (filled, taken) = (0, 0);
        unit = request[0];
        function = request[1];
        isWrite = function is ModbusPdu.WriteSingle or ModbusPdu.WriteMultiple;
        echo = (ushort)(request[2] << 8 | request[3]);
        echoValue = (ushort)(request[4] << 8 | request[5]);
        expected = 1 + ModbusPdu.AnswerLength(request[1..]) + Rtu.CrcLength;
    }

    /// <summary>
    /// Takes the next frame; <paramref name="frame"/> is unit id and PDU when Found, valid until the next call.
    /// </summary>
    public ReplyStep Next(TimeSpan now, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        Remove();
        var heard = buffer.AsSpan(0, filled);
        var length = Rtu.AnswerLength(heard);
        if (length < 0) return ReplyStep.Broken;
        if (length == 0) return ReplyStep.NeedMore;

        // Known before the frame is whole: it would be waited for until the timeout.
        var fits = heard[0] == unit && (heard[1] & ~ModbusPdu.ExceptionBit) == function
            && (length == expected || heard[1] != function);
        var isExplained = overdue.Explains(heard[0], heard[1], length, now);
        if (!fits && !isExplained) return ReplyStep.Broken;
        if (filled < length) return ReplyStep.NeedMore;
        if (!Rtu.IsWhole(heard[..length])) return ReplyStep.Broken;

        taken = length;
        var isOther = !fits || (isWrite && heard[1] == function && !IsEcho(heard));
        if (isOther && isExplained) return ReplyStep.Late;
        frame = heard[..(length - Rtu.CrcLength)];
        return ReplyStep.Found;
    }

    private bool IsEcho(ReadOnlySpan<byte> heard) =>
        (heard[2] << 8 | heard[3]) == echo && (heard[4] << 8 | heard[5]) == echoValue;

    private void Remove()
    {
        if (taken == 0) return;
        buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
        filled -= taken;
        taken = 0;
    }
}
