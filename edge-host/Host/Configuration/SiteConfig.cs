using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Serial;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>One site as its site file describes it, validated.</summary>
public sealed record SiteConfig
{
    /// <summary>Name of the site in topics: letters, digits, "-" and "_", at most 64.</summary>
    public required string Id { get; init; }
    /// <summary>What the installer commissioned.</summary>
    public required SiteLimits Limits { get; init; }
    /// <summary>Period of the control loop's deadlines, 10…100 ms.</summary>
    public required TimeSpan Period { get; init; }
    /// <summary>The wires.</summary>
    public required IReadOnlyList<BusConfig> Buses { get; init; }
    /// <summary>The devices on them.</summary>
    public required IReadOnlyList<DeviceConfig> Devices { get; init; }
    /// <summary>Oldest reading of the inverter that counts as known; zero without an inverter.</summary>
    public required TimeSpan InverterMaxAge { get; init; }
    /// <summary>Oldest reading of the home battery that counts as known; null without one.</summary>
    public TimeSpan? HomeBatteryMaxAge { get; init; }
    /// <summary>What the installer must know and no error says.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
    /// <summary>Who may order, and over which broker.</summary>
    public required MqttConfig Mqtt { get; init; }
    /// <summary>Path of the Unix socket on which a person at the machine lists and clears faults.</summary>
    public required string LocalSocket { get; init; }
    /// <summary>Path of the file in which faults are kept across restarts.</summary>
    public required string StateFile { get; init; }
    /// <summary>How the wall clock is known to be right.</summary>
    public required ClockSource Clock { get; init; }
}

/// <summary>Where the knowledge comes from that the wall clock is right to 5 s.</summary>
public enum ClockSource : byte
{
    /// <summary>The kernel says so (adjtimex): a time service disciplines the clock.</summary>
    Kernel,
    /// <summary>Taken for granted: benches, simulations and containers, where the kernel's flag is not kept.</summary>
    Assumed,
}

/// <summary>How a bus is reached.</summary>
public enum BusLink : byte
{
    /// <summary>Modbus TCP.</summary>
    ModbusTcp,
    /// <summary>Modbus RTU on a serial line.</summary>
    ModbusRtu,
    /// <summary>CAN as Lawicel text (slcan) over a TCP connection.</summary>
    SlcanTcp,
    /// <summary>Digital lines over a Unix socket.</summary>
    GpioSocket,
    /// <summary>A CAN interface of the kernel.</summary>
    SocketCan,
    /// <summary>CAN as Lawicel text (slcan) over a serial line.</summary>
    SlcanSerial,
    /// <summary>Digital lines of a GPIO chip of the kernel.</summary>
    GpioChip,
}

/// <summary>A bus.</summary>
/// <param name="Name">Its name in <c>buses</c>.</param>
/// <param name="Link">How it is reached.</param>
public sealed record BusConfig(string Name, BusLink Link)
{
    /// <summary>Host name or address; TCP links only.</summary>
    public string Host { get; init; } = "";
    /// <summary>TCP port; TCP links only.</summary>
    public int Port { get; init; }
    /// <summary>Longest wait for an answer; Modbus only.</summary>
    public TimeSpan Timeout { get; init; }
    /// <summary>Rest between an answer and the next request; Modbus only.</summary>
    public TimeSpan MinimumGap { get; init; }
    /// <summary>The tty; Modbus RTU only.</summary>
    public SerialOptions? Serial { get; init; }
    /// <summary>Our own requests are heard before the answers; Modbus RTU only.</summary>
    public bool HearsItself { get; init; }
    /// <summary>Bit rate in bit/s; slcan only: a kernel interface has one already.</summary>
    public int BitRate { get; init; }
    /// <summary>Path of the socket or of the serial device.</summary>
    public string Path { get; init; } = "";
    /// <summary>Network interface; kernel CAN only.</summary>
    public string Interface { get; init; } = "";
    /// <summary>FD frames too; kernel CAN only.</summary>
    public bool HasFd { get; init; }
    /// <summary>Bit/s of the serial line; serial links only.</summary>
    public int Baud { get; init; }
    /// <summary>Path, name or label; GPIO chips only.</summary>
    public string Chip { get; init; } = "";
    /// <summary>The lines that devices may open; GPIO chips only.</summary>
    public IReadOnlyList<ChipLine> Lines { get; init; } = [];

    /// <summary>
    /// The port is the one over another library (hal/Packages) and not this product's own.
    /// </summary>
    public bool HasCardPort { get; init; }

    /// <summary>Its link could not be read, so nothing may be said of the devices on it.</summary>
    internal bool IsLinkUnknown { get; init; }

    /// <summary>What a device sees.</summary>
    public BusKind Kind => Link switch
    {
        BusLink.ModbusTcp or BusLink.ModbusRtu => BusKind.Modbus,
        BusLink.SocketCan or BusLink.SlcanTcp or BusLink.SlcanSerial => BusKind.Can,
        _ => BusKind.Gpio,
    };
}

/// <summary>A device.</summary>
/// <param name="Name">Its name, unique in the site.</param>
/// <param name="Family">Its line in the catalog.</param>
/// <param name="Settings">Its family's fields.</param>
/// <param name="Buses">The bus that each of its family's bus fields names.</param>
/// <param name="Stage">Name of the power stage device behind it; null when it needs none.</param>
public sealed record DeviceConfig(
    string Name, DeviceFamily Family, DeviceSettings Settings, IReadOnlyDictionary<string, string> Buses,
    string? Stage)
{
    /// <summary>What it may take of its Modbus bus.</summary>
    public ShareOptions Share { get; init; } = new();
}

/// <summary>The way to the broker.</summary>
public sealed record MqttConfig
{
    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }
    /// <summary>TCP port.</summary>
    public required int Port { get; init; }
    /// <summary>Unique per device: a second client with the same id throws the first one out.</summary>
    public required string ClientId { get; init; }
    /// <summary>Interval of pings when idle.</summary>
    public required TimeSpan KeepAlive { get; init; }
    /// <summary>Shortest and longest wait before a reconnect.</summary>
    public required (TimeSpan Min, TimeSpan Max) Reconnect { get; init; }
    /// <summary>Mutual TLS; null when the site file says "none".</summary>
    public required MqttTls? Tls { get; init; }
    /// <summary>Issuers whose orders are taken; null when the site file says "any" (whom the broker lets publish, may
    /// order).</summary>
    public required IReadOnlyList<string>? Issuers { get; init; }
    /// <summary>The client is the one over another library (hal/Packages).</summary>
    public bool HasCardClient { get; init; }
}
