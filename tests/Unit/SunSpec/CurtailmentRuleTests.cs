using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>What a limit on generation is where a device lacks something, or where numbers do not come out
/// even.</summary>
public sealed class CurtailmentRuleTests
{
    private static readonly SunSpecCurtailment Usual =
        new() { Write = new(10.Seconds, SecondMaster.Yield, null), SilencePercent = 40 };

    private TimeSpan now = 1.Seconds;

    [Fact]
    public void A_limit_is_rounded_down_to_what_the_register_holds()
    {
        var image = Devices.Inverter701().Build();

        Limit(image, -1000, Usual);

        // 1000 W of 7600 W are 13.157… %.
        Assert.Equal(13.1, image.Get(image.Point(704, "WMaxLimPct")));
    }

    [Fact]
    public void A_limit_above_all_that_it_can_generate_is_100_percent()
    {
        var image = Devices.Inverter701().Build();

        Limit(image, -9000, Usual);

        Assert.Equal((100, 1), (Of(image, 704, "WMaxLimPct"), Of(image, 704, "WMaxLimPctEna")));
    }

    [Theory]
    [InlineData("WMaxLimPctRvrtTms", DerWarnings.NoReversion)]
    [InlineData("WMaxLimPctRvrt", DerWarnings.ReversionUnknown)]
    [InlineData("WMaxLimPctEnaRvrt", DerWarnings.ReversionUnknown)]
    [InlineData("WMaxLimPctEna", DerWarnings.NotControllable)]
    [InlineData("WMaxLimPct", DerWarnings.NotControllable)]
    public void What_model_704_lacks_is_told(string point, DerWarnings expected)
    {
        var image = Devices.Inverter701().Build();
        image.Clear(image.Point(704, point));

        Assert.Equal(expected, Limit(image, -1000, Usual).Warnings);
    }

    [Theory]
    [InlineData("WMaxLimPct_RvrtTms", DerWarnings.NoReversion)]
    [InlineData("WMaxLim_Ena", DerWarnings.NotControllable)]
    [InlineData("WMaxLimPct", DerWarnings.NotControllable)]
    public void What_model_123_lacks_is_told(string point, DerWarnings expected)
    {
        var image = Older();
        image.Clear(image.Point(123, point));

        Assert.Equal(expected, Limit(image, -1000, Usual).Warnings);
    }

    [Theory]
    [InlineData(false, 20)]
    [InlineData(true, 10)]
    public void A_hundred_percent_are_the_setting_or_the_nameplate_as_the_site_says(bool isOfRating, double expected)
    {
        var image = Older();

        Limit(image, -1000, Usual with { IsOfRating = isOfRating });

        Assert.Equal(expected, Of(image, 123, "WMaxLimPct"));
    }

    [Fact]
    public void A_device_that_does_not_say_what_100_percent_are_is_not_limited_and_not_said_to_be()
    {
        var image = Older(maxPower: 0);

        Assert.False(Limit(image, -1000, Usual).IsHeld);

        Assert.Equal(0, Of(image, 123, "WMaxLim_Ena"));
    }

    [Theory]
    [InlineData(100, 0, 100)]
    [InlineData(40, 1, 40)]
    public void In_silence_it_is_limited_as_the_site_says_and_by_100_percent_not_at_all(
        double silence, double enabled, double percent)
    {
        var image = Older();
        var inverter = Limit(image, -1000, Usual with { SilencePercent = silence });

        Run(inverter, 15.Seconds, null);

        Assert.Equal((enabled, percent), (Of(image, 123, "WMaxLim_Ena"), Of(image, 123, "WMaxLimPct")));
    }

    [Fact]
    public void A_maker_whose_devices_stop_at_zero_percent_is_not_left_at_zero_in_silence_either()
    {
        var image = Devices.Inverter701(maker: "Fronius").Build();

        Limit(image, -1000, Usual with { SilencePercent = 0 });

        Assert.Equal(1, Of(image, 704, "WMaxLimPctRvrt"));
    }

    [Fact]
    public void A_limit_that_is_due_for_refresh_does_not_wait_for_a_slow_poll()
    {
        var image = Older();
        var bus = new WatchedModbus(image);
        var inverter = new SunSpecInverter(
            bus, Devices.InverterSettings with { Period = 30.Seconds, Curtailment = Usual });
        // Past the polls at 1, 31 and 61 s.
        Run(inverter, 65.Seconds, new(-1000));
        bus.Writes = [];

        Run(inverter, 20.Seconds, new(-1000));

        Assert.NotEmpty(bus.Writes);
    }

    [Theory]
    [InlineData("Maker", true)]
    [InlineData("SMA", false)]
    public void What_was_written_is_read_back_except_where_the_maker_is_known_to_show_nothing(string maker, bool isRead)
    {
        var image = Older(maker: maker);
        var bus = new WatchedModbus(image) { Log = [] };
        var inverter = new SunSpecInverter(bus, Devices.InverterSettings with { Curtailment = Usual });

        Run(inverter, 5.Seconds, new(-1000));

        var limit = image.AddressOf(image.Point(123, "WMaxLimPct"));
        Assert.Equal(20, Of(image, 123, "WMaxLimPct"));
        Assert.Equal(isRead, bus.Log.Exists(read => read == (limit, 1)));
    }

    [Theory]
    [InlineData("KOSTAL", WriteFunction.Multiple, 6)]
    [InlineData("APsystems", WriteFunction.Single, 16)]
    public void The_site_s_word_on_the_function_wins_over_what_is_known_of_the_maker(
        string maker, WriteFunction function, int unknown)
    {
        var image = Older(maker: maker);
        var bus = new WatchedModbus(image) { UnknownFunction = unknown };
        var how = Usual with { Write = Usual.Write with { Function = function } };

        Run(new(bus, Devices.InverterSettings with { Curtailment = how }), 5.Seconds, new(-1000));

        Assert.Equal(20, Of(image, 123, "WMaxLimPct"));
    }

    private SunSpecInverter Limit(SunSpecImage image, double watts, SunSpecCurtailment how)
    {
        var inverter = new SunSpecInverter(
            new WatchedModbus(image), Devices.InverterSettings with { Curtailment = how });
        Run(inverter, 5.Seconds, new(watts));
        return inverter;
    }

    private void Run(SunSpecInverter inverter, TimeSpan time, Watts? limit)
    {
        for (var end = now + time; now < end; now += 10.Milliseconds)
        {
            if (limit is { } most) inverter.Commands.Publish(new(most, now));
            if (now < inverter.NextDue) continue;
            inverter.Read(now);
            inverter.Write(now);
        }
    }

    private static double? Of(SunSpecImage image, ushort model, string point) => image.Get(image.Point(model, point));

    private static SunSpecImage Older(double maxPower = 5000, string maker = "Maker") => new SunSpecImageBuilder(1)
        .Model(1, ("Mn", maker), ("Md", "Older"), ("Vr", "1.0"), ("SN", "o-1"), ("DA", 1))
        .Model(103, ("W_SF", 0), ("W", 3000), ("St", 4), ("A_SF", 0), ("V_SF", 0), ("Hz_SF", -2), ("Evt1", 0))
        .Model(120, ("DERTyp", 4), ("WRtg", 10_000), ("WRtg_SF", 0))
        .Model(121, ("WMax", maxPower), ("WMax_SF", 0))
        .Model(123, ("Conn", 1), ("WMaxLimPct", 100), ("WMaxLimPct_RvrtTms", 0), ("WMaxLim_Ena", 0),
            ("WMaxLimPct_SF", -2), ("OutPFSet_SF", -2))
        .Build();
}
