using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Trips;

/// <summary>Who may clear what, and what a restart keeps.</summary>
public sealed class LatchTests
{
    [Theory]
    [InlineData(Beginning.Ordered, false)]
    [InlineData(Beginning.Ordered, true)]
    [InlineData(Beginning.Crash, false)]
    [InlineData(Beginning.Crash, true)]
    public void A_latch_and_its_occurrence_survive_a_restart(Beginning after, bool isNewBoot)
    {
        var home = Stopped();
        var before = home.Trip(TripId.EmergencyStop);

        home.Restart(after, isNewBoot: isNewBoot);
        home.RunFor(30.Seconds);
        var then = home.Trip(TripId.EmergencyStop);
        home.Requests = new(TripId.EmergencyStop, 1);
        home.Step();

        Assert.Equal((before.Class, before.Occurrence, before.OpensNow), (then.Class, then.Occurrence, then.OpensNow));
        Assert.True(then.IsTripped);
        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void The_time_of_a_fault_that_clears_by_itself_goes_on_after_a_restart()
    {
        var home = Charging();
        home.Faults = EvseFaults.PowerStage;
        home.RunFor(1.Seconds);
        home.Faults = EvseFaults.None;
        home.RunFor(7.Seconds);

        home.Restart(Beginning.Ordered, isNewBoot: true);
        home.RunFor(2500.Milliseconds);
        var within = home.Trip(TripId.DeviceFault).IsTripped;
        home.RunFor(1.Seconds);

        Assert.True(within);
        Assert.False(home.Trip(TripId.DeviceFault).IsTripped);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Retries_that_were_spent_stay_spent_after_a_restart(bool isNewBoot)
    {
        var home = Charging();
        for (var i = 0; i < 3; i++) Fault(home);

        home.Restart(Beginning.Ordered, isNewBoot: isNewBoot);
        home.RunFor(30.Seconds);
        Fault(home);

        Assert.Equal(TripClass.F3, home.Trip(TripId.DeviceFault).Class);
        Assert.Equal(4u, home.Trip(TripId.DeviceFault).Occurrence);
    }

    [Fact]
    public void The_third_latch_of_a_week_is_the_installers()
    {
        var home = Charging();

        Latch(home);
        Latch(home);
        home.Restart(Beginning.Ordered, isNewBoot: true);
        home.RunFor(30.Seconds);
        var second = home.Trip(TripId.CommandOvershoot).Occurrence;
        Latch(home);
        ClearBy(home, TripId.CommandOvershoot, isService: false);
        var asPerson = home.Trip(TripId.CommandOvershoot);
        home.RunFor(61.Seconds);
        ClearBy(home, TripId.CommandOvershoot, isService: true);

        Assert.Equal(2u, second);
        Assert.Equal((true, TripClass.F4), (asPerson.IsTripped, asPerson.Class));
        Assert.False(home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    [Fact]
    public void Latches_that_are_a_week_apart_stay_a_persons()
    {
        var home = Charging();
        home.Period = 100.Milliseconds;

        for (var i = 0; i < 4; i++)
        {
            Latch(home);
            home.Step(TimeSpan.FromDays(3.6));
            home.RunFor(30.Seconds);
        }

        Assert.Equal(4u, home.Trip(TripId.CommandOvershoot).Occurrence);
        Assert.False(home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    [Fact]
    public void An_emergency_stop_is_never_service_however_often_it_is_pressed()
    {
        var home = Stopped();

        for (var i = 1u; i < 6; i++)
        {
            ClearBy(home, TripId.EmergencyStop, isService: false);
            home.IsPressed = true;
            home.Step();
            home.IsPressed = false;
            home.Step();
        }

        var stop = home.Trip(TripId.EmergencyStop);
        Assert.Equal((6u, TripClass.F3), (stop.Occurrence, stop.Class));
    }

    [Fact]
    public void A_service_fault_is_not_cleared_before_a_minute_without_a_sign_of_it()
    {
        var home = Charging();
        Latch(home);
        Latch(home);
        Overshoot(home);
        home.Power = Watts.Zero;

        home.RunFor(59.Seconds);
        ClearBy(home, TripId.CommandOvershoot, isService: true);
        var early = home.Trip(TripId.CommandOvershoot).IsTripped;
        home.RunFor(2.Seconds);
        ClearBy(home, TripId.CommandOvershoot, isService: true);

        Assert.True(early);
        Assert.False(home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    [Fact]
    public void A_crash_waits_ten_seconds_the_second_one_five_minutes_and_the_third_of_a_day_for_a_person()
    {
        var home = Charging();

        var first = WaitAfterCrash(home);
        home.RunFor(10.Minutes);
        var second = WaitAfterCrash(home);
        home.RunFor(10.Minutes);
        home.Restart(Beginning.Crash, isNewBoot: true);
        home.RunFor(1.Hours);
        var third = home.Trip(TripId.Crash);
        ClearBy(home, TripId.Crash, isService: false);

        Assert.InRange(first.TotalSeconds, 10, 10.3);
        Assert.InRange(second.TotalSeconds, 300, 300.3);
        Assert.Equal((true, TripClass.F3, 3u), (third.IsTripped, third.Class, third.Occurrence));
        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void Crashes_that_are_more_than_a_day_apart_each_wait_ten_seconds()
    {
        var home = Charging();

        for (var i = 0; i < 4; i++)
        {
            Assert.InRange(WaitAfterCrash(home).TotalSeconds, 10, 10.3);
            home.Step(TimeSpan.FromHours(24.1));
            home.RunFor(30.Seconds);
        }
    }

    [Theory]
    [InlineData(Beginning.Ordered, false)]
    [InlineData(Beginning.Crash, true)]
    public void Another_version_starts_without_the_crashes_of_the_one_before(Beginning after, bool waits)
    {
        var home = Charging();
        for (var i = 0; i < 3; i++) home.Restart(Beginning.Crash);

        home.Restart(after, isNewVersion: true);

        Assert.Equal(waits, home.Trip(TripId.Crash).IsTripped);
        Assert.NotEqual(TripClass.F3, home.Trip(TripId.Crash).Class);
    }

    [Fact]
    public void An_ordered_restart_is_no_crash_and_ends_no_wait_of_one()
    {
        var home = Charging();
        home.Restart(Beginning.Ordered);
        var ordered = home.Trip(TripId.Crash).IsTripped;

        home.Restart(Beginning.Crash);
        home.RunFor(4.Seconds);
        home.Restart(Beginning.Ordered, isNewBoot: true);
        home.RunFor(5.Seconds);
        var within = home.Trip(TripId.Crash).IsTripped;
        home.RunFor(2.Seconds);

        Assert.False(ordered);
        Assert.True(within);
        Assert.False(home.Trip(TripId.Crash).IsTripped);
    }

    [Fact]
    public void State_that_is_lost_is_latched_until_a_person_has_looked()
    {
        var home = Charging();

        home.Restart(Beginning.StateLost);
        home.RunFor(30.Seconds);
        var then = home.State;
        ClearBy(home, TripId.StateLost, isService: false);

        Assert.Equal(TripClass.F3, then.Trips[TripId.StateLost].Class);
        Assert.Equal((Watts.Zero, Connection.Open), (then.Setpoint, then.Command.Connection));
        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void A_loop_that_is_late_stops_and_tries_again_ten_seconds_later_three_times_a_day()
    {
        var home = Charging();

        home.IsLoopLate = true;
        home.Step();
        var late = home.State;
        home.IsLoopLate = false;
        home.RunFor(9900.Milliseconds);
        var within = home.State.Trips.Any;
        home.RunFor(300.Milliseconds);
        var after = home.State.Trips.Any;
        for (var i = 0; i < 3; i++)
        {
            home.IsLoopLate = true;
            home.Step();
            home.IsLoopLate = false;
            home.RunFor(11.Seconds);
        }

        Assert.Equal((Watts.Zero, Connection.Open), (late.Setpoint, late.Command.Connection));
        Assert.True(within);
        Assert.False(after);
        Assert.Equal(TripClass.F3, home.Trip(TripId.LoopOverrun).Class);
    }

    [Fact]
    public void Without_loop_overrun_a_late_loop_would_be_missed() =>
        Deleted.IsMissed(TripId.LoopOverrun, rules =>
        {
            var home = Charging(rules);
            home.IsLoopLate = true;
            home.Step();
            return home.State.Setpoint == Watts.Zero;
        });

    [Fact]
    public void A_disk_that_takes_nothing_is_told_and_stops_nothing()
    {
        var home = Charging();

        home.IsStoreFailing = true;
        home.RunFor(10.Seconds);
        var failing = home.State;
        home.IsStoreFailing = false;
        home.Step();

        var told = failing.Trips[TripId.StateNotStored];
        Assert.Equal((true, TripClass.F0), (told.IsTripped, told.Class));
        Assert.False(failing.Trips.Any);
        Assert.Equal(5.kW, failing.Setpoint);
        Assert.False(home.Trip(TripId.StateNotStored).IsTripped);
    }

    private static TimeSpan WaitAfterCrash(Rig home)
    {
        home.Restart(Beginning.Crash);
        var began = home.Now;
        while (home.Trip(TripId.Crash).IsTripped && home.Now - began < 10.Minutes) home.Step();
        return home.Now - began;
    }

    private static void Fault(Rig home)
    {
        home.Faults = EvseFaults.PowerStage;
        home.RunFor(1.Seconds);
        home.Faults = EvseFaults.None;
        home.RunFor(40.Seconds);
    }

    // Too much power, seen and cleared.
    private static void Latch(Rig home)
    {
        Overshoot(home);
        home.Follows = true;
        home.RunFor(5.Seconds);
        ClearBy(home, TripId.CommandOvershoot, isService: false);
    }

    private static void Overshoot(Rig home)
    {
        home.RunFor(20.Seconds);
        (home.Follows, home.Power) = (false, 9.kW);
        home.RunFor(3.Seconds);
        Assert.True(home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    private static void ClearBy(Rig home, TripId id, bool isService)
    {
        home.Requests = new(id, home.Trip(id).Occurrence) { IsService = isService };
        home.Step();
    }

    private static Rig Stopped()
    {
        var home = Charging();
        home.IsPressed = true;
        home.RunFor(1.Seconds);
        home.IsPressed = false;
        home.RunFor(1.Seconds);
        return home;
    }

    private static Rig Charging(RuleSet? rules = null)
    {
        var home = Rig.Transferring(rules: rules);
        home.Order(5.kW, TimeSpan.FromDays(365));
        home.RunFor(8.Seconds);
        return home;
    }
}
