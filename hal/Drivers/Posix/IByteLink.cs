namespace ChargeScape.Edge.Hal.Posix;

/// <summary>
/// A two-way stream of bytes that never blocks: a connection or a serial port. One thread at a time.
/// </summary>
internal interface IByteLink : IPollable, IUnsent, IDisposable
{
    /// <summary>It is being made; see <see cref="FinishConnect"/>.</summary>
    bool IsConnecting { get; }

    /// <summary>It broke, or could not be made; only disposing is left.</summary>
    bool IsLost { get; }

    /// <summary>
    /// Waits at most <paramref name="longest"/>; afterwards it stands, is still connecting, or is lost.
    /// </summary>
    void FinishConnect(TimeSpan longest);

    /// <summary>Takes in what has arrived; 0 when there is nothing now or it is lost.</summary>
    int Receive(Span<byte> into);

    /// <summary>
    /// Sends all of <paramref name="message"/>, now or from a buffer; false when nothing of it will leave.
    /// </summary>
    bool TrySend(ReadOnlySpan<byte> message);

    /// <summary>Hands buffered bytes on as far as they are taken.</summary>
    void Flush();
}
