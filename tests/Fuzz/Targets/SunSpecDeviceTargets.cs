using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using Encoding = System.Text.Encoding;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>The drivers that read several models, and that write.</summary>
public static partial class SunSpecTargets
{
    private static readonly SunSpecInverterSettings inverter = new()
    {
        Unit = 1, Period = 100.Milliseconds, Refresh = TimeSpan.Zero, MaxPower = 16.kW,
    };

    private static readonly SunSpecBatterySettings battery = new()
    {
        Unit = 1,
        Period = 1.Seconds,
        Refresh = TimeSpan.Zero,
        Sign = SunSpecBatterySign.PositiveIsCharge,
        MaxPower = 20.kW,
        MaxCurrent = 100.A,
    };

    private static readonly SunSpecDerEvseSettings der =
        DerDevices.Bidirectional with { Refresh = TimeSpan.Zero, CanForceDischarge = true };

    private static bool Inverter(ReadOnlySpan<byte> input)
    {
        using var bus = new InMemoryModbus(new Registers(input));
        var driver = new SunSpecInverter(bus, inverter);
        var seen = false;
        Turn(driver, 16, now =>
        {
            var reading = default(Reading<InverterReading>);
            driver.Readings.TryRead(ref reading);
            Claim.Within(reading.Within(TimeSpan.Zero, now)!.Value.Power.Value, -16_000, 16_000, "Power");
            seen = true;
        });
        ClaimGrid(driver.GridSettings);
        return seen;
    }

    private static bool Battery(ReadOnlySpan<byte> input)
    {
        using var bus = new InMemoryModbus(new Registers(input));
        var driver = new SunSpecBattery(bus, battery);
        var seen = false;
        Turn(driver, 8, now =>
        {
            var reading = default(Reading<HomeBatteryReading>);
            driver.Readings.TryRead(ref reading);
            var value = reading.Within(TimeSpan.Zero, now)!.Value;
            Claim.Within(value.Soc!.Value.Percent, 0, 100, "Soc");
            Claim.Within(value.HealthPercent ?? 0, 0, 100, "HealthPercent");
            Claim.Within(value.Power?.Value ?? 0, -20_000, 20_000, "Power");
            Claim.Within(value.Current?.Value ?? 0, -100, 100, "Current");
            Claim.Within(value.ChargeLimit?.Value ?? 0, 0, 100, "ChargeLimit");
            Claim.Within(value.DischargeLimit?.Value ?? 0, -100, 0, "DischargeLimit");
            Claim.Within(value.Voltage?.Value ?? 0, 0, 1500, "Voltage");
            seen = true;
        });
        return seen;
    }

    // Whatever the device holds: no more is written than the owned registers, and no power beyond the site's.
    private static bool DerEvse(ReadOnlySpan<byte> input)
    {
        using var bus = new InMemoryModbus(new Writable(new Registers(input)));
        var driver = new SunSpecDerEvse(bus, der);
        var seen = false;
        Turn(driver, 24, now =>
        {
            var reading = default(Reading<EvseReading>);
            driver.Readings.TryRead(ref reading);
            var value = reading.Within(TimeSpan.Zero, now)!.Value;
            Claim.Within(value.Power.Value, -20_000, 20_000, "Power");
            Claim.Within(value.DcVoltage.Value, 0, 1500, "DcVoltage");
            Claim.Within(value.DcCurrent.Value, -1000, 1000, "DcCurrent");
            Claim.Within(value.StageCharge.Value, 0, 9000, "StageCharge");
            Claim.Within(value.StageDischarge.Value, -9000, 0, "StageDischarge");
            Claim.Within(value.VehicleSoc?.Percent ?? 0, 0, 100, "VehicleSoc");
            driver.Commands.Publish(new(7.kW, Connection.Close, now, 1));
            seen = true;
        });
        ClaimGrid(driver.GridSettings);
        return seen;
    }

    private static bool Curve(ReadOnlySpan<byte> input)
    {
        var registers = new Registers(input);
        Span<ushort> header = stackalloc ushort[2];
        if (registers.Read(1, 40000, header) != 0 || header[0] is < 707 or > 710) return false;
        var block = new PollBlock(new(header[0], 40000, header[1]), ["Ena"], mayScaleVary: true, isWhole: true);
        using var bus = new InMemoryModbus(registers);
        if (block.Poll(bus, 1, out _) != SunSpecTrouble.None) return false;
        var curve = TripCurves.MustTrip(block);
        ClaimCurve(curve, block.Place.Model >= 709);
        ClaimCurve(TripCurves.MomentaryCessation(block), block.Place.Model >= 709);
        return curve.IsKnown;
    }

    private static bool Quirk(ReadOnlySpan<byte> input)
    {
        var book = QuirkBook.Read(Encoding.UTF8.GetString(input), out var errors);
        Claim.That(book is null == errors.Count > 0, "a book with errors, or none without");
        if (book is null) return false;
        var quirks = book.For(new("Maker", "Device", "", ""));
        Claim.Within(quirks.MinimumLimitPercent, 0, 50, "MinimumLimitPercent");
        return true;
    }

    private static void Turn(IPolledDevice device, int turns, Action<TimeSpan> published)
    {
        var now = TimeSpan.Zero;
        for (var turn = 0; turn < turns; turn++)
        {
            now = device.NextDue > now && device.NextDue < now + 1.Hours ? device.NextDue : now + 1.Milliseconds;
            if (device.Read(now)) published(now);
            device.Write(now);
        }
    }

