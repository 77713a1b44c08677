using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Hal.Devices.BatteryCan;

/// <summary>CAN identifiers of the 35x family (500 kbit/s, 11 bit, little-endian).</summary>
public static class BatteryCanId
{
    /// <summary>From the inverter's side: alive, eight zero bytes (Pylontech). SMA's inverter sends its own values
    /// under it.</summary>
    public const uint Alive = 0x305;
    /// <summary>Voltage and current limits.</summary>
    public const uint Limits = 0x351;
    /// <summary>State of charge and health.</summary>
    public const uint State = 0x355;
    /// <summary>Measured voltage, current, temperature.</summary>
    public const uint Measured = 0x356;
    /// <summary>Protections and warnings as single bits (Pylontech).</summary>
    public const uint Protections = 0x359;
    /// <summary>Alarms and warnings as pairs of bits (SMA, Victron).</summary>
    public const uint Alarms = 0x35A;
    /// <summary>What the battery permits and asks for (Pylontech).</summary>
    public const uint Requests = 0x35C;

    /// <summary>
    /// What a driver has to do with. Batteries send every 100 ms to 1 s, so no period is expected; "alive" is ours only
    /// where no inverter sends it.
    /// </summary>
    public static CanIds Ids(bool sendsAlive) => new(
        [.. new[] { Limits, State, Measured, Protections, Alarms, Requests }.Select(id => CanIdRule.Standard(id))],
        sendsAlive ? [CanIdRule.Standard(Alive)] : []);
}
