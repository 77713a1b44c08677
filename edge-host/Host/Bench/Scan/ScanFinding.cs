using System.Text.Json.Serialization;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Host.Bench.Scan;

/// <summary>What a scan found behind a port or a unit id.</summary>
internal enum ScanAnswer : byte
{
    /// <summary>A SunSpec device.</summary>
    Sunspec,
    /// <summary>No SunSpec, but registers that look like a family this controller knows.</summary>
    Known,
    /// <summary>It answers Modbus requests; nothing more is known of it.</summary>
    Modbus,
    /// <summary>The port takes a connection and answers nothing.</summary>
    Silent,
    /// <summary>The port takes a connection and closes it: often a device whose one client is somebody else.</summary>
    HangsUp,
    /// <summary>What answers does not speak Modbus.</summary>
    NotModbus,
}

/// <summary>One line of a scan.</summary>
internal sealed record ScanFinding(ScanAnswer Answer)
{
    /// <summary>Kind of bus: <c>tcp</c> or <c>serial</c>.</summary>
    public string Bus { get; init; } = "tcp";
    /// <summary>Host, or the serial device.</summary>
    public required string Host { get; init; }
    /// <summary>TCP port; null on a serial bus.</summary>
    public int? Port { get; init; }
    /// <summary>Bits per second; null on TCP.</summary>
    public int? BaudRate { get; init; }
    /// <summary>Parity; null on TCP.</summary>
    public string? Parity { get; init; }
    /// <summary>Unit id; null when the port itself is meant.</summary>
    public int? Unit { get; init; }
    /// <summary>Unit ids under which the very same device answers too.</summary>
    public IReadOnlyList<int> AlsoUnits { get; init; } = [];
    /// <summary>Mn of the common model.</summary>
    public string? Maker { get; init; }
    /// <summary>Md of the common model.</summary>
    public string? Model { get; init; }
    /// <summary>Vr of the common model.</summary>
    public string? Version { get; init; }
    /// <summary>SN of the common model.</summary>
    public string? SerialNumber { get; init; }
    /// <summary>Protocol address of the SunSpec marker.</summary>
    public int? BaseAddress { get; init; }
    /// <summary>SunSpec models in chain order.</summary>
    public IReadOnlyList<int> Models { get; init; } = [];
    /// <summary>How the chain of models ended; <c>end_model</c> is good.</summary>
    public ChainEnd? Chain { get; init; }
    /// <summary>Families of the site file that fit.</summary>
    public IReadOnlyList<string> Families { get; init; } = [];
    /// <summary>The map that a family of mapped devices needs; null otherwise.</summary>
    public string? Map { get; init; }
    /// <summary>Longest answer in ms.</summary>
    public double? SlowestMs { get; init; }
    /// <summary>What a person should know; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Where it is, for people.</summary>
    [JsonIgnore]
    public string Where => Port is { } port
        ? $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{port}"
        : $"{Host} {BaudRate} {Parity}";

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        var unit = Unit is { } id ? $" unit {id}" : "";
        var also = AlsoUnits.Count == 0 ? "" : $" (also as unit {string.Join(", ", AlsoUnits)})";
        var what = Answer switch
        {
            ScanAnswer.Sunspec =>
                $"SunSpec  {Maker} {Model}  SN {SerialNumber}  models {string.Join(' ', Models)} at {BaseAddress}",
            ScanAnswer.Known => "known registers",
            ScanAnswer.Modbus => "answers Modbus, unknown device",
            ScanAnswer.Silent => "takes connections, answers nothing",
            ScanAnswer.HangsUp => "takes connections and closes them: another client may hold it",
            _ => "answers, but not in Modbus",
        };
        var map = Map is null ? "" : $" map {Map}";
        var families = Families.Count == 0 ? "" : $"  → {string.Join(", ", Families)}{map}";
        var ms = SlowestMs is { } slowest ? $"  {slowest:0} ms" : "";
        return $"{Where}{unit}{also}: {what}{families}{ms}{(Note is null ? "" : $"  ({Note})")}";
    }
}
