using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class RoundTripTests
{
    private static readonly int[] Scales = [-10, -3, -2, -1, 0, 1, 2, 10];

    /// <summary>What is encoded comes back within half a least significant bit.</summary>
    [Fact]
    public void Every_number_of_every_model_survives_encoding_and_decoding()
    {
        var random = new Random(20_26);
        foreach (var id in SunSpecModels.All)
        {
            var image = Build(id, random);
            var empty = new SunSpecInstance(image.Models[0], Registers(image));
            var points = empty.Layout!.Points
                .Where(p => p.Definition.Type.IsNumber && p.Name is not ("ID" or "L")
                    && p.Definition.Type is not (PointType.ScaleFactor or PointType.Count) && !IsCounter(id, p.Name))
                .Select(p => (Placed: p, Value: Any(random, p, empty.ScaleOf(p)!.Value))).ToList();

            foreach (var (placed, value) in points)
                Assert.True(image.TrySet(image.Point(id, placed.Name), value), Named(placed));

            var read = new SunSpecInstance(image.Models[0], Registers(image));
            foreach (var (placed, value) in points)
            {
                var decoded = read.Decode(placed).AsNumber;
                Assert.True(decoded is not null, $"{Named(placed)} = {value} reads as not implemented");
                Assert.True(Math.Abs(decoded.Value - value) <= Tolerance(placed, value, read.ScaleOf(placed)!.Value),
                    $"{Named(placed)}: {value} became {decoded}");
            }

            string Named(PlacedPoint point) => $"{id}/{point.Name}";
        }
    }

    [Fact]
    public void What_is_given_no_value_reads_as_not_implemented()
    {
        foreach (var id in SunSpecModels.All)
        {
            var image = new SunSpecImageBuilder(1).Model(id).Build();

            var read = new SunSpecInstance(image.Models[0], Registers(image));

            Assert.All(read.Layout!.Points.Skip(2),
                point => Assert.True(read.Decode(point).Kind == PointValueKind.None, $"{id}/{point.Name}"));
        }
    }

    [Theory]
    [InlineData(PointType.Int16, 32_767.0, -32_767.0)]
    [InlineData(PointType.UInt16, 65_534.0, 0.0)]
    [InlineData(PointType.Acc16, 65_535.0, 0.0)]
    [InlineData(PointType.Bitfield16, 32_767.0, 0.0)]
    [InlineData(PointType.ScaleFactor, 10.0, -10.0)]
    [InlineData(PointType.Int32, 2_147_483_647.0, -2_147_483_647.0)]
    [InlineData(PointType.UInt32, 4_294_967_294.0, 0.0)]
    [InlineData(PointType.Acc32, 4_294_967_295.0, 0.0)]
    public void A_type_takes_its_whole_range_and_not_one_more(PointType type, double high, double low)
    {
        Assert.True(PointCodec.TryEncode(type, high, 0, out var top));
        Assert.True(PointCodec.TryEncode(type, low, 0, out var bottom));

        Assert.Equal(high, PointCodec.ToNumber(type, top));
        Assert.Equal(low, PointCodec.ToNumber(type, bottom));
        Assert.False(PointCodec.TryEncode(type, high + 1, 0, out _));
        Assert.False(PointCodec.TryEncode(type, low - 1, 0, out _));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void No_type_takes_a_value_that_is_not_finite(double value) => Assert.All(
        Enum.GetValues<PointType>().Where(t => t.IsNumber),
        type => Assert.False(PointCodec.TryEncode(type, value, 0, out _)));

    [Theory]
    [InlineData(411, -1, 41.1)]
    [InlineData(1, -10, 1e-10)]
    [InlineData(5, 10, 5e10)]
    [InlineData(-996, -3, -0.996)]
    public void A_scale_gives_the_nearest_number(double raw, int scale, double value) =>
        Assert.Equal(value, PointCodec.Scaled(raw, scale));

    [Theory]
    [InlineData(0x8000, 0)]
    [InlineData(10, 10)]
    [InlineData(0xFFF6, -10)]
    [InlineData(11, null)]
    [InlineData(0xFFF5, null)]
    public void A_scale_factor_is_taken_from_minus_10_to_10_and_absent_is_0(int register, int? scale) =>
        Assert.Equal(scale, PointCodec.ScaleFrom((ushort)register));

    private static SunSpecImage Build(ushort id, Random random)
    {
        var top = SunSpecModels.Get(id).Top.Points;
        var values = top.Where(p => p.Type == PointType.ScaleFactor)
            .Select(p => (p.Name, (PointSetting)(double)Scales[random.Next(Scales.Length)]))
            .Concat(top.Where(p => IsCounter(id, p.Name))
                .Select(p => (p.Name, (PointSetting)(double)random.Next(1, 4))));
        return new SunSpecImageBuilder(1).Model(id, groupInstances: 2, [.. values]).Build();
    }

    private static bool IsCounter(ushort id, string name) => Counters(SunSpecModels.Get(id).Top).Contains(name);

    private static IEnumerable<string> Counters(SunSpecGroup group) =>
        group.Groups.SelectMany(g => Counters(g).Append(g.CountPoint ?? ""));

    /// <summary>A value that the point can hold at its scale.</summary>
    private static double Any(Random random, PlacedPoint point, int scale)
    {
        var type = point.Definition.Type;
        if (type.IsFloat) return (random.NextDouble() - 0.5) * 1e6;
        var largest = type switch
        {
            PointType.Int16 or PointType.Bitfield16 or PointType.Pad => 32_766.0,
            PointType.Acc16 or PointType.UInt16 or PointType.Enum16 => 65_533.0,
            PointType.Int32 => 2_147_483_646.0,
            PointType.UInt32 or PointType.Acc32 or PointType.Enum32 or PointType.Bitfield32 => 4_294_967_293.0,
            _ => 9e15,
        };
        // Neither an accumulator's zero nor SMA's 8000 in a percentage: both read as not implemented.
        var raw = 1 + Math.Floor(random.NextDouble() * (largest - 1));
        if (raw == 0x8000) raw--;
        if (type.IsSigned && random.Next(2) == 0) raw = -raw;
        return PointCodec.Scaled(raw, scale);
    }

    private static double Tolerance(PlacedPoint point, double value, int scale) => point.Definition.Type.IsFloat
        ? Math.Abs(value) * 1e-6
        : 0.5 * Math.Pow(10, scale) + Math.Abs(value) * 1e-15;

    private static ushort[] Registers(SunSpecImage image)
    {
        var registers = new ushort[image.Models[0].Length + 2];
        Assert.Equal(0, image.Read(1, image.Models[0].Address, registers));
        return registers;
    }
}
