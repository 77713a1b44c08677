using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>Devices that no specification knows: whatever they hold, the walk ends and nothing throws.</summary>
public sealed class FuzzTests
{
    private const int Images = 100_000;

    private static readonly ushort[] Telling =
    [
        0, 1, 2, 7, 65, 66, 0x7FFF, 0x8000, 0xFFFF, 0xFFF6, 0xFFF5, 10, 11, 0x5375, 0x6E53, 0x7FC0, 0x7F80,
        0xC080, 0xD800,
    ];

    [Fact]
    public void A_random_image_is_walked_and_decoded_without_harm()
    {
        var random = new Random(42);
        var device = new RandomDevice(random);
        using var bus = new InMemoryModbus(device);
        var ends = new Dictionary<ChainEnd, int>();
        var decoded = 0L;

        for (var i = 0; i < Images; i++)
        {
            device.Shuffle();
            var scan = SunSpecScan.Run(bus, 1);
            ends[scan.End] = ends.GetValueOrDefault(scan.End) + 1;
            // Decoding is much slower than walking: some of the images.
            if (i % 25 != 0) continue;
            foreach (var place in scan.Models.Take(3))
            {
                var instance = SunSpecInstance.Read(bus, 1, place);
                foreach (var point in instance.Layout?.Points ?? [])
                {
                    var value = instance.Decode(point);
                    Assert.True(value.Kind != PointValueKind.Number || double.IsFinite(value.Number));
                    decoded++;
                }
            }
        }

        Assert.True(decoded > 100_000, $"only {decoded} points decoded");
        Assert.All(
            [ChainEnd.EndModel, ChainEnd.NoMarker, ChainEnd.Refused, ChainEnd.NotAModel, ChainEnd.LeavesWindow],
            end => Assert.True(ends.GetValueOrDefault(end) > 100, $"{end}: {ends.GetValueOrDefault(end)}"));
    }

    [Fact]
    public void A_meter_on_a_wire_that_lies_publishes_only_what_is_possible()
    {
        var random = new Random(7);
        var image = Devices.Meter202().Build();
        var liar = new Liar(image, random);
        using var bus = new InMemoryModbus(liar);
        var settings = Devices.MeterSettings;
        var meter = new SunSpecMeter(bus, settings);
        Reading<MeterReading> reading = default;
        var now = TimeSpan.Zero;
        var published = 0;

        for (var i = 0; i < Images; i++)
        {
            now = meter.NextDue > now ? meter.NextDue : now + 1.Milliseconds;
            if (!meter.Read(now)) continue;
            published++;
            Assert.True(meter.Readings.TryRead(ref reading));
            var value = reading.Within(TimeSpan.Zero, now)!.Value;
            Assert.InRange(value.Power.Value, -settings.Range.MaxPower.Value, settings.Range.MaxPower.Value);
            for (var leg = 0; leg < 2; leg++)
            {
                Assert.InRange(value.LegVoltage[leg].Value, 0, settings.Range.MaxVoltage.Value);
                Assert.InRange(value.LegCurrent[leg].Value, 0, settings.Range.MaxCurrent.Value);
            }
        }

        Assert.InRange(published, 1000, Images - 1000);
    }

    /// <summary>Sometimes a well-formed start, then anything; sometimes a register that cannot be read.</summary>
    private sealed class RandomDevice(Random random) : IModbusDevice
    {
        private const int Registers = 600;
        private readonly ushort[] registers = new ushort[Registers];
        private ushort start;
        private int hole;

        public void Shuffle()
        {
            start = random.Next(3) switch { 0 => 0, 1 => 40000, _ => 50000 };
            hole = random.Next(4) == 0 ? random.Next(Registers) : -1;
            for (var i = 0; i < Registers; i++)
                registers[i] = random.Next(3) == 0 ? Telling[random.Next(Telling.Length)] : (ushort)random.Next(65536);
            if (random.Next(20) == 0) return;
            registers[0] = SunSpecScan.Marker0;
            registers[1] = SunSpecScan.Marker1;
            var at = 2;
            for (var model = random.Next(5); model > 0 && at < Registers - 2; model--)
            {
                registers[at] = SunSpecModels.All[random.Next(SunSpecModels.All.Count)];
                registers[at + 1] = (ushort)random.Next(1, 160);
                at += 2 + registers[at + 1];
            }
            if (at < Registers && random.Next(3) == 0) registers[at] = SunSpecScan.EndId;
        }

        public byte Read(byte unit, ushort address, Span<ushort> into)
        {
            var index = address - start;
            if (index < 0 || index + into.Length > Registers) return 2;
            if (hole >= index && hole < index + into.Length) return 2;
            registers.AsSpan(index, into.Length).CopyTo(into);
            return 0;
        }

        public byte Write(byte unit, ushort address, ReadOnlySpan<ushort> values) => 1;
    }

    /// <summary>A device some of whose answers have a spoilt register, or do not come.</summary>
    private sealed class Liar(IModbusDevice honest, Random random) : IModbusDevice
    {
        public byte Read(byte unit, ushort start, Span<ushort> into)
        {
            if (random.Next(50) == 0) return (byte)random.Next(1, 12);
            var answer = honest.Read(unit, start, into);
            if (random.Next(3) == 0) into[random.Next(into.Length)] = Telling[random.Next(Telling.Length)];
            if (random.Next(10) == 0) into[random.Next(into.Length)] = (ushort)random.Next(65536);
            return answer;
        }

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 1;
    }
}
