using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Trips;

/// <summary>Power-up and emergency stop.</summary>
public sealed class LineTripTests
{
    [Fact]
    public void A_start_is_tripped_until_everything_has_been_fresh_for_a_second()
    {
        var home = new Rig();
        home.Ask(5.kW);

        home.RunFor(1.Seconds);
        var within = home.State;
        home.Step();

        Assert.True(within.Trips[TripId.PowerUp].IsTripped);
        Assert.Equal(TripClass.F1, within.Trips[TripId.PowerUp].Class);
        Assert.False(home.State.Trips.Any);
    }

    [Theory]
    [InlineData("meter")]
    [InlineData("evse")]
    [InlineData("lines")]
    [InlineData("permit")]
    public void A_start_waits_for_each_input(string missing)
    {
        var home = new Rig();
        home.Ask(5.kW);
        if (missing == "meter") home.MeterSpeaks = false;
        if (missing == "evse") home.EvseSpeaks = false;
        if (missing == "lines") home.LinesSpeak = false;
        if (missing == "permit") home.IsPermitted = false;

        home.RunFor(20.Seconds);

        Assert.True(home.State.Trips[TripId.PowerUp].IsTripped);
        Assert.Equal(Connection.Open, home.State.Command.Connection);
    }

    [Fact]
    public void A_withdrawn_permit_stops_in_the_same_step_and_returns_by_itself()
    {
        var home = Charging();

        home.IsPermitted = false;
        home.Step();
        var without = home.State;
        home.IsPermitted = true;
        home.RunUntil(ModeKind.Transferring);

        Assert.Equal(Watts.Zero, without.Setpoint);
        Assert.Equal(Connection.Open, without.Command.Connection);
        Assert.Equal(2u, home.State.Trips[TripId.PowerUp].Occurrence);
    }

    [Fact]
    public void A_person_cannot_shorten_power_up()
    {
        var home = new Rig { IsPermitted = false };
        home.RunFor(1.Seconds);

        home.Requests = new(TripId.PowerUp, 1);
        home.Step();

        Assert.True(home.State.Trips[TripId.PowerUp].IsTripped);
        Assert.Equal(1u, home.State.ClearsRefused);
    }

    [Fact]
    public void Without_power_up_a_withdrawn_permit_would_be_missed() =>
        Deleted.IsMissed(TripId.PowerUp, rules =>
        {
            var home = Charging(rules);
            home.IsPermitted = false;
            home.Step();
            return home.State.Setpoint == Watts.Zero;
        });

    [Fact]
    public void The_emergency_stop_interrupts_in_the_same_step()
    {
        var home = Charging();

        home.IsPressed = true;
        home.Step();

        Assert.Equal(Watts.Zero, home.State.Setpoint);
        Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
        Assert.Equal(TripClass.F3, home.State.Trips[TripId.EmergencyStop].Class);
    }

    [Fact]
    public void Lines_that_were_known_and_fall_silent_count_as_pressed_after_their_maximum_age()
    {
        var home = Charging();
        home.LinesSpeak = false;

        home.RunFor(500.Milliseconds);
        var within = home.State.Trips.Any;
        home.Step();

        Assert.False(within);
        Assert.True(home.State.Trips[TripId.EmergencyStop].IsTripped);
        Assert.Equal(Watts.Zero, home.State.Setpoint);
    }

    [Fact]
    public void Lines_that_fall_silent_before_power_up_is_over_are_awaited_and_no_emergency()
    {
        var home = new Rig();
        home.Ask(5.kW);
        home.RunFor(500.Milliseconds);
        home.LinesSpeak = false;

        home.RunFor(20.Seconds);
        var without = home.State;
        home.LinesSpeak = true;
        home.RunFor(2.Seconds);

        Assert.True(without.Trips[TripId.PowerUp].IsTripped);
        Assert.False(without.Trips[TripId.EmergencyStop].IsTripped);
        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void A_stop_that_is_pressed_during_power_up_is_an_emergency()
    {
        var home = new Rig();
        home.RunFor(500.Milliseconds);

        home.IsPressed = true;
        home.Step();

        Assert.True(home.State.Trips[TripId.EmergencyStop].IsTripped);
    }

    [Fact]
    public void The_emergency_stop_stays_when_released_until_a_person_clears_it()
    {
        var home = Charging();
        home.IsPressed = true;
        home.RunFor(1.Seconds);

        home.IsPressed = false;
        home.RunFor(60.Seconds);
        var released = home.State;
        home.Requests = new(TripId.EmergencyStop, 1);
        home.Step();

        Assert.True(released.Trips[TripId.EmergencyStop].IsTripped);
        Assert.False(home.State.Trips.Any);
        Assert.Equal(ModeKind.Ready, home.State.Mode);
        Assert.Equal(Watts.Zero, home.State.Setpoint);
    }

    [Theory]
    [InlineData(TripId.EmergencyStop, 2u, false)]
    [InlineData(TripId.DeviceFault, 1u, false)]
    [InlineData((TripId)77, 1u, false)]
    [InlineData(TripId.EmergencyStop, 1u, true)]
    public void A_clear_is_refused_for_another_occurrence_another_trip_and_while_pressed(
        TripId id, uint occurrence, bool isPressed)
    {
        var home = Charging();
        home.IsPressed = true;
        home.RunFor(1.Seconds);
        home.IsPressed = isPressed;

        home.Requests = new(id, occurrence);
        home.Step();

        Assert.True(home.State.Trips[TripId.EmergencyStop].IsTripped);
        Assert.Equal(1u, home.State.ClearsRefused);
    }

    [Fact]
    public void Power_returns_after_a_clear_only_through_a_new_start()
    {
        var home = Charging();
        var session = home.State.Command.Session;
        home.IsPressed = true;
        home.RunFor(1.Seconds);
        home.IsPressed = false;
        home.Requests = new(TripId.EmergencyStop, 1);

        home.RunUntil(ModeKind.Starting);

        Assert.Equal(session + 1, home.State.Command.Session);
    }

    [Fact]
    public void Without_the_emergency_stop_it_would_be_missed() =>
        Deleted.IsMissed(TripId.EmergencyStop, rules =>
        {
            var home = Charging(rules);
            home.IsPressed = true;
            home.Step();
            return home.State.Setpoint == Watts.Zero;
        });

    private static Rig Charging(RuleSet? rules = null)
    {
        var home = Rig.Transferring(rules: rules);
        home.Ask(5.kW);
        home.RunFor(8.Seconds);
        Assert.Equal(5.kW, home.State.Setpoint);
        return home;
    }
}
