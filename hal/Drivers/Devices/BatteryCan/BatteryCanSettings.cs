namespace ChargeScape.Edge.Hal.Devices.BatteryCan;

/// <summary>How this battery speaks; what sources disagree about is said here, per device.</summary>
public sealed record BatteryCanSettings
{
    /// <summary>Send 0x305 once a second as the inverter would. Only when no inverter is on the bus: SMA's sends values
    /// of its own under it.</summary>
    public required bool SendsAlive { get; init; }
    /// <summary>Volts per count of 356.0–1: 0.01 in the documents, 0.1 on one maker's.</summary>
    public double VoltageStep { get; init; } = 0.01;
    /// <summary>356.2–3 is positive while charging.</summary>
    public bool IsChargePositive { get; init; } = true;
    /// <summary>351.4–5 is positive; one implementation once sent it negative.</summary>
    public bool IsDischargeLimitPositive { get; init; } = true;
    /// <summary>A frame older than this says nothing any more; batteries repeat their set each second or
    /// faster.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>A larger voltage is not one of this battery.</summary>
    public required Volts MaxVoltage { get; init; }
    /// <summary>A larger current, or limit, is cut to this: the battery's or its inverter's rating.</summary>
    public required Amperes MaxCurrent { get; init; }
}
