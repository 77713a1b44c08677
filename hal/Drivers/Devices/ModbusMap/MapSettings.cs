using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>What the site file says of a device with a map.</summary>
public record MapSettings
{
    /// <summary>Modbus unit id, 1…247.</summary>
    public required byte Unit { get; init; }

    /// <summary>Time between two rounds of reading.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Which of several, where the map has positions; else 0.</summary>
    public int Position { get; init; }

    /// <summary>
    /// What the device counts as positive: 1 = import or charge, −1 = the other; 0 = as the map says, which a map
    /// that asks does not allow.
    /// </summary>
    public int Sign { get; init; }

    /// <summary>Lines of the map that are only assumed are used, too.</summary>
    public bool AcceptsAssumed { get; init; }

    /// <summary>Largest believable magnitude of power.</summary>
    public required Watts MaxPower { get; init; }

    /// <summary>Checks what the map needs of the settings.</summary>
    /// <exception cref="ArgumentException">They do not fit the map.</exception>
    internal void Require(DeviceMap map, MapKind kind)
    {
        if (map.Kind != kind)
            throw new ArgumentException($"the map is one of a {map.Kind.ToString().ToLowerInvariant()}");
        if (map.Positions is { } positions ? Position < positions.Min || Position > positions.Max : Position != 0)
            throw new ArgumentException(map.Positions is { } at
                ? $"the map needs \"position\" from {at.Min} to {at.Max}"
                : "the map has no positions");
        foreach (var field in map.Fields)
            if (field.AsksSign && Sign == 0)
                throw new ArgumentException($"nobody knows which way {field.Name} counts: say \"positiveW\"");
        foreach (var name in MapWords.Required(kind))
            if (map.Find(name) is { Sure: Sureness.Assumed } && !AcceptsAssumed)
                throw new ArgumentException($"{name} is only assumed: say \"acceptAssumed\" after trying it");
        var requests = map.Blocks.Count(block => block.Every == 1);
        if (Period < requests * map.Times.MinimumGap)
            throw new ArgumentException(
                $"pollMs is below {requests} requests with a gap of {map.Times.MinimumGap.TotalMilliseconds:0} ms");
        if (map.Times.MaxAge <= Period) throw new ArgumentException("pollMs must be below the map's maxAgeMs");
    }
}

/// <summary>Settings of a meter with a map.</summary>
public sealed record MapMeterSettings : MapSettings
{
    /// <summary>Which phase of the meter (1…3) measures leg L1, L2, L3; as many as the service has legs.</summary>
    public required IReadOnlyList<int> Phases { get; init; }
    /// <summary>Largest believable voltage, leg to neutral.</summary>
    public required Volts MaxVoltage { get; init; }
    /// <summary>Largest believable current of a leg.</summary>
    public required Amperes MaxCurrent { get; init; }
}

/// <summary>Settings of an EVSE with a map.</summary>
public sealed record MapEvseSettings : MapSettings
{
    /// <summary>Most AC power that it can draw, ≥ 0.</summary>
    public required Watts MaxCharge { get; init; }
    /// <summary>Most AC power that it can feed back, as a magnitude; 0 = never ask for it.</summary>
    public required Watts MaxDischarge { get; init; }
    /// <summary>Worst AC/DC efficiency, 0…1; 0 = not said.</summary>
    public double MinEfficiency { get; init; }
    /// <summary>Best AC/DC efficiency, 0…1; 0 = not said.</summary>
    public double MaxEfficiency { get; init; }
    /// <summary>What to do when somebody else writes what we own.</summary>
    public SecondMaster OnSecondMaster { get; init; } = SecondMaster.Yield;
}

/// <summary>What is wrong with a device at present.</summary>
public enum MapTrouble : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Nothing was read yet.</summary>
    Starting,
    /// <summary>No answer, or answers that break the protocol.</summary>
    NoAnswer,
    /// <summary>It refuses to be read: not the device of the map, or a wrong unit.</summary>
    Refused,
    /// <summary>A register by which the device is known holds something else.</summary>
    OtherDevice,
    /// <summary>A value that is needed is not there, or outside its range.</summary>
    NoValue,
    /// <summary>Values contradict each other.</summary>
    Implausible,
}
