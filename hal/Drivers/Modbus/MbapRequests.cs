namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>Where one client's stream stands.</summary>
internal enum RequestStep
{
    /// <summary>Everything whole was answered.</summary>
    NeedMore,
    /// <summary>More may wait: send <see cref="MbapRequests.Answers"/> first.</summary>
    Full,
    /// <summary>Not Modbus: send what was answered, then close.</summary>
    Broken,
}

/// <summary>
/// One client's stream at a server: cuts it into requests, answers them in order. No I/O. Memory is fixed, so a client
/// that pipelines faster than it reads is held back by TCP.
/// </summary>
internal sealed class MbapRequests(IModbusDevice device)
{
    private const int MinPdu = 1;
    private const int AnswersHeld = 8;

    private readonly byte[] input = GC.AllocateArray<byte>(4 * Mbap.MaxFrame, pinned: true);
    private readonly byte[] output = GC.AllocateArray<byte>(AnswersHeld * Mbap.MaxFrame, pinned: true);
    private int filled;
    private int answered;

    /// <summary>Where to receive; not empty once <see cref="Serve"/> said <see cref="RequestStep.NeedMore"/>.</summary>
    public Span<byte> Free => input.AsSpan(filled);

    /// <summary>Answers not yet sent, oldest first.</summary>
    public ReadOnlySpan<byte> Answers => output.AsSpan(0, answered);

    /// <summary>Whole requests seen since the connection began, wrapping.</summary>
    public uint Requests { get; private set; }

    /// <summary>Says how much of <see cref="Free"/> was received.</summary>
    public void Received(int count) => filled += count;

    /// <summary>Says that <see cref="Answers"/> were sent.</summary>
    public void Sent() => answered = 0;

    /// <summary>No part of a request waits.</summary>
    public bool IsEmpty => filled == 0;

    /// <summary>
    /// Answers the whole requests received so far, as many as there is room for; takes and forgets them when
    /// <paramref name="isSilent"/>.
    /// </summary>
    public RequestStep Serve(bool isSilent)
    {
        var at = 0;
        var step = RequestStep.NeedMore;
        while (filled - at >= Mbap.PrefixLength)
        {
            var frame = input.AsSpan(at, filled - at);
            var length = Mbap.FrameLength(frame, MinPdu);
            if (length == 0) step = RequestStep.Broken;
            else if (frame.Length >= length && output.Length - answered < Mbap.MaxFrame) step = RequestStep.Full;
            if (step != RequestStep.NeedMore || frame.Length < length) break;
            Requests++;
            if (!isSilent) Answer(frame[..length]);
            at += length;
        }
        input.AsSpan(at, filled - at).CopyTo(input);
        filled -= at;
        return step;
    }

    private void Answer(ReadOnlySpan<byte> frame)
    {
        var reply = output.AsSpan(answered, Mbap.MaxFrame);
        var unit = frame[Mbap.PrefixLength];
        var length = ModbusAnswer.To(frame[Mbap.HeaderLength..], unit, device, reply[Mbap.HeaderLength..]);
        var transaction = (ushort)(frame[0] << 8 | frame[1]);
        answered += Mbap.Put(reply, transaction, unit, length);
    }
}
