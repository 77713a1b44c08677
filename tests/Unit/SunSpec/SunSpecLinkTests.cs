using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>How a device is found, polled, lost and found again.</summary>
public sealed class SunSpecLinkTests : MeterBench
{
    private static readonly (string, PointSetting)[] Quiet =
    [
        ("A_SF", 0), ("V_SF", 0), ("W_SF", 0), ("W", 100), ("WphA", 60), ("WphB", 40), ("AphA", 1), ("AphB", 1),
        ("PhVphA", 120), ("PhVphB", 120),
    ];

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

    [Fact]
    public void A_model_whose_length_changed_is_looked_for_again()
    {
        var meter = Meter();

        socket.Put((ushort)(socket.Image.Models[1].Address + 1), 104);

        ExpectNoReading(meter, SunSpecTrouble.HeaderMoved);
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
    public void A_model_that_moved_is_found_again()
    {
        var meter = Meter();
        socket.Image = new SunSpecImageBuilder(1).Model(1, ("SN", "m-1")).Model(2)
            .Model(202, Quiet)
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
            .Model(202, Quiet)
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
            .Model(202, Quiet)
            .Build();

        Poll(meter);
        Assert.Equal(SunSpecTrouble.HeaderMoved, meter.Trouble);
        Assert.True(Devices.ReadUntilNews(meter, ref now, 2.Seconds));

        Assert.Equal(100.W, Value(meter).Power);
    }

    [Fact]
    public void A_device_that_shows_its_serial_number_late_is_held_to_it_from_then_on()
    {
        socket.Image = Devices.Meter202("").Build();
        var meter = Meter();
        Restart(Devices.Meter202("m-1").Build());
        Assert.True(Devices.ReadUntilNews(meter, ref now, 2.Seconds));

        Restart(Devices.Meter202("m-2").Build());

        Assert.False(Devices.ReadUntilNews(meter, ref now, 20.Seconds));

        void Restart(SunSpecImage image)
        {
            bus.Trouble = ModbusStatus.Disconnected;
            Poll(meter);
            bus.Trouble = null;
            socket.Image = image;
        }
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
}
