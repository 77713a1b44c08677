using System.Net;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// A CAN bus behind an slcan adapter on TCP: a gateway, ser2net, a <see cref="SlcanHub"/>. See <see cref="SlcanBus"/>.
/// </summary>
public sealed class SlcanTcpBus : SlcanBus
{
    private readonly StreamAddress adapter;

    /// <summary>Starts to connect.</summary>
    /// <param name="adapter">Address of the adapter; a number, since looking up a name could block.</param>
    /// <param name="bitsPerSecond">10, 20, 50, 100, 125, 250, 500, 800 k or 1 M.</param>
    /// <param name="jitter">Chance for the back-off; null for a source of its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">The protocol has no command for this bit rate.</exception>
    public SlcanTcpBus(IPEndPoint adapter, int bitsPerSecond, Random? jitter = null) : base(bitsPerSecond, jitter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        this.adapter = StreamAddress.Tcp(adapter);
        Tend();
    }

    private protected override IByteLink? Connect(int unsentCapacity) => StreamSocket.Connect(adapter, unsentCapacity);
}
