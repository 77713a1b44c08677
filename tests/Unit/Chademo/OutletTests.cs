using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Hal.Gpio;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>The driver from its commands to the bytes on both buses and the levels of the lines.</summary>
public class OutletTests
{
    private static OutletBench Transferring(double kilowatts)
    {
        var bench = new OutletBench();
        bench.Run(300.Milliseconds).Ask(kilowatts.kW).RunTo(EvseSession.Energised).Run(4.Seconds);
        return bench;
    }

    [Fact]
    public void A_charge_setpoint_never_draws_more_AC_than_asked()
    {
        var bench = Transferring(3.7);
        var reading = bench.Reading;

        Assert.Equal(Math.Truncate(10 * 3700 * 0.90 / 370) / 10, reading.DcCurrent.Value, 3);
        Assert.InRange(reading.PowerHigh.Value, 3600, 3700);
        Assert.Equal((reading.PowerLow.Value + reading.PowerHigh.Value) / 2, reading.Power.Value, 6);
        Assert.True(reading is { IsContactorClosed: true, Faults: EvseFaults.None, VehicleSoc.Percent: 60 });
        Assert.Equal(9.A, bench.Limits.AvailableCurrent);
    }

    [Fact]
    public void A_discharge_setpoint_never_feeds_more_AC_than_asked()
    {
        var reading = Transferring(-3).Reading;

        Assert.Equal(-Math.Truncate(10 * 3000 / 0.96 / 370) / 10, reading.DcCurrent.Value, 3);
        Assert.InRange(reading.PowerLow.Value, -3000, -2900);
        Assert.True(reading.PowerHigh.Value < 0);
    }

    [Fact]
    public void Limits_of_stage_and_car_are_given_as_AC_on_their_safe_side()
    {
        var reading = Transferring(2).Reading;

        Assert.Equal(370 * 30 / 0.96, reading.StageCharge.Value, 3);
        Assert.Equal(-370 * 20 * 0.90, reading.StageDischarge.Value, 3);
        Assert.Equal(370 * 30 / 0.96, reading.VehicleCharge.Value, 3);
        Assert.Equal(-370 * 15 * 0.90, reading.VehicleDischarge.Value, 3);
    }

    [Fact]
    public void Outside_a_session_nothing_is_known_of_the_car()
    {
        var bench = new OutletBench();
        bench.Run(1.Seconds);

        var reading = bench.Reading;

        Assert.Equal((EvseSession.PluggedIn, EvseFaults.None), (reading.Session, reading.Faults));
        Assert.Equal((Watts.Zero, Watts.Zero), (reading.VehicleCharge, reading.VehicleDischarge));
        Assert.Equal(Watts.Zero, reading.Power);
        Assert.Null(reading.VehicleSoc);
        Assert.True(reading.StageCharge.Value > 20_000);
    }

    [Fact]
    public void Frames_go_out_on_a_100_ms_grid_in_order_and_a_command_adds_none()
    {
        var bench = Transferring(2);
        bench.Sent.Clear();

        for (var i = 0; i < 100; i++)
        {
            bench.Ask(new Watts(1000 + 37 * i));
            bench.Tick();
        }

        var rounds = bench.Sent.GroupBy(s => s.At).ToList();
        Assert.Equal(10, rounds.Count);
        Assert.All(rounds, r => Assert.Equal([0x108u, 0x109u, 0x208u, 0x209u], r.Select(s => s.Frame.Id)));
        var gaps = rounds.Zip(rounds.Skip(1), (a, b) => (b.Key - a.Key).TotalMilliseconds);
        Assert.All(gaps, gap => Assert.InRange(gap, 90, 110));
    }

    [Fact]
    public void OpenNow_switches_the_stage_off_in_the_same_call()
    {
        var bench = Transferring(3);
        Assert.True(bench.Module.IsOn);

        bench.Evse.Commands.Publish(new(Watts.Zero, Connection.OpenNow, bench.Now, 1));
        bench.Evse.Write(bench.Now);
        bench.Module.Turn();

        Assert.False(bench.Module.IsOn);
        bench.Ask(Watts.Zero, Connection.OpenNow).Run(300.Milliseconds);
        Assert.Equal((false, false), (bench.Chip.Level("d2"), bench.Chip.Level("d1") is true && bench.IsClosed));
    }

    [Fact]
    public void A_lower_setpoint_reaches_the_stage_in_the_same_call()
    {
        var bench = Transferring(3);

        bench.Evse.Commands.Publish(new(1.kW, Connection.Close, bench.Now, 1));
        bench.Evse.Write(bench.Now);
        bench.Module.Turn();

        Assert.Equal(Math.Truncate(10 * 900.0 / 370) / 10, bench.Module.Amperes, 3);
    }

    [Fact]
    public void A_command_older_than_a_second_ends_the_session()
    {
        var bench = Transferring(3);
        bench.CommandIsFresh = false;

        bench.Run(950.Milliseconds);
        Assert.True(bench.Module.IsOn);
        bench.Run(150.Milliseconds);

        Assert.False(bench.Module.IsOn);
        Assert.Equal(EvseSession.Stopping, bench.Reading.Session);
    }

    [Fact]
    public void OpenNow_during_an_ordered_stop_switches_the_stage_off_in_the_same_call()
    {
        var bench = Transferring(3);
        bench.Ask(Watts.Zero, Connection.Open).Run(20.Milliseconds);
        Assert.Equal(SessionPhase.RampingDown, bench.Evse.Phase);

        bench.Evse.Commands.Publish(new(Watts.Zero, Connection.OpenNow, bench.Now, 1));
        bench.Evse.Write(bench.Now);

        Assert.Equal(SessionPhase.Interrupting, bench.Evse.Phase);
    }

