using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class ModelsTests
{
    [Fact]
    public void Every_embedded_model_parses_and_begins_with_its_id_and_length()
    {
        Assert.Equal(112, SunSpecModels.All.Count);
        Assert.All(SunSpecModels.All, id =>
        {
            var model = SunSpecModels.Get(id);
            Assert.Equal(id, model.Id);
            Assert.Equal(["ID", "L"], model.Top.Points.Take(2).Select(p => p.Name));
        });
    }

    [Fact]
    public void Every_point_has_the_size_of_its_type() => Assert.All(
        SunSpecModels.All.SelectMany(id => Points(SunSpecModels.Get(id).Top)),
        point => Assert.True(point.Type == PointType.Text || point.Size == point.Type.Registers, point.Name));

    [Fact]
    public void Every_scale_factor_that_a_point_names_exists() => Assert.All(SunSpecModels.All, id =>
    {
        var layout = SunSpecLayout.New(SunSpecModels.Get(id), _ => 2, 2);
        Assert.All(
            layout.Points.Where(p => p.Definition.ScalePoint is not null),
            p => Assert.True(p.ScaleOffset >= 0, $"{id}/{p.Name}"));
    });

    /// <summary>Offsets written down from the specification's tables, not from the model files.</summary>
    [Theory]
    [InlineData(1, "SN", 50)]
    [InlineData(101, "W", 14)]
    [InlineData(103, "St", 38)]
    [InlineData(113, "W", 22)]
    [InlineData(160, "N", 8)]
    [InlineData(202, "WphA", 19)]
    [InlineData(204, "Evt", 105)]
    [InlineData(213, "W", 28)]
    [InlineData(701, "W", 10)]
    [InlineData(701, "W_SF", 116)]
    [InlineData(702, "WMax", 26)]
    [InlineData(703, "ESDlyRemTms", 15)]
    [InlineData(704, "WSet", 24)]
    [InlineData(704, "WSetRvrtTms", 31)]
    [InlineData(713, "SoC", 4)]
    [InlineData(715, "ControllerHb", 5)]
    [InlineData(802, "SoC", 11)]
    public void A_point_stands_where_the_specification_has_it(ushort model, string point, int offset) =>
        Assert.Equal(offset, SunSpecModels.Get(model).Find(point)?.Offset);

    [Theory]
    [InlineData(704, 65, "PFWAbsRvrt_Ext", 66)]
    [InlineData(714, 68, "Prt_1_DCW", 57)]
    [InlineData(160, 128, "module_5_DCW", 121)]
    public void Groups_repeat_to_the_end_of_the_devices_length(ushort model, int length, string name, int offset)
    {
        var registers = new ushort[length + 2];
        if (model == 714) registers[4] = 2;

        var layout = SunSpecLayout.Over(SunSpecModels.Get(model), length, registers);

        Assert.Equal(offset, layout.Points.Single(p => p.Name == name).Offset);
        Assert.Equal(length + 2, layout.Registers);
    }

    [Fact]
    public void A_group_counted_beyond_the_length_ends_with_the_length()
    {
        var registers = new ushort[70];
        registers[4] = 40_000;

        var layout = SunSpecLayout.Over(SunSpecModels.Get(714), 68, registers);

        Assert.Equal(70, layout.Registers);
        Assert.Equal(2, layout.Points.Count(p => p.Name.EndsWith("_PrtTyp", StringComparison.Ordinal)));
    }

    [Fact]
    public void Points_beyond_the_devices_length_are_not_implemented_whatever_follows_them()
    {
        var registers = Enumerable.Repeat((ushort)5, 52).ToArray();

        var instance = new SunSpecInstance(new(103, 40070, 13), registers);

        Assert.Equal(PointValueKind.Number, instance["W"].Kind);
        Assert.Equal(PointValueKind.None, instance["Hz"].Kind);
    }

    [Fact]
    public void An_unknown_model_is_null_and_not_an_exception() => Assert.Null(SunSpecModels.Find(64_999));

    private static IEnumerable<SunSpecPoint> Points(SunSpecGroup group) =>
        group.Points.Concat(group.Groups.SelectMany(Points));
}
