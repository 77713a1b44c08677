using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>CAN identifiers of CHAdeMO (500 kbit/s, 11 bit, 8 bytes, multi-byte values little-endian).</summary>
public static class ChademoId
{
    /// <summary>Car: voltage limits and the reference of the charged rate.</summary>
    public const uint CarLimits = 0x100;
    /// <summary>Car: times and rated capacity.</summary>
    public const uint CarCapacity = 0x101;
    /// <summary>Car: request, status and faults.</summary>
    public const uint CarRequest = 0x102;
    /// <summary>Car, protocol 2.0 on: extended functions.</summary>
    public const uint CarExtended = 0x110;
    /// <summary>Car: what it gives in discharge.</summary>
    public const uint CarDischarge = 0x200;
    /// <summary>Car: discharge sequence, time and energy.</summary>
    public const uint CarDischargeTimes = 0x201;
    /// <summary>Charger: what it can deliver.</summary>
    public const uint ChargerLimits = 0x108;
    /// <summary>Charger: measured values and status.</summary>
    public const uint ChargerStatus = 0x109;
    /// <summary>Charger, protocol 2.0 on: extended functions.</summary>
    public const uint ChargerExtended = 0x118;
    /// <summary>Charger: what it can take in discharge.</summary>
    public const uint ChargerDischarge = 0x208;
    /// <summary>Charger: discharge sequence and time.</summary>
    public const uint ChargerDischargeTimes = 0x209;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>All of them, from the charger's side: each comes every 100 ms ± 10 ms.</summary>
    public static CanIds Ids { get; } = new(
        [.. new[] { CarLimits, CarCapacity, CarRequest, CarExtended, CarDischarge, CarDischargeTimes }
            .Select(id => CanIdRule.Standard(id, Period))],
        [.. new[] { ChargerLimits, ChargerStatus, ChargerExtended, ChargerDischarge, ChargerDischargeTimes }
            .Select(id => CanIdRule.Standard(id, Period))]);
}
