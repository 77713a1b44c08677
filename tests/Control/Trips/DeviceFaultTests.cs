using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Trips;

/// <summary>Faults that the EVSE reports.</summary>
public sealed class DeviceFaultTests
{
    [Theory]
    [InlineData(EvseFaults.PowerStage, TripId.DeviceFault, TripClass.F2, Connection.Open)]
    [InlineData(EvseFaults.Vehicle, TripId.DeviceFault, TripClass.F2, Connection.Open)]
    [InlineData(EvseFaults.Insulation, TripId.Insulation, TripClass.F3, Connection.OpenNow)]
    [InlineData(EvseFaults.OverVoltage, TripId.OverVoltage, TripClass.F3, Connection.OpenNow)]
    [InlineData(EvseFaults.Weld | EvseFaults.Vehicle, TripId.ContactorWelded, TripClass.F4, Connection.OpenNow)]
    public void A_fault_stops_in_the_same_step_in_its_class(
        EvseFaults faults, TripId trip, TripClass expected, Connection connection)
    {
        var home = Charging();

        home.Faults = faults;
        home.Step();

        Assert.Equal(Watts.Zero, home.State.Setpoint);
        Assert.Equal((true, expected), (home.Trip(trip).IsTripped, home.Trip(trip).Class));
        Assert.Equal(connection, home.State.Command.Connection);
    }

