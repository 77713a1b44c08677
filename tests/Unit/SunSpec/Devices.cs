using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>Devices and settings that several tests use.</summary>
internal static class Devices
{
    public static SunSpecImageBuilder Meter202(string serial = "m-1") => new SunSpecImageBuilder(1)
        .Model(1, ("Mn", "Maker"), ("Md", "Split-phase meter"), ("Vr", "1.0"), ("SN", serial), ("DA", 1))
        .Model(202,
            ("A_SF", -2), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0),
            ("A", 30), ("AphA", 20), ("AphB", 10), ("PhV", 120), ("PhVphA", 121), ("PhVphB", 119), ("Hz", 60),
            ("W", 3600), ("WphA", 2410), ("WphB", 1190));

    public static SunSpecImageBuilder Inverter701(string serial = "i-1", string maker = "Maker") =>
        new SunSpecImageBuilder(1)
        .Model(1, ("Mn", maker), ("Md", "PV inverter"), ("Vr", "1.0"), ("SN", serial), ("DA", 1))
        .Model(701,
            ("A_SF", -1), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0), ("VA_SF", 0), ("PF_SF", -3), ("TotWh_SF", 0),
            ("ACType", 1), ("St", 1), ("InvSt", 3), ("ConnSt", 1), ("Alrm", 0), ("DERMode", 1),
            ("W", 5000), ("A", 41.7), ("LLV", 240), ("LNV", 120), ("Hz", 60), ("TotWhInj", 123456789012))
        .Model(702, ("W_SF", 0), ("WMaxRtg", 7600), ("WMax", 7600))
        .Model(703,
            ("V_SF", -1), ("Hz_SF", -2), ("ES", 1), ("ESVHi", 105), ("ESVLo", 91.7), ("ESHzHi", 60.1), ("ESHzLo", 59.5))
        .Model(704,
            ("WSet_SF", 0), ("WSetPct_SF", -1), ("WMaxLimPct_SF", -1),
            ("WMaxLimPctEna", 0), ("WMaxLimPct", 100), ("WMaxLimPctRvrt", 100), ("WMaxLimPctEnaRvrt", 0),
            ("WMaxLimPctRvrtTms", 0), ("WMaxLimPctRvrtRem", 0), ("WSetEna", 0), ("WSetMod", 1), ("WSet", 0),
            ("WSetRvrt", 0), ("WSetPct", 0), ("WSetEnaRvrt", 0), ("WSetRvrtTms", 0), ("WSetRvrtRem", 0));

    public static SunSpecMeterSettings MeterSettings => new()
    {
        Unit = 1,
        Period = TimeSpan.FromMilliseconds(50),
        Refresh = TimeSpan.FromMilliseconds(100),
        Sign = SunSpecSign.PositiveIsImport,
        Legs = [SunSpecPhase.A, SunSpecPhase.B],
        Range = PhysicalRange.OfService(120.V, 200.A, 2),
    };

    public static SunSpecInverterSettings InverterSettings => new()
    {
        Unit = 1,
        Period = TimeSpan.FromMilliseconds(100),
        Refresh = TimeSpan.Zero,
        MaxPower = 16.kW,
    };

    /// <summary>Gives the device turns as a poller would, until it published or the time is over.</summary>
    public static bool ReadUntilNews(IPolledDevice device, ref TimeSpan now, TimeSpan within)
    {
        for (var end = now + within; now <= end; now = device.NextDue > now ? device.NextDue : now + 1.Milliseconds)
            if (device.Read(now)) return true;
        return false;
    }
}
