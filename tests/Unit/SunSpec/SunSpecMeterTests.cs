using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class SunSpecMeterTests : IDisposable
{
    private readonly Socket socket = new(Devices.Meter202().Build());
    private readonly WatchedModbus bus;
    private TimeSpan now = 5.Seconds;

    public SunSpecMeterTests() => bus = new(socket);

    public void Dispose() => bus.Dispose();

    private SunSpecMeter Meter(SunSpecMeterSettings? settings = null)
    {
        var meter = new SunSpecMeter(bus, settings ?? Devices.MeterSettings);
        Assert.True(Devices.ReadUntilNews(meter, ref now, 1.Seconds));
        return meter;
    }

    private static Reading<MeterReading> Newest(SunSpecMeter meter)
    {
        Reading<MeterReading> reading = default;
        Assert.True(meter.Readings.TryRead(ref reading));
        return reading;
    }

    private MeterReading Value(SunSpecMeter meter) => Newest(meter).Within(TimeSpan.MaxValue, now)!.Value;

    private void Set(params (string Name, double Value)[] values)
    {
        foreach (var (name, value) in values) Assert.True(socket.Image.TrySet(socket.Image.Point(202, name), value));
    }

    /// <summary>Gives the meter its next turn when it asks for it.</summary>
    private bool Poll(SunSpecMeter meter)
    {
        if (meter.NextDue > now) now = meter.NextDue;
        return meter.Read(now);
    }

    private void ExpectNoReading(SunSpecMeter meter, SunSpecTrouble trouble)
    {
        var before = Newest(meter);

        Assert.False(Poll(meter));

        Assert.Equal(trouble, meter.Trouble);
        Assert.Equal(before.Sequence, Newest(meter).Sequence);
        Assert.Equal(now - before.TakenAt, Newest(meter).Age(now));
    }

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

    [Fact]
    public void The_settings_say_which_phase_feeds_which_leg()
    {
        var meter = Meter(Devices.MeterSettings with { Legs = [SunSpecPhase.B, SunSpecPhase.A] });

        Assert.Equal(new PerLeg<Watts>(1190.W, 2410.W, default), Value(meter).LegPower);
        Assert.Equal(new PerLeg<Volts>(119.V, 121.V, default), Value(meter).LegVoltage);
    }

    [Fact]
    public void A_reading_carries_the_time_its_request_left_and_a_number()
    {
        var meter = Meter();
        Poll(meter);
        var first = Newest(meter);

        Assert.True(Poll(meter));

        Assert.Equal(now, Newest(meter).TakenAt);
        Assert.Equal(first.Sequence + 1, Newest(meter).Sequence);
        Assert.Equal(first.TakenAt + Devices.MeterSettings.Period, Newest(meter).TakenAt);
    }

    [Fact]
    public void A_poll_is_one_request_and_allocates_nothing()
    {
        var meter = Meter();
        for (var i = 0; i < 100; i++) Poll(meter);
        var requests = bus.Requests;
        var published = Newest(meter).Sequence;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Poll(meter);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(1000, bus.Requests - requests);
        Assert.Equal(published + 1000, Newest(meter).Sequence);
    }

    [Fact]
    public void Before_its_time_nothing_is_asked()
    {
        var meter = Meter();
        var requests = bus.Requests;

        Assert.False(meter.Read(meter.NextDue - 1.Milliseconds));

        Assert.Equal(requests, bus.Requests);
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
    public void A_model_whose_length_changed_is_looked_for_again()
    {
        var meter = Meter();

        socket.Put((ushort)(socket.Image.Models[1].Address + 1), 104);

        ExpectNoReading(meter, SunSpecTrouble.HeaderMoved);
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
    public void A_device_that_was_away_may_come_back_with_other_scale_factors()
    {
        var meter = Meter();
        bus.Trouble = ModbusStatus.Disconnected;
        Poll(meter);
        bus.Trouble = null;

        Set(("W_SF", 1), ("W", 3000), ("WphA", 2000), ("WphB", 1000));

        Assert.True(Devices.ReadUntilNews(meter, ref now, 1.Seconds));
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
    public void A_model_that_moved_is_found_again()
    {
        var meter = Meter();
        socket.Image = new SunSpecImageBuilder(1).Model(1, ("SN", "m-1")).Model(2)
            .Model(202, ("A_SF", 0), ("V_SF", 0), ("W_SF", 0), ("W", 100), ("WphA", 60), ("WphB", 40), ("AphA", 1), ("AphB", 1),
                ("PhVphA", 120), ("PhVphB", 120))
            .Build();

        ExpectNoReading(meter, SunSpecTrouble.HeaderMoved);

        Assert.True(Devices.ReadUntilNews(meter, ref now, 1.Seconds));
        Assert.Equal(100.W, Value(meter).Power);
    }

    [Theory]
    [InlineData(ModbusStatus.Timeout)]
    [InlineData(ModbusStatus.Disconnected)]
    public void Another_device_in_its_place_is_not_believed(ModbusStatus silence)
    {
        var meter = Meter();
        var right = socket.Image;
        bus.Trouble = silence;
        for (var i = 0; i < 4; i++) Poll(meter);
        bus.Trouble = null;
        socket.Image = Devices.Meter202("other").Build();

        Assert.False(Devices.ReadUntilNews(meter, ref now, 60.Seconds));
        Assert.Equal(SunSpecTrouble.SerialChanged, meter.Trouble);

        socket.Image = right;
        Assert.True(Devices.ReadUntilNews(meter, ref now, 10.Seconds));
    }

    [Fact]
    public void A_device_that_refuses_its_common_model_after_trouble_is_looked_for_at_other_bases()
    {
        var meter = Meter();
        bus.Trouble = ModbusStatus.Disconnected;
        Poll(meter);
        bus.Trouble = null;
        socket.Image = new SunSpecImageBuilder(1, 0).Model(1, ("SN", "m-1"))
            .Model(202, ("A_SF", 0), ("V_SF", 0), ("W_SF", 0), ("W", 100), ("WphA", 60), ("WphB", 40), ("AphA", 1), ("AphB", 1),
                ("PhVphA", 120), ("PhVphB", 120))
            .Build();

        Assert.True(Devices.ReadUntilNews(meter, ref now, 2.Seconds));

        Assert.Equal(100.W, Value(meter).Power);
    }

    [Fact]
    public void A_meter_that_moved_while_it_was_away_is_not_taken_for_another()
    {
        var meter = Meter();
        bus.Trouble = ModbusStatus.Disconnected;
        Poll(meter);
        bus.Trouble = null;
        socket.Image = new SunSpecImageBuilder(1).Model(2).Model(1, ("SN", "m-1"))
            .Model(202, ("A_SF", 0), ("V_SF", 0), ("W_SF", 0), ("W", 100), ("WphA", 60), ("WphB", 40), ("AphA", 1), ("AphB", 1),
                ("PhVphA", 120), ("PhVphB", 120))
            .Build();

        Assert.True(Devices.ReadUntilNews(meter, ref now, 2.Seconds));

        Assert.Equal(100.W, Value(meter).Power);
    }

    [Fact]
    public void A_serial_number_in_the_site_file_is_demanded()
    {
        var meter = new SunSpecMeter(bus, Devices.MeterSettings with { SerialNumber = "m-2" });

        Assert.False(Devices.ReadUntilNews(meter, ref now, 20.Seconds));
        Assert.Equal(SunSpecTrouble.SerialChanged, meter.Trouble);
    }

    [Fact]
    public void A_silent_meter_is_asked_ever_more_rarely_and_read_at_once_when_it_is_back()
    {
        var meter = Meter();
        bus.Trouble = ModbusStatus.Timeout;
        var requests = bus.Requests;
        var end = now + 60.Seconds;
        while (now < end) Poll(meter);
        Assert.InRange(bus.Requests - requests, 10, 25);
        Assert.Equal(SunSpecTrouble.NoAnswer, meter.Trouble);

        bus.Trouble = null;

        Assert.True(Devices.ReadUntilNews(meter, ref now, 6.Seconds));
    }

    [Fact]
    public void A_device_without_a_meter_is_looked_at_now_and_then()
    {
        socket.Image = Devices.Inverter701().Build();
        var meter = new SunSpecMeter(bus, Devices.MeterSettings);

        Assert.False(Devices.ReadUntilNews(meter, ref now, 10.Seconds));
        Assert.Equal(SunSpecTrouble.ModelMissing, meter.Trouble);
        Assert.InRange(bus.Requests, 12, 250);
    }

    [Fact]
    public void No_turn_makes_more_requests_than_its_budget()
    {
        socket.Image = Devices.Inverter701().Build();
        var meter = new SunSpecMeter(bus, Devices.MeterSettings);

        for (var i = 0; i < 100; i++)
        {
            var before = bus.Requests;
            Poll(meter);
            Assert.InRange(bus.Requests - before, 0, 4);
        }
    }

    [Fact]
    public void The_second_meter_behind_an_inverter_has_its_own_common_model()
    {
        (string, PointSetting)[] values =
        [
            ("A_SF", 0), ("V_SF", 0), ("W_SF", 0), ("AphA", 10), ("AphB", 10), ("PhVphA", 120), ("PhVphB", 120),
        ];
        socket.Image = new SunSpecImageBuilder(1)
            .Model(1, ("SN", "inverter")).Model(103)
            .Model(1, ("SN", "first")).Model(202, [.. values, ("W", 20), ("WphA", 10), ("WphB", 10)])
            .Model(1, ("SN", "second")).Model(202, [.. values, ("W", 40), ("WphA", 20), ("WphB", 20)])
            .Build();

        var meter = Meter(Devices.MeterSettings with { Instance = 1 });

        Assert.Equal("second", meter.Identity!.SerialNumber);
        Assert.Equal(40.W, Value(meter).Power);
    }

    [Fact]
    public void A_float_meter_is_read_and_its_NaN_gives_no_reading()
    {
        socket.Image = new SunSpecImageBuilder(1).Model(1, ("SN", "f"))
            .Model(213, ("W", 900.5), ("WphA", 300.5), ("WphB", 300), ("WphC", 300), ("AphA", 1.5), ("AphB", 1.5), ("AphC", 1.5),
                ("PhVphA", 230.5), ("PhVphB", 230), ("PhVphC", 230), ("Hz", 50))
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
