using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Serial;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>A serial port as a stream whose messages leave whole or not at all.</summary>
internal sealed class SerialLink(SerialPort port, int unsentCapacity) : IByteLink
{
    private readonly byte[] unsent = new byte[unsentCapacity];
    private int unsentCount;

    public int Descriptor => port.Descriptor;

    public bool HasUnsent => unsentCount > 0;

    public bool IsConnecting => false;

    public bool IsLost => port.IsLost;

    public void FinishConnect(TimeSpan longest)
    {
        // A port that is open stands.
    }

    public int Receive(Span<byte> into) => port.Receive(into);

    public bool TrySend(ReadOnlySpan<byte> message)
    {
        Flush();
        if (IsLost || unsentCount + message.Length > unsent.Length) return false;
        var taken = unsentCount == 0 ? port.Send(message) : 0;
        if (IsLost) return false;
        message[taken..].CopyTo(unsent.AsSpan(unsentCount));
        unsentCount += message.Length - taken;
        return true;
    }

    public void Flush()
    {
        if (unsentCount == 0) return;
        var taken = port.Send(unsent.AsSpan(0, unsentCount));
        unsentCount -= taken;
        unsent.AsSpan(taken, unsentCount).CopyTo(unsent);
    }

    public void Dispose() => port.Dispose();
}
