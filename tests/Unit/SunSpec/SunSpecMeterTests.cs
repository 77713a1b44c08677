using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>What a meter reads, and what it does not believe.</summary>
public sealed class SunSpecMeterTests : MeterBench
{
    [Fact]
    public void A_split_phase_meter_is_found_and_read()
    {
        var meter = Meter();

        Assert.Equal(
            new MeterReading(3600.W, new(2410.W, 1190.W, default), new(121.V, 119.V, default), new(20.A, 10.A, default),
                new Hertz(60)),
            Value(meter));
        Assert.Equal(new("Maker", "Split-phase meter", "1.0", "m-1"), meter.Identity);
        Assert.Equal(SunSpecTrouble.None, meter.Trouble);
    }

    [Fact]
    public void Where_positive_is_export_the_powers_are_turned_round_and_the_magnitudes_are_not()
    {
        var meter = Meter(Devices.MeterSettings with { Sign = SunSpecSign.PositiveIsExport });

        Assert.Equal(new Watts(-3600), Value(meter).Power);
        Assert.Equal(new PerLeg<Watts>(new(-2410), new(-1190), default), Value(meter).LegPower);
        Assert.Equal(20.A, Value(meter).LegCurrent.L1);
    }

    [Fact]
    public void A_meter_whose_sign_nobody_stated_is_not_made() => Assert.Throws<ArgumentException>(
        () => new SunSpecMeter(bus, Devices.MeterSettings with { Sign = default }));

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_service_without_legs_or_with_four_is_refused(int legs) => Assert.Throws<ArgumentException>(
        () => Meter(Devices.MeterSettings with { Legs = [.. Enumerable.Repeat(SunSpecPhase.A, legs)] }));

    [Fact]
    public void A_current_that_is_told_in_whole_amperes_contradicts_no_power_by_what_it_leaves_out()
    {
        socket.Image = Coarse();
        var meter = Meter(Devices.MeterSettings with
        {
            Legs = [SunSpecPhase.A], Range = PhysicalRange.OfService(230.V, 63.A, 1),
        });

        Assert.True(Poll(meter));

        // 1 A at 230 V and less than one more are at most 460 W.
        static SunSpecImage Coarse() => new SunSpecImageBuilder(1).Model(1, ("SN", "s"))
            .Model(201, ("W_SF", 0), ("A_SF", 0), ("V_SF", 0), ("W", 440), ("A", 1), ("PhV", 230),
                ("WphA", 440), ("AphA", 1), ("PhVphA", 230))
            .Build();
    }

    [Fact]
    public void The_settings_say_which_phase_feeds_which_leg()
    {
        var meter = Meter(Devices.MeterSettings with { Legs = [SunSpecPhase.B, SunSpecPhase.A] });

        Assert.Equal(new PerLeg<Watts>(1190.W, 2410.W, default), Value(meter).LegPower);
        Assert.Equal(new PerLeg<Volts>(119.V, 121.V, default), Value(meter).LegVoltage);
    }

    [Theory]
    [InlineData("W")]
    [InlineData("WphB")]
    [InlineData("PhVphA")]
    [InlineData("AphB")]
    public void A_needed_point_that_is_not_implemented_gives_no_reading_until_it_is_back(string point)
    {
        var meter = Meter();
        var was = socket.Image.Get(socket.Image.Point(202, point))!.Value;
        socket.Image.Clear(socket.Image.Point(202, point));

        ExpectNoReading(meter, SunSpecTrouble.NotImplemented);

        Set((point, was));
        Assert.True(Poll(meter));
    }

    [Fact]
    public void A_frequency_that_is_not_implemented_is_null()
    {
        socket.Image.Clear(socket.Image.Point(202, "Hz"));

        Assert.Null(Value(Meter()).Frequency);
    }

    [Theory]
    [InlineData("W", 32_000)]
    [InlineData("WphA", 2410 + 600)]
    [InlineData("WphA", -32_000)]
    [InlineData("PhVphA", 181)]
    [InlineData("PhVphB", -119)]
    [InlineData("AphA", 8)]
    [InlineData("AphB", 0)]
    [InlineData("Hz", 39)]
    public void A_value_that_is_impossible_or_contradicts_another_gives_no_reading(string point, double value)
    {
        var meter = Meter();
        Set((point, value));

        ExpectNoReading(meter, SunSpecTrouble.Implausible);
    }

