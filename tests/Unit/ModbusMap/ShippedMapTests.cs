using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>What holds for every map in the folder.</summary>
public sealed class ShippedMapTests
{
    public static TheoryData<string> Names => [.. MapFile.Shipped];

    [Fact]
    public void The_four_devices_are_shipped() => Assert.Equal(
        ["carlo-gavazzi-em24", "eastron-sdm630", "evtec-bidipro", "sigenergy-evdc"], MapFile.Shipped);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_shipped_map_has_no_error_and_says_of_every_line_how_sure_it_is(string name)
    {
        var (map, errors) = MapFile.Read(name);

        Assert.Empty(errors);
        Assert.NotNull(map);
        Assert.All(map.Fields, field => Assert.NotEmpty(field.Source));
        // Nobody had one of these devices in his hands.
        Assert.DoesNotContain(map.Fields, field => field.Sure == Sureness.Tested);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_field_goes_into_registers_and_back_within_one_count(string name)
    {
        var random = new Random(1);
        Span<ushort> registers = stackalloc ushort[4];
        foreach (var field in Maps.Shipped(name).Fields)
        {
            var start = field.Codec.Address;
            var count = CountOf(field.Codec);
            for (var i = 0; i < 2000; i++)
            {
                var value = i switch
                {
                    0 => field.Min,
                    1 => field.Max,
                    _ => field.Min + (field.Max - field.Min) * random.NextDouble(),
                };
                if (!field.Codec.TryEncode(value, registers, start)) continue;
                var back = field.Codec.Decode(registers, start);

                Assert.NotNull(back);
                // A single carries 24 bits.
                var slack = Math.Max(count, Math.Abs(value) / 1e7);
                Assert.InRange(back.Value - value, -slack, slack);
            }
            Assert.True(field.Codec.TryEncode(Math.Clamp(0, field.Min, field.Max), registers, start), field.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_write_of_a_map_goes_into_registers_and_back_within_one_count(string name)
    {
        Span<ushort> registers = stackalloc ushort[4];
        foreach (var write in Maps.Shipped(name).Writes)
        {
            foreach (var value in new[] { write.Min, write.Max, (write.Min + write.Max) / 2 })
            {
                Assert.True(write.Codec.TryEncode(value, registers, write.Codec.Address), $"{write.Name} {value}");
                var back = write.Codec.Decode(registers, write.Codec.Address)!.Value;
                Assert.InRange(back - value, -CountOf(write.Codec), CountOf(write.Codec));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_the_registers_hold_a_value_is_inside_the_range_of_its_field(string name)
    {
        var random = new Random(2);
        var map = Maps.Shipped(name);
        var registers = new ushort[4];
        var values = 0;
        foreach (var field in map.Fields)
        {
            for (var i = 0; i < 5000; i++)
            {
                foreach (ref var register in registers.AsSpan())
                    register = random.Next(3) == 0 ? (ushort)random.Next(3) : (ushort)random.Next(65536);
                if (field.Decode(registers, field.Codec.Address) is not { } value) continue;
                values++;
                Assert.InRange(value, field.Min, field.Max);
            }
        }
        Assert.InRange(values, 1000, int.MaxValue);
    }

    // What one count is worth: the difference between two raw numbers, one for a single (whose step varies).
    private static double CountOf(Field codec)
    {
        if (codec.Encoding is Encoding.F32 or Encoding.F64) return 1e-6;
        var one = new ushort[4];
        one[codec.WordOrder == WordOrder.LowFirst ? 0 : codec.Width - 1] = 1;
        return Math.Abs(codec.Decode(one, codec.Address)!.Value) * 0.5000001;
    }
}
