using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Trips;

/// <summary>Command ignored and wrong sign: the EVSE does not do what it was told.</summary>
public sealed class FollowingTests
{
    [Theory]
    [InlineData(4801, false)]
    [InlineData(4700, true)]
    [InlineData(5199, false)]
    public void Power_outside_the_band_of_the_command_trips(int measured, bool trips)
    {
        var home = Charging();

        (home.Follows, home.Power) = (false, measured.W);
        home.RunFor(4.Seconds);

        Assert.Equal(trips, home.State.Trips[TripId.CommandIgnored].IsTripped);
    }

    [Fact]
    public void A_command_has_its_dead_and_settling_time_before_it_counts_as_ignored()
    {
        var home = Rig.Transferring();
        home.Follows = false;
        home.Ask(5.kW);

        home.RunFor(1.Seconds);
        var early = home.State.Trips.Any;
        home.RunFor(4.Seconds);

        Assert.False(early);
        Assert.True(home.State.Trips[TripId.CommandIgnored].IsTripped);
    }

    [Fact]
    public void A_car_that_says_it_takes_less_ignores_nothing()
    {
        var home = Charging();

        (home.Follows, home.Power, home.CarCharge) = (false, 1.kW, 1.kW);
        home.RunFor(10.Seconds);

        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void One_good_reading_in_three_does_not_hide_an_ignored_command()
    {
        var home = Charging();
        home.Follows = false;

        for (var i = 0; i < 90 && !home.State.Trips.Any; i++)
        {
            home.Power = i % 3 == 0 ? 5.kW : 2.kW;
            home.Step();
        }

        Assert.True(home.State.Trips[TripId.CommandIgnored].IsTripped);
    }

    [Fact]
    public void A_frozen_reading_is_judged_once()
    {
        var home = Charging();
        (home.Follows, home.Power) = (false, 1.kW);
        home.Step();
        home.EvseSpeaks = false;

        home.RunFor(900.Milliseconds);

        Assert.False(home.State.Trips[TripId.CommandIgnored].IsTripped);
    }

    [Fact]
    public void A_charger_that_falls_short_and_obeys_zero_is_tried_three_times_a_day()
    {
        var home = Charging();
        var classes = new List<TripClass>();

        for (var i = 0; i < 4; i++)
        {
            FallShort(home, 4.kW);
            classes.Add(home.Trip(TripId.CommandIgnored).Class);
            (home.Follows, home.Power) = (true, Watts.Zero);
            if (home.Trip(TripId.CommandIgnored).Class == TripClass.F2) home.RunUntil(ModeKind.Transferring);
            home.RunFor(8.Seconds);
        }

        Assert.Equal([TripClass.F2, TripClass.F2, TripClass.F2, TripClass.F3], classes);
    }

    [Fact]
    public void A_charger_that_ignores_zero_too_is_interrupted_and_latched()
    {
        var home = Charging();
        FallShort(home, 4.kW);
        home.ForcedSession = EvseSession.Energised;

        home.RunFor(home.Site.EvseReaction - 100.Milliseconds);
        var before = home.Trip(TripId.CommandIgnored);
        var told = home.State.Command.Connection;
        home.RunFor(200.Milliseconds);
        var after = home.Trip(TripId.CommandIgnored);

        Assert.Equal((TripClass.F2, Connection.Open), (before.Class, told));
        Assert.Equal((TripClass.F3, Connection.OpenNow), (after.Class, home.State.Command.Connection));
        (home.Power, home.ForcedSession) = (Watts.Zero, null);
        home.RunFor(10.Minutes);
        Assert.True(home.Trip(TripId.CommandIgnored).IsTripped);
    }

    [Theory]
    [InlineData(2400, TripClass.F3)]
    [InlineData(2600, TripClass.F2)]
    [InlineData(150, TripClass.F2)]
    public void Power_that_goes_on_at_less_than_half_is_latched_at_once(int measured, TripClass by)
    {
        var home = Charging();

        FallShort(home, measured.W);

        Assert.Equal(by, home.Trip(TripId.CommandIgnored).Class);
        Assert.Equal(Connection.Open, home.State.Command.Connection);
    }

    [Fact]
    public void A_session_that_the_charger_had_to_break_off_is_latched()
    {
        var home = Charging();
        FallShort(home, 4.kW);

        (home.Power, home.Faults) = (Watts.Zero, EvseFaults.PowerStage);
        home.RunFor(200.Milliseconds);

        Assert.Equal(TripClass.F3, home.Trip(TripId.CommandIgnored).Class);
    }

    [Fact]
    public void Without_command_ignored_a_deaf_charger_would_be_missed() =>
        Deleted.IsMissed(TripId.CommandIgnored, rules =>
        {
            var home = Charging(rules);
            (home.Follows, home.Power) = (false, 2.kW);
            home.RunFor(6.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    [Theory]
    [InlineData(-190, false)]
    [InlineData(-300, true)]
    public void The_wrong_sign_trips_within_two_seconds(int measured, bool trips)
    {
        var home = Charging();

        (home.Follows, home.Power, home.CarCharge) = (false, measured.W, 11.kW);
        home.RunFor(900.Milliseconds);
        var early = home.State.Trips[TripId.WrongSign].IsTripped;
        home.RunFor(1.Seconds);

        Assert.False(early);
        Assert.Equal(trips, home.State.Trips[TripId.WrongSign].IsTripped);
        if (trips) Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
    }

    [Fact]
    public void An_uncertain_measurement_is_judged_by_its_whole_interval()
    {
        var home = Charging();

        home.SpoilEvse = reading => reading with { PowerLow = 4.kW, PowerHigh = 6.kW };
        home.RunFor(5.Seconds);

        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void A_wrong_sign_cannot_be_cleared_while_power_flows()
    {
        var home = Charging();
        (home.Follows, home.Power) = (false, -3.kW);
        home.RunFor(3.Seconds);

        home.Requests = new(TripId.WrongSign, 1);
        home.Step();
        var flowing = home.State.Trips[TripId.WrongSign].IsTripped;
        home.Power = Watts.Zero;
        home.RunFor(60.Seconds);
        var still = home.State.Trips[TripId.WrongSign].IsTripped;
        home.Requests = new(TripId.WrongSign, 1);
        home.Step();

        Assert.True(flowing && still);
        Assert.False(home.State.Trips[TripId.WrongSign].IsTripped);
    }

    [Fact]
    public void Without_wrong_sign_a_reversed_charger_would_be_missed() =>
        Deleted.IsMissed(TripId.WrongSign, rules =>
        {
            var home = Charging(rules.Without(TripId.CommandIgnored));
            (home.Follows, home.Power) = (false, -3.kW);
            home.RunFor(2.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    private static void FallShort(Rig home, Watts measured)
    {
        (home.Follows, home.Power) = (false, measured);
        for (var i = 0; i < 100 && !home.State.Trips[TripId.CommandIgnored].IsTripped; i++) home.Step();
    }

    private static Rig Charging(RuleSet? rules = null)
    {
        var home = Rig.Transferring(rules: rules);
        home.Ask(5.kW);
        home.RunFor(10.Seconds);
        Assert.Equal(5.kW, home.State.Setpoint);
        return home;
    }
}
