using System.Buffers.Binary;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>What the master's byte stream holds next.</summary>
internal enum ReplyStep
{
    /// <summary>No whole frame yet.</summary>
    NeedMore,
    /// <summary>A frame that belongs to an earlier request of this connection was taken out.</summary>
    Late,
    /// <summary>The frame that carries the transaction id of the present request.</summary>
    Found,
    /// <summary>Out of step: nothing that follows can be trusted.</summary>
    Broken,
}

/// <summary>
/// Cuts a TCP stream into Modbus frames and keeps it in step: partial and coalesced frames, and answers that come after
/// their request was given up. No I/O. Memory is fixed at two frames.
/// </summary>
internal sealed class MbapReplies
{
    // An answer is at least function + exception code or byte count.
    private const int MinPdu = 2;

    private readonly byte[] buffer = GC.AllocateArray<byte>(2 * Mbap.MaxFrame, pinned: true);
    private int filled;
    private int taken;
    private int stale;
    private int sent;
    private int expected;
    private ushort transaction;

    /// <summary>Where to receive; not empty once <see cref="Next"/> said <see cref="ReplyStep.NeedMore"/>.</summary>
    public Span<byte> Free => buffer.AsSpan(filled);

    /// <summary>Says how much of <see cref="Free"/> was received.</summary>
    public void Received(int count) => filled += count;

    /// <summary>Forgets everything: a new connection.</summary>
    public void Reset() => (filled, taken, stale, sent) = (0, 0, 0, 0);

    /// <summary>
    /// Starts a request whose answer has <paramref name="pduLength"/> bytes, and returns its transaction id. What is in
    /// the buffer by now cannot answer it.
    /// </summary>
    public ushort Begin(int pduLength)
    {
        Remove();
        expected = Mbap.HeaderLength + pduLength;
        stale = filled;
        if (sent < ushort.MaxValue) sent++;
        return ++transaction;
    }

    /// <summary>
    /// Takes the next frame; <paramref name="frame"/> is unit id and PDU when Found, and valid until the next call.
    /// </summary>
    public ReplyStep Next(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        Remove();
        if (filled < Mbap.PrefixLength) return ReplyStep.NeedMore;
        var length = Mbap.FrameLength(buffer, MinPdu);
        if (length == 0) return ReplyStep.Broken;

        // 0 = the present request, 1 = the one before it …; ids not yet used on this connection are a broken peer.
        var behind = (ushort)(transaction - BinaryPrimitives.ReadUInt16BigEndian(buffer));
        if (behind >= sent) return ReplyStep.Broken;

        // An answer of a length that cannot be right would otherwise be waited for until the timeout.
        var fits = length == expected || length == Mbap.HeaderLength + ModbusPdu.ExceptionLength;
        if (behind == 0 && (stale > 0 || !fits)) return ReplyStep.Broken;
        if (filled < length) return ReplyStep.NeedMore;

        taken = length;
        if (behind != 0) return ReplyStep.Late;
        frame = buffer.AsSpan(Mbap.PrefixLength, length - Mbap.PrefixLength);
        return ReplyStep.Found;
    }

    private void Remove()
    {
        if (taken == 0) return;
        buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
        filled -= taken;
        stale = Math.Max(0, stale - taken);
        taken = 0;
    }
}
