namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>How a DER is connected to and disconnected from the grid.</summary>
public enum DerService : byte
{
    /// <summary>By its permit service: 703.ES, else 123.Conn. Without permit it ceases to energise.</summary>
    Permit = 1,
    /// <summary>Not at all: open means 0 W, and the contactor is somebody else's.</summary>
    None = 2,
}

/// <summary>Settings of a bidirectional inverter with a car behind it. Powers are magnitudes at the AC side.</summary>
public sealed record SunSpecDerEvseSettings : SunSpecSettings
{
    /// <summary>Sign of the measured W; model 701 says that injection is positive.</summary>
    public SunSpecSign Sign { get; init; } = SunSpecSign.PositiveIsExport;

    /// <summary>Sign of the set-point. The model file does not state it, so there is no default.</summary>
    public required SunSpecSign SetpointSign { get; init; }

    /// <summary>Largest believable magnitude of AC power.</summary>
    public required Watts MaxPower { get; init; }

    /// <summary>Most it charges with; the device's own limit (702) may be lower.</summary>
    public required Watts MaxCharge { get; init; }

    /// <summary>Most it feeds back; 0 = charge only.</summary>
    public required Watts MaxDischarge { get; init; }

    /// <summary>DC voltage at the car above which its contactor counts as closed.</summary>
    public required Volts MinDcVoltage { get; init; }

    /// <summary>DC voltage to estimate the current with when the device has no DC measurement.</summary>
    public required Volts NominalDcVoltage { get; init; }

    /// <summary>How it is written to.</summary>
    public required DerWriteSettings Write { get; init; }

    /// <summary>How it is connected.</summary>
    public required DerService Service { get; init; }

    /// <summary>124 only: a negative InWRte discharges, as no source confirms.</summary>
    public bool CanForceDischarge { get; init; }

    /// <summary>It is told to form a grid by model 64990, which the simulated device has and no real one.</summary>
    public bool MayFormGrid { get; init; }

    /// <summary>From a write to the first movement.</summary>
    public required TimeSpan DeadTime { get; init; }

    /// <summary>From a write until power stays in its band.</summary>
    public required TimeSpan SettlingTime { get; init; }

    /// <summary>From permit to ready, worst case: the enter-service delay is in it.</summary>
    public required TimeSpan StartTime { get; init; }

    /// <summary>From open to no current, worst case.</summary>
    public required TimeSpan StopTime { get; init; }

    internal override DeviceTiming Timing =>
        new(Period, Refresh, MaxAge, DeadTime, SettlingTime, StartTime, StopTime);
}
