namespace ChargeScape.Edge.Sim.Devices;

/// <summary>How a simulated Quasar is.</summary>
public sealed record QuasarChargerSettings
{
    /// <summary>The firmware has registers 83 and 260.</summary>
    public bool HasPowerSetpoint { get; init; } = true;
    /// <summary>The grid code permits export.</summary>
    public bool MayExport { get; init; } = true;
    /// <summary>From supply, or a restart, until it obeys: half of it silent, half of it in error.</summary>
    public TimeSpan Boot { get; init; } = TimeSpan.FromSeconds(90);
    /// <summary>From the first transfer until the car's state of charge is known; half of it reads 1.</summary>
    public TimeSpan SocWake { get; init; } = TimeSpan.FromSeconds(8);
    /// <summary>How often it measures.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromMilliseconds(500);
}
