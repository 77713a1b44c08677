using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class SunSpecImageTests
{
    private readonly SunSpecImage image = Devices.Inverter701().Build();

    private ImagePoint Control(string name) => image.Point(704, name);

    private ushort AddressOf(ImagePoint point) => (ushort)(image.BaseAddress + point.Index);

    private byte Write(string from, params ushort[] values) => image.Write(1, AddressOf(Control(from)), values);

    [Fact]
    public void A_scan_finds_the_models_of_an_image_in_order()
    {
        using var bus = new WatchedModbus(image);

        var scan = SunSpecScan.Run(bus, 1);

        Assert.Equal(ChainEnd.EndModel, scan.End);
        Assert.Equal(image.Models, scan.Models);
        Assert.Equal(
            [(1, 66), (701, 153), (702, 50), (703, 17), (704, 65)],
            scan.Models.Select(m => ((int)m.Model, (int)m.Length)));
    }

    [Fact]
    public void Setting_a_point_and_reading_its_registers_allocates_nothing()
    {
        var power = image.Point(701, "W");
        var energy = image.Point(701, "TotWhInj");
        var block = new ushort[125];
        void Cycle(int i)
        {
            Assert.True(image.TrySet(power, 5000 - i));
            Assert.True(image.TrySet(energy, 1e9 + i));
            Assert.Equal(0, image.Read(1, 40070, block));
        }
        Cycle(0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            image.TrySet(power, 5000 - i);
            image.TrySet(energy, 1e9 + i);
            image.Read(1, 40070, block);
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(4001, block[10]);
    }

    [Fact]
    public void A_value_that_does_not_fit_changes_nothing()
    {
        var power = image.Point(701, "W");

        Assert.False(image.TrySet(power, 40_000));
        Assert.False(image.TrySet(power, double.NaN));
        Assert.False(image.TrySet(image.Point(1, "SN"), new string('9', 33)));
        Assert.Equal(5000, image.Get(power));
        Assert.Equal("i-1", image.GetText(image.Point(1, "SN")));
    }

    [Fact]
    public void Mode_and_value_of_a_setpoint_change_in_one_write()
    {
        ImageWrite? seen = null;
        image.Written = (SunSpecImage _, in ImageWrite write) =>
        {
            seen = write;
            return 0;
        };

        var answer = Write("WSetEna", 1, 1, 0xFFFF, 0xF448);

        Assert.Equal(0, answer);
        Assert.Equal(1, image.Get(Control("WSetEna")));
        Assert.Equal(-3000, image.Get(Control("WSet")));
        Assert.True(seen!.Value.Touches(Control("WSetEna")) && seen.Value.Touches(Control("WSet")));
        Assert.False(seen.Value.Touches(Control("WSetRvrt")) || seen.Value.Touches(Control("WMaxLimPctRvrtRem")));
    }

    [Theory]
    [InlineData("WSetRvrtRem", new ushort[] { 0, 5 }, 2)]
    [InlineData("WSetEna", new ushort[] { 1, 1, 0 }, 2)]
    [InlineData("WSetEna", new ushort[] { 7 }, 3)]
    [InlineData("WSetEna", new ushort[] { 0xFFFF }, 3)]
    [InlineData("VarSetEna", new ushort[] { 1 }, 2)]
    [InlineData("WSetPct", new ushort[] { 100, 100, 1, 0, 9, 0, 9 }, 2)]
    public void A_write_that_one_point_does_not_take_is_refused_whole(string from, ushort[] values, byte exception)
    {
        var before = new ushort[image.Length];
        image.Read(1, image.BaseAddress, before);

        var answer = Write(from, values);

        var after = new ushort[image.Length];
        image.Read(1, image.BaseAddress, after);
        Assert.Equal(exception, answer);
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData(new ushort[] { 5 })]
    [InlineData(new ushort[] { 5, 0 })]
    [InlineData(new ushort[] { 5, 0, 0 })]
    public void A_write_into_the_middle_of_a_point_is_refused(ushort[] values) =>
        Assert.Equal(2, image.Write(1, (ushort)(AddressOf(Control("WSet")) + 1), values));

    [Fact]
    public void What_the_device_refuses_is_put_back()
    {
        image.Written = (SunSpecImage written, in ImageWrite write) =>
            (byte)(written.Get(written.Point(704, "WSet")) == 1234 ? 4 : 0);

        Assert.Equal(4, Write("WSet", 0, 1234));
        Assert.Equal(0, image.Get(Control("WSet")));
    }

    [Fact]
    public void Other_units_and_registers_outside_are_illegal_addresses()
    {
        var block = new ushort[2];

        Assert.Equal(2, image.Read(2, 40000, block));
        Assert.Equal(2, image.Read(1, 39999, block));
        Assert.Equal(2, image.Read(1, (ushort)(40000 + image.Length - 1), block));
        Assert.Equal(2, image.Write(1, 40000, [1]));
        Assert.Equal(2, image.Write(1, 40002, [1]));
    }

    [Fact]
    public void Ports_and_modules_are_built_as_often_as_asked()
    {
        var built = new SunSpecImageBuilder(1, 50000)
            .Model(1, ("SN", "x"))
            .Model(714,
                ("NPrt", 2), ("DCW_SF", 1), ("DCW", 8000), ("Prt_0_DCW", 5000),
                ("Prt_1_PrtTyp", 2), ("Prt_1_DCW", 3000))
            .Model(160, groupInstances: 3, ("N", 3), ("DCW_SF", 0), ("module_2_DCW", 400))
            .Build();

        Assert.Equal([(1, 66), (714, 68), (160, 68)], built.Models.Select(m => ((int)m.Model, (int)m.Length)));
        Assert.Equal(3000, built.Get(built.Point(714, "Prt_1_DCW")));
        Assert.Equal(400, built.Get(built.Point(160, "module_2_DCW")));
        Assert.Null(built.Get(built.Point(160, "module_1_DCW")));
    }

    [Fact]
    public void A_value_without_a_point_or_beyond_its_range_does_not_build()
    {
        Assert.Throws<ArgumentException>(() => new SunSpecImageBuilder(1).Model(202, ("Watts", 1)).Build());
        Assert.Throws<ArgumentException>(() => new SunSpecImageBuilder(1).Model(202, ("W", 40_000)).Build());
        Assert.Throws<ArgumentException>(() => new SunSpecImageBuilder(1).Model(202, ("W_SF", 11)).Build());
    }
}
