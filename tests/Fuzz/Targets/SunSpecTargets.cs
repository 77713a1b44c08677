using System.Buffers.Binary;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using Encoding = System.Text.Encoding;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>SunSpec devices that no specification knows.</summary>
public static partial class SunSpecTargets
{
    private static readonly SunSpecMeterSettings meter = new()
    {
        Unit = 1,
        Period = 50.Milliseconds,
        Refresh = TimeSpan.Zero,
        Sign = SunSpecSign.PositiveIsImport,
        Legs = [SunSpecPhase.A, SunSpecPhase.B],
        Range = PhysicalRange.OfService(120.V, 200.A, 2),
    };

    public static IEnumerable<FuzzTarget> All =>
    [
        new("sunspec-discovery", 60_000, Images, Discover) { Longest = 2400 },
        new("sunspec-points", 3_000, Images, Points) { Longest = 2400 },
        new("sunspec-meter", 20_000, Meters, Meter) { Longest = 700 },
        new("sunspec-image-json", 20_000, ImageFiles, ImageFile) { Longest = 600 },
        new("sunspec-inverter", 20_000, Inverters, Inverter) { Longest = 1800 },
        new("sunspec-battery", 40_000, Batteries, Battery) { Longest = 500 },
        new("sunspec-der-evse", 10_000, Ders, DerEvse) { Longest = 2200 },
        new("sunspec-trip-curve", 60_000, Curves, Curve) { Longest = 260 },
        new("sunspec-quirks", 20_000, Quirks, Quirk) { Longest = 1200 },
    ];

    // The input is the registers of the device from 40000 on; at its end reading is refused.
    private static bool Discover(ReadOnlySpan<byte> input)
    {
        using var bus = new InMemoryModbus(new Registers(input));
        var scan = SunSpecScan.Run(bus, 1);
        Claim.That(scan.Models.Count <= SunSpecScan.MaxModels, "more models than the guard lets through");
        foreach (var place in scan.Models)
            Claim.That(place.Address + 2 + place.Length <= 65536, $"model {place.Model} leads out of all addresses");
        return scan.Models.Count > 0;
    }

    private static bool Points(ReadOnlySpan<byte> input)
    {
        using var bus = new InMemoryModbus(new Registers(input));
        var decoded = 0;
        foreach (var place in SunSpecScan.Run(bus, 1).Models.Take(6))
        {
            var instance = SunSpecInstance.Read(bus, 1, place);
            foreach (var point in instance.Layout?.Points ?? [])
            {
                var value = instance.Decode(point);
                if (value.AsNumber is { } number) Claim.Within(number, -double.MaxValue, double.MaxValue, point.Name);
                decoded += value.Kind == PointValueKind.None ? 0 : 1;
            }
        }
        return decoded > 0;
    }

    private static bool Meter(ReadOnlySpan<byte> input)
    {
        using var bus = new InMemoryModbus(new Registers(input));
        var driver = new SunSpecMeter(bus, meter);
        Reading<MeterReading> reading = default;
        var now = TimeSpan.Zero;
        for (var turn = 0; turn < 8; turn++)
        {
            now = driver.NextDue > now ? driver.NextDue : now + 1.Milliseconds;
            if (!driver.Read(now)) continue;
            driver.Readings.TryRead(ref reading);
            var value = reading.Within(TimeSpan.Zero, now)!.Value;
            var max = meter.Range.MaxPower.Value;
            Claim.Within(value.Power.Value, -max, max, "Power");
            for (var leg = 0; leg < 3; leg++)
            {
                Claim.Within(value.LegPower[leg].Value, -max, max, "LegPower");
                Claim.Within(value.LegVoltage[leg].Value, 0, meter.Range.MaxVoltage.Value, "LegVoltage");
                Claim.Within(value.LegCurrent[leg].Value, 0, meter.Range.MaxCurrent.Value, "LegCurrent");
            }
            if (value.Frequency is { } frequency) Claim.Within(frequency.Value, 40, 70, "Frequency");
            return true;
        }
        return false;
    }

    private static bool ImageFile(ReadOnlySpan<byte> input)
    {
        var isImage = RecordedImage.TryParse(Encoding.UTF8.GetString(input), out var image, out var error);
        Claim.That(isImage == (error.Length == 0), "an image with an error, or none without");
        Claim.Within(image.Count, 0, 65536, "Count");
        return isImage;
    }

    private static IReadOnlyList<byte[]> Images() =>
    [
        Recorded("sma-sb3.6-1av-41_2023-08-10.regs.json"),
        Recorded("dersec-emulated-der_700-series.regs.json"),
        .. Meters(),
    ];

    private static IReadOnlyList<byte[]> Meters() =>
    [
        Bytes(new SunSpecImageBuilder(1)
            .Model(1, ("Mn", "Maker"), ("Md", "Split-phase meter"), ("Vr", "1.0"), ("SN", "m-1"), ("DA", 1))
            .Model(202,
                ("A_SF", -2), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0),
                ("A", 30), ("AphA", 20), ("AphB", 10), ("PhV", 120), ("PhVphA", 121), ("PhVphB", 119), ("Hz", 60),
                ("W", 3600), ("WphA", 2410), ("WphB", 1190)).Build()),
        Bytes(new SunSpecImageBuilder(1)
            .Model(1, ("Mn", "Maker"), ("Md", "Float meter"), ("SN", "m-2"), ("DA", 1))
            .Model(212,
                ("A", 30), ("AphA", 20), ("AphB", 10), ("PhV", 120), ("PhVphA", 121), ("PhVphB", 119), ("Hz", 60),
                ("W", 3600), ("WphA", 2410), ("WphB", 1190)).Build()),
    ];

    private static IReadOnlyList<byte[]> ImageFiles() =>
        ["""{"40000": 21365, "40001": 28243, "40002": 1, "40003": 66, "65535": 65535}"""u8.ToArray(), "{}"u8.ToArray()];

    private static byte[] Recorded(string file)
    {
        var text = File.ReadAllText(RepositoryRoot.File("tests", "data", "sunspec-devices", file));
        return RecordedImage.TryParse(text, out var image, out var error) ? Bytes(image) : throw new ClaimBroken(error);
    }

    private static byte[] Bytes(IModbusDevice device)
    {
        var bytes = new List<byte>();
        Span<ushort> one = stackalloc ushort[1];
        for (var at = 40000; bytes.Count < 2400 && device.Read(1, (ushort)at, one) == 0; at++)
            bytes.AddRange([(byte)(one[0] >> 8), (byte)one[0]]);
        return [.. bytes];
    }

    private sealed class Registers : IModbusDevice
    {
        private readonly ushort[] registers;

        public Registers(ReadOnlySpan<byte> bytes)
        {
            registers = new ushort[bytes.Length / 2];
            for (var i = 0; i < registers.Length; i++)
                registers[i] = BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]);
        }

        public byte Read(byte unit, ushort start, Span<ushort> into)
        {
            var index = start - 40000;
            if (index < 0 || index + into.Length > registers.Length) return 2;
            registers.AsSpan(index, into.Length).CopyTo(into);
            return 0;
        }

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 1;
    }
}
