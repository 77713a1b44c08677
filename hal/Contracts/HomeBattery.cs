namespace ChargeScape.Edge.Hal;

/// <summary>What a home battery (storage that stays in the house) complains about. Bits, so that several can be
/// seen.</summary>
[Flags]
public enum HomeBatteryAlarms : uint
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Says that something is wrong, not what.</summary>
    General = 1 << 0,
    /// <summary>Cell or pack voltage too high.</summary>
    OverVoltage = 1 << 1,
    /// <summary>Cell or pack voltage too low.</summary>
    UnderVoltage = 1 << 2,
    /// <summary>Too hot.</summary>
    OverTemperature = 1 << 3,
    /// <summary>Too cold.</summary>
    UnderTemperature = 1 << 4,
    /// <summary>Charge current too high.</summary>
    ChargeOverCurrent = 1 << 5,
    /// <summary>Discharge current too high.</summary>
    DischargeOverCurrent = 1 << 6,
    /// <summary>Contactor or relay.</summary>
    Contactor = 1 << 7,
    /// <summary>Short circuit.</summary>
    Short = 1 << 8,
    /// <summary>Fault inside the battery management.</summary>
    Internal = 1 << 9,
    /// <summary>Cells apart.</summary>
    Imbalance = 1 << 10,
    /// <summary>Communication inside the battery, or with it.</summary>
    Communication = 1 << 11,
}

/// <summary>What a home battery shows. Positive flows into the battery (charge). What a device does not give, or marks
/// as not available, is null.</summary>
public readonly record struct HomeBatteryReading
{
    /// <summary>State of charge.</summary>
    public Soc? Soc { get; init; }
    /// <summary>State of health, 0…100 %.</summary>
    public double? HealthPercent { get; init; }
    /// <summary>DC voltage.</summary>
    public Volts? Voltage { get; init; }
    /// <summary>DC current, positive = charge.</summary>
    public Amperes? Current { get; init; }
    /// <summary>DC power, positive = charge.</summary>
    public Watts? Power { get; init; }
    /// <summary>Of cells or pack.</summary>
    public Celsius? Temperature { get; init; }
    /// <summary>Most charge current that it allows now, ≥ 0; 0 when it forbids charging.</summary>
    public Amperes? ChargeLimit { get; init; }
    /// <summary>Most discharge current that it allows now, ≤ 0; 0 when it forbids discharging.</summary>
    public Amperes? DischargeLimit { get; init; }
    /// <summary>Do not charge above.</summary>
    public Volts? ChargeVoltageLimit { get; init; }
    /// <summary>Do not discharge below.</summary>
    public Volts? DischargeVoltageLimit { get; init; }
    /// <summary>What stops it.</summary>
    public HomeBatteryAlarms Alarms { get; init; }
    /// <summary>What may stop it soon.</summary>
    public HomeBatteryAlarms Warnings { get; init; }
}

/// <summary>A home battery that is read. Who charges it is its inverter's matter; here it says what it can
/// do.</summary>
public interface IHomeBattery : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<HomeBatteryReading>> Readings { get; }
}