    [Fact]
    public void An_earth_fault_that_is_still_seen_after_the_session_is_told_apart_from_one_that_was()
    {
        var names = OutletBench.Names with { EarthFault = "earth" };
        var bench = new OutletBench(names: names);
        bench.Run(300.Milliseconds).Ask(3.kW).RunTo(EvseSession.Energised).Run(1.Seconds);

        bench.SetEarthFault(true);
        bench.RunTo(EvseSession.Faulted, 10).Run(1.Seconds);
        var seen = bench.Reading;
        bench.SetEarthFault(false);
        bench.Run(1.Seconds);

        Assert.Equal(EvseFaults.Insulation, seen.ActiveFaults);
        Assert.Equal((EvseFaults.Insulation, EvseFaults.None), (bench.Reading.Faults, bench.Reading.ActiveFaults));
    }

    [Fact]
    public void A_silent_stage_with_the_contactor_closed_may_carry_anything_it_is_rated_for()
    {
        var bench = Transferring(3);
        bench.Module.IsSilent = true;

        for (var i = 0; i < 150 && bench.Reading.Faults == EvseFaults.None; i++) bench.Tick();
        bench.Module.Turn();

        var reading = bench.Reading;
        Assert.Equal(EvseFaults.PowerStageSilent, reading.Faults);
        Assert.Equal((0.0, 0.0), (reading.StageCharge.Value, reading.StageDischarge.Value));
        Assert.True(reading.PowerLow.Value < -20_000 && reading.PowerHigh.Value > 20_000);
        Assert.False(bench.Module.IsOn);
    }

    [Fact]
    public void A_silent_car_ends_in_zero_and_open()
    {
        var bench = Transferring(3);
        bench.CarIsSilent = true;

        bench.Run(1.5.Seconds);

        Assert.False(bench.Module.IsOn);
        Assert.Equal(false, bench.Chip.Level("d2"));
        Assert.Equal(EvseFaults.VehicleSilent, bench.Reading.Faults);
        bench.Run(3.Seconds);
        Assert.Equal((EvseSession.Faulted, false), (bench.Reading.Session, bench.Chip.Level("lock")));
    }

    [Theory]
    [InlineData("k", EvseFaults.Line)]
    [InlineData("locked", EvseFaults.Lock | EvseFaults.Line)]
    [InlineData("plug", EvseFaults.Line)]
    [InlineData("d2", EvseFaults.Line)]
    public void A_line_that_cannot_be_known_ends_the_session(string line, EvseFaults faults)
    {
        var bench = Transferring(3);

        bench.Chip.SetFault(line, LineFault.Unreadable);
        bench.Run(300.Milliseconds);

        Assert.False(bench.Module.IsOn);
        Assert.Equal(faults, bench.Reading.Faults & faults);
        Assert.NotEqual(EvseSession.Energised, bench.Reading.Session);
    }

    [Fact]
    public void A_whole_session_ends_unlocked_and_can_start_again()
    {
        var bench = Transferring(3);

        bench.Ask(Watts.Zero, Connection.Open).RunTo(EvseSession.PluggedIn);
        Assert.Equal(
            (false, false, false), (bench.Chip.Level("d1"), bench.Chip.Level("d2"), bench.Chip.Level("lock")));
        bench.Ask(2.kW).RunTo(EvseSession.Energised);

        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void The_direction_of_power_can_be_reversed_within_its_settling_time()
    {
        var bench = Transferring(3);

        bench.Ask((-3).kW).Run(ChademoEvse.Timing.SettlingTime);
        Assert.InRange(bench.Reading.Power.Value, -3000, -2700);
        bench.Ask(3.kW).Run(ChademoEvse.Timing.SettlingTime);

        Assert.InRange(bench.Reading.Power.Value, 2700, 3000);
    }

    [Fact]
    public void Nothing_is_published_before_the_stage_was_heard_or_five_seconds_passed()
    {
        var bench = new OutletBench();
        bench.Module.IsSilent = true;

        bench.Run(4.9.Seconds);
        Assert.Equal(0u, bench.Evse.Readings.Sequence);
        bench.Run(300.Milliseconds);

        Assert.Equal(EvseFaults.PowerStageSilent, bench.Reading.Faults);
    }

    [Fact]
    public void A_reading_is_stamped_with_the_stages_sample()
    {
        var bench = Transferring(3);
        Reading<EvseReading> held = default;
        bench.Evse.Readings.TryRead(ref held);

        Assert.Equal(bench.Stage.Reading.TakenAt, held.TakenAt);
    }

    [Fact]
    public void An_offer_above_the_stages_ratings_is_refused()
    {
        var stage = new InfyStage(
            new InMemoryCanBus(() => TimeSpan.Zero).Attach(),
            new InfySettings { Ratings = OutletBench.Ratings with { MaxVoltage = 450.V } });
        var chip = new InMemoryGpioChip("chip", "d1", "d2", "lock", "k", "plug", "locked");
        var car = new InMemoryCanBus(() => TimeSpan.Zero).Attach();

        Assert.Throws<ArgumentException>(
            () => new ChademoEvse(car, stage, chip.Attach(), OutletBench.Names, SessionBench.Settings));
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        var bench = Transferring(3);
        bench.CarIsSilent = true;
        var now = bench.Now;
        for (var i = 0; i < 20; i++) Turn();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 60; i++) Turn();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(EvseSession.Energised, bench.Reading.Session);

        void Turn()
        {
            now += 10.Milliseconds;
            bench.Evse.Commands.Publish(new(3.kW, Connection.Close, now, 1));
            bench.Evse.Read(now);
            bench.Evse.Write(now);
        }
    }
}
