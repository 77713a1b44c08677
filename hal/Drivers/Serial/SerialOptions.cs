namespace ChargeScape.Edge.Hal.Serial;

/// <summary>Parity bit of a serial character.</summary>
public enum SerialParity : byte
{
    /// <summary>No parity bit.</summary>
    None,
    /// <summary>Even; what the Modbus serial specification asks for by default.</summary>
    Even,
    /// <summary>Odd.</summary>
    Odd,
}

/// <summary>Who turns a two-wire RS-485 transceiver from listening to sending.</summary>
public enum Rs485Direction : byte
{
    /// <summary>Nobody has to: RS-232, four wires, or an adapter that turns itself round.</summary>
    Automatic,
    /// <summary>The kernel's driver, by TIOCSRS485.</summary>
    Kernel,
    /// <summary>This process, by RTS before and after each message.</summary>
    Rts,
}

/// <summary>A serial line and how it is set.</summary>
/// <param name="Device">Path of the tty, for example /dev/serial/by-id/….</param>
/// <param name="Baud">Bit/s, 50…4 000 000; also rates that no table has, if the driver can make them to 2 %.</param>
public sealed record SerialOptions(string Device, int Baud)
{
    /// <summary>Parity bit.</summary>
    public SerialParity Parity { get; init; } = SerialParity.None;

    /// <summary>1 or 2.</summary>
    public int StopBits { get; init; } = 1;

    /// <summary>7 or 8. Modbus RTU needs 8.</summary>
    public int DataBits { get; init; } = 8;

    /// <summary>Who turns the transceiver.</summary>
    public Rs485Direction Rs485 { get; init; }

    /// <summary>RTS is inactive while sending and active while listening; boards differ.</summary>
    public bool RtsInverted { get; init; }

    /// <summary>The receiver stays on while we send, so that we hear ourselves; <see cref="Rs485Direction.Kernel"/>
    /// only.</summary>
    public bool ReceivesOwn { get; init; }

    /// <summary>Whole milliseconds from turning the transceiver to the first bit, 0…100.</summary>
    public TimeSpan RtsBefore { get; init; }

    /// <summary>Whole milliseconds from the last bit to turning it back, 0…100.</summary>
    public TimeSpan RtsAfter { get; init; }

    /// <summary>Time that one character takes on the wire.</summary>
    public TimeSpan Character =>
        TimeSpan.FromSeconds((1.0 + DataBits + (Parity == SerialParity.None ? 0 : 1) + StopBits) / Baud);

    internal void Require()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Device);
        Within(Baud, 50, 4_000_000, nameof(Baud));
        Within(StopBits, 1, 2, nameof(StopBits));
        Within(DataBits, 7, 8, nameof(DataBits));
        Within(RtsBefore.TotalMilliseconds, 0, 100, nameof(RtsBefore));
        Within(RtsAfter.TotalMilliseconds, 0, 100, nameof(RtsAfter));
        if (!Enum.IsDefined(Parity)) throw new ArgumentOutOfRangeException(nameof(Parity));
        if (!Enum.IsDefined(Rs485)) throw new ArgumentOutOfRangeException(nameof(Rs485));
    }

    private static void Within(double value, double min, double max, string name)
    {
        if (!(value >= min && value <= max))
            throw new ArgumentOutOfRangeException(name, value, $"must be {min}…{max}");
    }
}

/// <summary>A serial line that cannot be had; the message begins with the device's path.</summary>
public sealed class SerialException(string device, string reason) : IOException($"{device}: {reason}");