    [Fact]
    public void A_fault_clears_by_itself_ten_seconds_after_it_is_gone()
    {
        var home = Charging();
        home.Faults = EvseFaults.PowerStage;
        home.RunFor(1.Seconds);

        home.Faults = EvseFaults.None;
        home.RunFor(10.Seconds);
        var within = home.State.Trips.Any;
        home.Step();

        Assert.True(within);
        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void The_fourth_fault_of_a_day_waits_for_a_person()
    {
        var home = Charging();

        for (var i = 0; i < 4; i++) FaultFor(home, 1.Seconds, thenFor: 40.Seconds);

        Assert.Equal(TripClass.F3, home.State.Trips[TripId.DeviceFault].Class);
        Assert.Equal(ModeKind.Tripped, home.State.Mode);
    }

    [Fact]
    public void Faults_that_are_a_day_apart_never_wait_for_a_person()
    {
        var home = Charging();
        home.Period = 5.Seconds;

        for (var i = 0; i < 6; i++) FaultFor(home, 5.Seconds, thenFor: 8.Hours + 1.Minutes);

        Assert.False(home.State.Trips.Any);
    }

    [Theory]
    [InlineData(EvseFaults.Insulation, TripId.Insulation)]
    [InlineData(EvseFaults.OverVoltage, TripId.OverVoltage)]
    public void A_latching_fault_stays_when_it_is_gone(EvseFaults fault, TripId trip)
    {
        var home = Charging();
        FaultFor(home, 1.Seconds, thenFor: 60.Seconds, fault);
        var gone = home.Trip(trip).IsTripped;

        home.Requests = new(trip, 1);
        home.Step();

        Assert.True(gone);
        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void A_second_worse_fault_has_a_trip_of_its_own_and_interrupts()
    {
        var home = Charging();
        home.Faults = EvseFaults.Vehicle;
        home.RunFor(1.Seconds);

        home.Faults |= EvseFaults.OverVoltage;
        home.Step();

        Assert.Equal(TripClass.F2, home.Trip(TripId.DeviceFault).Class);
        Assert.Equal(TripClass.F3, home.Trip(TripId.OverVoltage).Class);
        Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
    }

    [Fact]
    public void A_session_that_ended_in_its_fault_is_tried_again_although_its_bits_remain()
    {
        var home = Charging();
        var session = home.State.Command.Session;
        (home.Faults, home.ForcedSession) = (EvseFaults.VehicleSilent, EvseSession.Faulted);
        home.RunFor(5.Seconds);

        home.RunUntil(ModeKind.Starting);
        (home.Faults, home.ForcedSession) = (EvseFaults.None, null);
        home.RunUntil(ModeKind.Transferring);

        Assert.Equal(session + 1, home.State.Command.Session);
        Assert.Equal(1u, home.State.Trips[TripId.DeviceFault].Occurrence);
    }

    [Fact]
    public void A_further_fault_in_an_ended_session_trips_again()
    {
        var home = Charging();
        home.Ask(Watts.Zero);
        (home.Faults, home.ForcedSession) = (EvseFaults.VehicleSilent, EvseSession.Faulted);
        home.RunFor(15.Seconds);
        var cleared = home.State.Trips.Any;

        home.Faults |= EvseFaults.Vehicle;
        home.Step();

        Assert.False(cleared);
        Assert.Equal((true, 2u), (home.Trip(TripId.DeviceFault).IsTripped, home.Trip(TripId.DeviceFault).Occurrence));
    }

    [Fact]
    public void A_fault_whose_cause_is_still_seen_in_an_ended_session_can_be_cleared_by_nobody()
    {
        var home = Ended(EvseFaults.Insulation, EvseFaults.Insulation);

        home.Requests = new(TripId.Insulation, 1);
        home.RunFor(1.Seconds);
        var whileSeen = home.State;
        home.SpoilEvse = reading => reading with { ActiveFaults = EvseFaults.None };
        home.RunFor(1.Seconds);
        home.Requests = new(TripId.Insulation, 1);
        home.Step();

        Assert.True(whileSeen.Trips[TripId.Insulation].IsTripped);
        Assert.Equal(1u, whileSeen.ClearsRefused);
        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void A_cause_that_comes_back_after_the_clear_trips_again()
    {
        var home = Ended(EvseFaults.Insulation, EvseFaults.None);
        home.Requests = new(TripId.Insulation, 1);
        home.RunFor(1.Seconds);
        var cleared = home.State.Trips.Any;

        home.SpoilEvse = reading => reading with { ActiveFaults = EvseFaults.Insulation };
        home.Step();

        Assert.False(cleared);
        Assert.Equal(2u, home.State.Trips[TripId.Insulation].Occurrence);
    }

    [Fact]
    public void The_ten_seconds_of_a_fault_that_clears_by_itself_begin_when_its_cause_is_gone()
    {
        var home = Ended(EvseFaults.PowerStageSilent, EvseFaults.PowerStageSilent);
        home.RunFor(60.Seconds);
        var whileSeen = home.State.Trips.Any;

        home.SpoilEvse = reading => reading with { ActiveFaults = EvseFaults.None };
        home.RunFor(11.Seconds);

        Assert.True(whileSeen);
        Assert.False(home.State.Trips[TripId.DeviceFault].IsTripped);
    }

    private static Rig Ended(EvseFaults faults, EvseFaults active)
    {
        var home = Charging();
        home.Ask(Watts.Zero);
        (home.Faults, home.ForcedSession) = (faults, EvseSession.Faulted);
        home.SpoilEvse = reading => reading with { ActiveFaults = active };
        home.RunFor(5.Seconds);
        return home;
    }

    [Fact]
    public void A_silent_EVSE_clears_no_fault()
    {
        var home = Charging();
        home.Faults = EvseFaults.PowerStage;
        home.RunFor(1.Seconds);

        home.Faults = EvseFaults.None;
        home.EvseSpeaks = false;
        home.RunFor(30.Seconds);

        Assert.True(home.State.Trips[TripId.DeviceFault].IsTripped);
    }

    [Fact]
    public void Without_the_device_fault_it_would_be_missed() =>
        Deleted.IsMissed(TripId.DeviceFault, rules =>
        {
            var home = Charging(rules);
            home.Faults = EvseFaults.PowerStage;
            home.Step();
            return home.State.Setpoint == Watts.Zero;
        });

    [Theory]
    [InlineData(EvseFaults.Insulation, TripId.Insulation)]
    [InlineData(EvseFaults.OverVoltage, TripId.OverVoltage)]
    public void Without_its_own_trip_a_latching_fault_would_be_missed(EvseFaults fault, TripId trip) =>
        Deleted.IsMissed(trip, rules =>
        {
            var home = Charging(rules);
            FaultFor(home, 1.Seconds, thenFor: 60.Seconds, fault);
            return home.State.Setpoint == Watts.Zero;
        });

    [Theory]
    [InlineData(EvseFaults.Insulation, TripId.Insulation)]
    [InlineData(EvseFaults.OverVoltage, TripId.OverVoltage)]
    public void A_latching_fault_is_not_cleared_while_the_EVSE_is_silent(EvseFaults fault, TripId trip)
    {
        var home = Charging();
        FaultFor(home, 1.Seconds, thenFor: 10.Seconds, fault);
        home.EvseSpeaks = false;
        home.RunFor(2.Seconds);

        home.Requests = new(trip, 1);
        home.Step();

        Assert.True(home.Trip(trip).IsTripped);
    }

    private static void FaultFor(Rig home, TimeSpan time, TimeSpan thenFor, EvseFaults faults = EvseFaults.PowerStage)
    {
        home.Faults = faults;
        home.RunFor(time);
        home.Faults = EvseFaults.None;
        home.RunFor(thenFor);
    }

    private static Rig Charging(RuleSet? rules = null)
    {
        var home = Rig.Transferring(rules: rules);
        home.Order(5.kW, 100.Hours);
        home.RunFor(8.Seconds);
        return home;
    }
}