    private static void ClaimGrid(Latest<Reading<GridSettings>> settings)
    {
        var reading = default(Reading<GridSettings>);
        if (!settings.TryRead(ref reading)) return;
        var value = reading.Within(TimeSpan.MaxValue, reading.TakenAt)!.Value;
        ClaimCurve(value.UnderVoltage, isFrequency: false);
        ClaimCurve(value.OverFrequency, isFrequency: true);
        Claim.Within(value.EnterService?.DelaySeconds ?? 0, 0, 86_400, "DelaySeconds");
        Claim.Within(value.EnterService?.LowFrequency?.Value ?? 50, 40, 75, "LowFrequency");
        Claim.Within(value.Capability?.MaxPower?.Value ?? 0, 0, 100e6, "MaxPower");
    }

    private static void ClaimCurve(in TripCurve curve, bool isFrequency)
    {
        foreach (var corner in curve.Corners)
        {
            Claim.Within(corner.Level, isFrequency ? 40 : 0, isFrequency ? 75 : 300, "Level");
            Claim.Within(corner.Seconds, 0, 86_400, "Seconds");
        }
    }

    private static IReadOnlyList<byte[]> Inverters() =>
    [
        Recorded("sma-sb3.6-1av-41_2023-08-10.regs.json"), Recorded("dersec-emulated-der_700-series.regs.json"),
    ];

    private static IReadOnlyList<byte[]> Batteries() =>
    [
        Bytes(new SunSpecImageBuilder(1).Model(1, ("SN", "b-1")).Model(802, ("SoC_SF", -1), ("SoC", 50), ("V_SF", -1),
            ("V", 400), ("A_SF", -1), ("A", 5), ("W_SF", 0), ("W", 2000), ("AMax_SF", 0), ("AChaMax", 20),
            ("ADisChaMax", 20), ("Evt1", 0), ("State", 3)).Build()),
        Bytes(new SunSpecImageBuilder(1).Model(1, ("SN", "b-2"))
            .Model(713, ("Pct_SF", -1), ("SoC", 50), ("SoH", 99), ("Sta", 0)).Build()),
    ];

    private static IReadOnlyList<byte[]> Ders() =>
    [
        Bytes(new SunSpecImageBuilder(1).Model(1, ("SN", "d-1"))
            .Model(701, ("W_SF", 0), ("W", 100), ("InvSt", 3), ("ConnSt", 1), ("Alrm", 0))
            .Model(702, ("W_SF", 0), ("WMax", 8000), ("WChaRteMax", 8000), ("WDisChaRteMax", 8000))
            .Model(703, ("ES", 1), ("Hz_SF", -2), ("V_SF", -1), ("ESDlyTms", 5), ("ESHzLo", 59.5))
            .Model(704, ("WSetEna", 0), ("WSetMod", 1), ("WSet", 0), ("WSet_SF", 0), ("WSetRvrt", 0),
                ("WSetEnaRvrt", 0),
                ("WSetRvrtTms", 0))
            .Model(713, ("Pct_SF", 0), ("SoC", 50))
            .Model(714, ("NPrt", 1), ("DCA_SF", -1), ("DCV_SF", -1), ("Prt_0_PrtTyp", 2), ("Prt_0_DCV", 390),
                ("Prt_0_DCA", 10)).Build()),
        Bytes(new SunSpecImageBuilder(1).Model(1, ("SN", "d-2")).Model(103, ("W_SF", 0), ("W", 100), ("St", 4))
            .Model(123, ("Conn", 1), ("WMaxLimPct_SF", 0))
            .Model(124, ("WChaMax", 5000), ("StorCtl_Mod", 0), ("OutWRte", 100), ("InWRte", 100), ("InOutWRte_SF", -2),
                ("InOutWRte_RvrtTms", 0), ("ChaGriSet", 0)).Build()),
    ];

    private static IReadOnlyList<byte[]> Curves()
    {
        var recorded = Recorded("dersec-emulated-der_700-series.regs.json");
        return
        [
            .. new[] { (707, 107), (708, 107), (709, 137), (710, 137) }.Select(model =>
            {
                var at = 0;
                for (; (recorded[at] << 8 | recorded[at + 1]) != model.Item1; at += 2) { }
                return recorded.AsSpan(at, Math.Min(2 * model.Item2, recorded.Length - at)).ToArray();
            }),
        ];
    }

    private static IReadOnlyList<byte[]> Quirks() =>
    [
        """{"quirks":[{"maker":"Maker","quirk":"minimumLimitPct","value":1,"sure":"1","source":"s"}]}"""u8.ToArray(),
        """
        {"quirks":[{"maker":"*","quirk":"writes","value":"single","sure":"R","source":"s"},
        {"maker":"M","device":"D","quirk":"hint","value":"t","sure":"?","source":"s"}]}
        """u8.ToArray(),
    ];

    /// <summary>Takes every write and keeps none: it never reads back.</summary>
    private sealed class Writable(IModbusDevice device) : IModbusDevice
    {
        public byte Read(byte unit, ushort start, Span<ushort> into) => device.Read(unit, start, into);

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 0;
    }
}
