namespace ChargeScape.Edge.Sim.Devices;

/// <summary>What is wrong with a simulated DER (a scenario's fault).</summary>
public enum DerTrouble : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It takes every write and does nothing of it.</summary>
    Ignores,
    /// <summary>As <see cref="Ignores"/>, and it shows the set-point as its AC power; its DC side shows the truth.</summary>
    Echoes,
    /// <summary>As <see cref="Echoes"/>, and its DC side shows the set-point too.</summary>
    Lies,
    /// <summary>It confirms a set-point and keeps half of it.</summary>
    Clamps,
    /// <summary>Its converter stopped with a fault.</summary>
    Faulted,
    /// <summary>Somebody turned the key at its panel to "local".</summary>
    Local,
}

/// <summary>How a simulated bidirectional inverter is built.</summary>
public sealed record DerSettings
{
    /// <summary>Models 103 and 124 instead of 701 and 704.</summary>
    public bool IsOlder { get; init; }
    /// <summary>It has reversion timers.</summary>
    public bool HasReversion { get; init; } = true;
    /// <summary>AC power, magnitude, either direction.</summary>
    public double RatingW { get; init; } = 10_000;
    /// <summary>Most that it carries as a grid of its own; null: it cannot.</summary>
    public double? FormsW { get; init; }
    /// <summary>From permit to service.</summary>
    public TimeSpan EnterService { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>From entering service until the car's contactor is closed.</summary>
    public TimeSpan Precharge { get; init; } = TimeSpan.FromSeconds(2);
}
