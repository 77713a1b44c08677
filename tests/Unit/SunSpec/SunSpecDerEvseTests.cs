using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Sim.Devices;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>A bidirectional inverter as an EVSE: followed, refreshed, reverted, disputed.</summary>
public sealed class SunSpecDerEvseTests
{
    [Theory]
    [InlineData(7000)]
    [InlineData(-6000)]
    public void A_setpoint_is_followed_in_either_direction(double watts)
    {
        var bench = new DerBench();

        bench.Transfer(new(watts));

        bench.ExpectPower(new(watts));
        Assert.InRange(bench.Reading.Power.Value, watts - 150, watts + 150);
        Assert.Equal(-watts, bench.Register("WSet"));
        Assert.Equal(Math.Sign(watts), Math.Sign(bench.Reading.DcCurrent.Value));
        Assert.True(bench.Evse.IsHeld);
        Assert.Equal(DerWarnings.None, bench.Evse.Warnings);
        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void Before_a_command_to_close_the_device_holds_zero_without_permit()
    {
        var bench = new DerBench();

        bench.RunFor(5.Seconds);

        Assert.Equal((1, 0, 0), (bench.Register("WSetEna"), bench.Register("WSet"), bench.Register("ES", 703)));
        Assert.Equal(EvseSession.PluggedIn, bench.Reading.Session);
        Assert.False(bench.Reading.IsContactorClosed);
    }

    [Fact]
    public void At_take_over_the_device_is_told_to_hold_zero_when_we_fall_silent()
    {
        var bench = new DerBench();

        bench.RunFor(3.Seconds);

        Assert.Equal(
            (10, 1, 0), (bench.Register("WSetRvrtTms"), bench.Register("WSetEnaRvrt"), bench.Register("WSetRvrt")));
    }

    [Fact]
    public void The_command_is_refreshed_so_that_the_device_never_reverts_under_us()
    {
        var bench = new DerBench();
        bench.Transfer(5.kW);

        bench.RunFor(60.Seconds);

        Assert.Equal(0, bench.Der.Expiries);
        bench.ExpectPower(5.kW);
    }

    [Fact]
    public void When_the_host_dies_the_device_goes_to_zero_after_its_reversion_time_and_stays_there()
    {
        var bench = new DerBench();
        bench.Transfer(5.kW);

        bench.IsHostDead = true;
        bench.RunFor(4.Seconds);
        bench.ExpectPower(5.kW);
        bench.RunFor(9.Seconds);

        Assert.Equal(1, bench.Der.Expiries);
        bench.ExpectPower(Watts.Zero);
        Assert.Equal((1, 0), (bench.Register("WSetEna"), bench.Register("WSet")));
    }

    [Fact]
    public void A_command_that_is_too_old_is_zero_and_open()
    {
        var bench = new DerBench();
        bench.Transfer(5.kW);

        // The loop is dead, the poller lives.
        for (var i = 0; i < 400; i++)
        {
            bench.Plant.Advance(10.Milliseconds);
            bench.Der.Advance(bench.Plant.Now);
            bench.Evse.Read(bench.Plant.Now);
            bench.Evse.Write(bench.Plant.Now);
        }

        bench.ExpectPower(Watts.Zero);
        Assert.Equal(0, bench.Register("ES", 703));
    }

    [Fact]
    public void A_wire_that_comes_back_finds_the_reverted_device_and_tells_it_again()
    {
        var bench = new DerBench();
        bench.Transfer(5.kW);
        bench.Bus.Trouble = ModbusStatus.Timeout;
        bench.RunFor(20.Seconds);
        bench.ExpectPower(Watts.Zero);

        bench.Bus.Trouble = null;
        bench.RunFor(15.Seconds);

        bench.ExpectPower(5.kW);
        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void An_ordered_stop_ramps_to_zero_before_the_permit_is_withdrawn()
    {
        var bench = new DerBench();
        bench.Transfer(8.kW);

        bench.Order(Watts.Zero, Connection.Open);
        bench.RunFor(5.Seconds);

        Assert.False(bench.Reading.IsContactorClosed);
        Assert.InRange(bench.Plant.InterruptedCurrent.Value, 0, 1);
        Assert.Equal(0, bench.Register("ES", 703));
    }

    [Theory]
    [InlineData(Connection.Open, 400, 1)]
    [InlineData(Connection.Open, 900, 0)]
    [InlineData(Connection.OpenNow, 300, 0)]
    public void A_stop_waits_half_a_second_for_zero_and_an_emergency_for_nothing(
        Connection how, int milliseconds, int permit)
    {
        var bench = new DerBench();
        bench.Transfer(8.kW);
        bench.Der.Trouble = DerTrouble.Ignores;

        bench.Order(Watts.Zero, how);
        bench.RunFor(milliseconds.Milliseconds);

        Assert.Equal(permit, bench.Register("ES", 703));
    }

    [Fact]
    public void A_current_that_the_DC_side_shows_is_waited_for_too()
    {
        var bench = new DerBench();
        bench.Transfer(3.kW);
        // Shows its set-point as its power; only its DC side says that it goes on.
        bench.Der.Trouble = DerTrouble.Echoes;

        bench.Order(Watts.Zero, Connection.Open);
        bench.RunFor(400.Milliseconds);
        var early = bench.Register("ES", 703);
        bench.RunFor(500.Milliseconds);

        Assert.Equal((1, 0), (early, bench.Register("ES", 703)));
    }

    [Fact]
    public void A_device_that_keeps_something_else_than_it_confirmed_is_not_controllable()
    {
        var bench = new DerBench();
        bench.Transfer(4.kW);

        bench.Der.Trouble = DerTrouble.Clamps;
        bench.Order(8.kW);
        bench.RunFor(3.Seconds);

        Assert.False(bench.Evse.IsHeld);
        Assert.Equal(EvseFaults.NotControllable, bench.Reading.Faults);
    }

    [Fact]
    public void A_second_master_is_a_fault_and_zero_still_gets_through()
    {
        var bench = new DerBench();
        bench.Transfer(4.kW);

        bench.Der.WriteAsAnother(6000);
        bench.RunFor(2.Seconds);
        Assert.Equal(EvseFaults.ForeignControl, bench.Reading.Faults);
        bench.Order(Watts.Zero);
        bench.RunFor(3.Seconds);

        bench.ExpectPower(Watts.Zero);
        bench.RunFor(15.Seconds);
        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void Where_the_site_says_so_we_stand_back_for_a_second_master_for_a_minute()
    {
        var yields = DerBench.Settings with { Write = new(60.Seconds, SecondMaster.Yield, null) };
        var bench = new DerBench(settings: yields);
        bench.Transfer(4.kW);

        bench.Der.WriteAsAnother(3000);
        bench.RunFor(30.Seconds);
        Assert.Equal(EvseFaults.Yielded, bench.Reading.Faults);
        Assert.Equal(3000, bench.Register("WSet"));
        bench.RunFor(40.Seconds);

        Assert.Equal(-4000, bench.Register("WSet"));
        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void A_permit_that_somebody_else_withdrew_is_not_given_back_until_the_next_start()
    {
        var bench = new DerBench();
        bench.Transfer(4.kW);

        bench.Der.Image.Write(1, bench.Der.Image.AddressOf(bench.Der.Image.Point(703, "ES")), [0]);
        bench.RunFor(30.Seconds);
        Assert.Equal(0, bench.Register("ES", 703));
        Assert.False(bench.Reading.IsContactorClosed);
        bench.Order(Watts.Zero, Connection.Open);
        bench.RunFor(2.Seconds);
        bench.Order(4.kW);
        bench.RunFor(15.Seconds);

        bench.ExpectPower(4.kW);
    }

    [Fact]
    public void At_hand_back_nothing_is_commanded_and_the_timer_is_as_it_was()
    {
        var bench = new DerBench();
        Assert.Equal(0, bench.Der.Image.Write(
            1, bench.Der.Image.AddressOf(bench.Der.Image.Point(704, "WSetRvrtTms")), [0, 900]));
        // What a master before us left must not come to life again when we go.
        bench.Der.WriteAsAnother(5000);
        bench.Transfer(4.kW);
        bench.Order(Watts.Zero, Connection.Open);
        bench.RunFor(6.Seconds);

        for (var i = 0; i < 50 && !bench.Evse.HandBack(bench.Plant.Now); i++) bench.Plant.Advance(100.Milliseconds);

        Assert.Equal((0, 0), (bench.Register("WSetEna"), bench.Register("WSet")));
        Assert.Equal((900, 0), (bench.Register("WSetRvrtTms"), bench.Register("WSetEnaRvrt")));
    }

    [Fact]
    public void Without_a_reversion_timer_the_driver_warns()
    {
        var bench = new DerBench(new() { HasReversion = false });

        bench.Transfer(4.kW);

        Assert.Equal(DerWarnings.NoReversion, bench.Evse.Warnings);
        bench.ExpectPower(4.kW);
    }

    [Fact]
    public void A_scale_factor_of_the_setpoint_that_changes_commands_zero_until_it_stays()
    {
        var bench = new DerBench();
        bench.Transfer(4.kW);
        var scale = bench.Der.Image.Point(704, "WSet_SF");

        Assert.True(bench.Der.Image.TrySet(scale, 1));
        bench.RunFor(2.Seconds);
        Assert.Equal(0, bench.Register("WSet"));
        Assert.Equal(EvseFaults.NotControllable, bench.Reading.Faults & EvseFaults.NotControllable);
        bench.RunFor(20.Seconds);

        Assert.Equal(-4000, bench.Register("WSet"));
        bench.ExpectPower(4.kW);
    }

    [Fact]
    public void A_device_at_local_control_is_not_controllable()
    {
        var bench = new DerBench();
        bench.Transfer(4.kW);

        bench.Der.Trouble = DerTrouble.Local;
        bench.RunFor(12.Seconds);

        Assert.Equal(EvseFaults.NotControllable, bench.Reading.Faults);
    }

    [Fact]
    public void A_faulted_converter_is_a_faulted_session()
    {
        var bench = new DerBench();
        bench.Transfer(4.kW);

        bench.Der.Trouble = DerTrouble.Faulted;
        bench.RunFor(2.Seconds);

        Assert.Equal((EvseSession.Faulted, EvseFaults.PowerStage), (bench.Reading.Session, bench.Reading.Faults));
    }

    [Fact]
    public void The_limits_are_the_smaller_ones_of_site_and_device()
    {
        var bench = new DerBench(new() { RatingW = 6000 });

        bench.Transfer(9.kW);

        Assert.Equal((6.kW, -6.kW), (bench.Reading.InverterCharge, bench.Reading.InverterDischarge));
        Assert.Equal(-6000, bench.Register("WSet"));
        Assert.InRange(bench.Reading.VehicleSoc!.Value.Percent, 45, 55);
    }

    [Fact]
    public void Trip_curves_and_enter_service_are_told()
    {
        var bench = new DerBench();
        bench.RunFor(8.Seconds);

        Reading<GridSettings> settings = default;
        Assert.True(bench.Evse.GridSettings.TryRead(ref settings));
        var told = settings.Within(TimeSpan.MaxValue, bench.Plant.Now)!.Value;
        Assert.Equal(new TripCurve(true, [new(50, 2), new(88, 21)]), told.UnderVoltage);
        Assert.Equal(new TripCurve(true, [new(62, 0.16), new(61.2, 300)]), told.OverFrequency);
        Assert.Equal(5, told.EnterService!.Value.DelaySeconds);
        Assert.Equal(10.kW, told.Capability!.Value.MaxCharge);
    }

    [Fact]
    public void Nothing_but_the_owned_registers_is_ever_written()
    {
        var image = new DerBench().Der.Image;
        var bench = new DerBench();
        bench.Bus.Writes = [];
        bench.Transfer(4.kW);
        bench.Order(Watts.Zero, Connection.Open);
        bench.RunFor(20.Seconds);

        (string, ushort)[] owned =
        [
            ("WSetEna", 704), ("WSetRvrt", 704), ("WSetEnaRvrt", 704), ("WSetRvrtTms", 704), ("ES", 703),
        ];
        var starts = owned.Select(p => image.AddressOf(image.Point(p.Item2, p.Item1))).ToHashSet();
        Assert.All(bench.Bus.Writes, write => Assert.Contains(write.Start, starts));
    }

    [Fact]
    public void Polls_and_refreshes_allocate_nothing()
    {
        var bench = new DerBench();
        bench.Transfer(4.kW);
        bench.RunFor(70.Seconds);

        var before = GC.GetAllocatedBytesForCurrentThread();
        bench.RunFor(60.Seconds);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(70_000, 10)]
    public void A_reversion_time_that_no_register_holds_is_refused(int seconds, int _) =>
        Assert.Throws<ArgumentException>(() => new DerBench(
            settings: DerBench.Settings with { Write = new(seconds.Seconds, SecondMaster.Fault, null) }));

    [Fact]
    public void A_current_from_before_it_let_go_does_not_look_like_a_welded_contactor()
    {
        var bench = new DerBench();
        bench.Transfer(-(6.kW));

        bench.Plant.Service.Forced = new(63);
        var (let, most) = (0, 0.0);
        for (var i = 0; i < 300; i++)
        {
            bench.RunFor(10.Milliseconds);
            if (bench.Reading is not { IsContactorClosed: false, Session: EvseSession.PluggedIn } open) continue;
            (let, most) = (let + 1, Math.Max(most, Math.Abs(open.DcCurrent.Value)));
        }

        Assert.NotEqual(0, let);
        Assert.InRange(most, 0, 1);
    }

    [Fact]
    public void A_current_that_is_measured_after_it_let_go_is_told()
    {
        var bench = new DerBench();
        bench.RunFor(5.Seconds);

        bench.Der.Image.TrySet(bench.Der.Image.Point(714, "Prt_0_DCA"), 12);
        for (var i = 0; i < 200; i++)
        {
            bench.Plant.Advance(10.Milliseconds);
            bench.Evse.Read(bench.Plant.Now);
        }

        Assert.Equal(EvseSession.PluggedIn, bench.Reading.Session);
        Assert.InRange(Math.Abs(bench.Reading.DcCurrent.Value), 11.9, 12.1);
    }
}
