using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Serial;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// A CAN bus behind an slcan adapter on a serial line, mostly USB. An adapter that is pulled is opened again when it is
/// back. See <see cref="SlcanBus"/>.
/// </summary>
public sealed class SlcanSerialBus : SlcanBus
{
    private readonly SerialOptions line;
    private SerialException? refused;

    /// <summary>Opens the line.</summary>
    /// <param name="line">The tty and its baud rate; 8 data bits, no parity, 1 stop bit.</param>
    /// <param name="bitsPerSecond">Of the CAN bus: 10, 20, 50, 100, 125, 250, 500, 800 k or 1 M.</param>
    /// <param name="jitter">Chance for the back-off; null for a source of its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">The protocol has no command for this bit rate.</exception>
    /// <exception cref="SerialException">The line cannot be had now; later losses are recovered.</exception>
    public SlcanSerialBus(SerialOptions line, int bitsPerSecond, Random? jitter = null) : base(bitsPerSecond, jitter)
    {
        this.line = line;
        if (!Tend() && refused is not null) throw refused;
    }

    private protected override IByteLink? Connect(int unsentCapacity)
    {
        try
        {
            return new SerialLink(SerialPort.Open(line), unsentCapacity);
        }
        catch (SerialException why)
        {
            // Seldom: the back-off decides how often a missing adapter is asked for.
            refused = why;
            return null;
        }
    }
}