    [Fact]
    public void Reactive_current_is_no_contradiction()
    {
        var meter = Meter();

        Set(("AphA", 60), ("AphB", 60));

        Assert.True(Poll(meter));
    }

    [Fact]
    public void A_power_beyond_the_physical_range_gives_no_reading()
    {
        var meter = Meter(Devices.MeterSettings with { Range = new(4.kW, 180.V, 400.A) });

        Set(("W", 4100), ("WphA", 2700), ("WphB", 1400), ("AphA", 30), ("AphB", 20));

        ExpectNoReading(meter, SunSpecTrouble.Implausible);
    }

    [Fact]
    public void A_leg_beyond_the_physical_range_gives_no_reading_though_the_other_cancels_it()
    {
        var meter = Meter(Devices.MeterSettings with { Range = new(4.kW, 180.V, 400.A) });

        Set(("W", 0), ("WphA", 4100), ("WphB", -4100), ("AphA", 40), ("AphB", 40));

        ExpectNoReading(meter, SunSpecTrouble.Implausible);
    }

    [Fact]
    public void A_negative_voltage_gives_no_reading_though_nothing_flows()
    {
        var meter = Meter();

        Set(("W", 2410), ("WphB", 0), ("AphB", 0), ("PhVphB", -119));

        ExpectNoReading(meter, SunSpecTrouble.Implausible);
    }

    [Fact]
    public void A_scale_factor_that_changes_while_the_device_runs_gives_no_reading()
    {
        var meter = Meter();

        Set(("W_SF", -2));
        ExpectNoReading(meter, SunSpecTrouble.ScaleChanged);
        ExpectNoReading(meter, SunSpecTrouble.ScaleChanged);

        Set(("W_SF", 0));
        Assert.True(Poll(meter));
    }

    [Fact]
    public void A_scale_factor_may_change_where_the_settings_allow_it()
    {
        var meter = Meter(Devices.MeterSettings with { MayScaleVary = true });

        Set(("W_SF", 1), ("W", 3000), ("WphA", 2000), ("WphB", 1000));

        Assert.True(Poll(meter));
        Assert.Equal(3.kW, Value(meter).Power);
    }

    [Fact]
    public void A_scale_factor_out_of_range_gives_no_reading()
    {
        var meter = Meter();

        socket.Put((ushort)(socket.Image.Models[1].Address + 22), 11);

        ExpectNoReading(meter, SunSpecTrouble.ScaleInvalid);
    }

    [Fact]
    public void A_float_meter_is_read_and_its_NaN_gives_no_reading()
    {
        socket.Image = new SunSpecImageBuilder(1).Model(1, ("SN", "f"))
            .Model(213,
                ("W", 900.5), ("WphA", 300.5), ("WphB", 300), ("WphC", 300), ("AphA", 1.5), ("AphB", 1.5),
                ("AphC", 1.5), ("PhVphA", 230.5), ("PhVphB", 230), ("PhVphC", 230), ("Hz", 50))
            .Build();
        var meter = Meter(Devices.MeterSettings with
        {
            Legs = [SunSpecPhase.A, SunSpecPhase.B, SunSpecPhase.C],
            Range = PhysicalRange.OfService(230.V, 35.A, 3),
        });
        Assert.Equal(new Watts(300.5), Value(meter).LegPower.L1);

        socket.Image.Clear(socket.Image.Point(213, "WphC"));

        ExpectNoReading(meter, SunSpecTrouble.NotImplemented);
    }

    [Fact]
    public void A_single_phase_meter_without_phase_values_gives_its_totals()
    {
        socket.Image = new SunSpecImageBuilder(1).Model(1, ("SN", "s"))
            .Model(201, ("W_SF", 0), ("A_SF", -1), ("V_SF", 0), ("W", -1000), ("A", -4.4), ("PhV", 230))
            .Build();

        var meter = Meter(Devices.MeterSettings with
        {
            Legs = [SunSpecPhase.A], Range = PhysicalRange.OfService(230.V, 63.A, 1),
        });

        Assert.Equal(
            new MeterReading(new(-1000), new(new(-1000), default, default), new(230.V, default, default),
                new(new(4.4), default, default), null),
            Value(meter));
    }
}
