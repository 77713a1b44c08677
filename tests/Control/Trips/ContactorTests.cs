using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Trips;

/// <summary>The contactor: welded, chattering, worn, and a charger that does not open it.</summary>
public sealed class ContactorTests
{
    private static readonly SiteLimits judged = Sites.Exact with { ContactorFollowsSession = true };

    [Fact]
    public void An_auxiliary_contact_that_does_not_open_within_a_tenth_of_a_second_is_a_weld()
    {
        var home = Opened(judged);

        home.ContactorFeedback = LineLevel.Active;
        home.Step();
        var early = home.State.Trips.Any;
        home.Step();

        Assert.False(early);
        var welded = home.Trip(TripId.ContactorWelded);
        Assert.Equal((true, TripClass.F4), (welded.IsTripped, welded.Class));
    }

    [Theory]
    [InlineData(LineLevel.Inactive, true)]
    [InlineData(LineLevel.Unknown, true)]
    [InlineData(LineLevel.Active, false)]
    public void One_that_opened_cannot_be_read_or_belongs_to_the_supply_is_none(LineLevel feedback, bool isJudged)
    {
        var home = Opened(judged with { ContactorFollowsSession = isJudged });

        home.ContactorFeedback = feedback;
        home.RunFor(5.Seconds);

        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void One_that_is_closed_in_a_session_is_none()
    {
        var home = Charging(judged);

        home.ContactorFeedback = LineLevel.Active;
        home.RunFor(5.Seconds);

        Assert.Equal(ModeKind.Transferring, home.State.Mode);
    }

    [Theory]
    [InlineData(0.9, false)]
    [InlineData(-0.9, false)]
    [InlineData(1.1, true)]
    [InlineData(-1.1, true)]
    public void More_than_an_ampere_through_an_open_contactor_is_a_weld(double amperes, bool isWelded)
    {
        var home = Opened(Sites.Exact);

        home.SpoilEvse = reading => reading with { DcCurrent = new(amperes) };
        home.RunFor(400.Milliseconds);

        Assert.Equal(isWelded, home.Trip(TripId.ContactorWelded).IsTripped);
        if (isWelded) Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
    }

    [Fact]
    public void One_reading_of_a_current_is_no_weld()
    {
        var home = Opened(Sites.Exact);

        home.SpoilEvse = reading => reading with { DcCurrent = 3.A };
        home.Step();
        home.SpoilEvse = reading => reading;
        home.RunFor(1.Seconds);

        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void A_weld_is_the_installers_a_minute_after_its_last_sign()
    {
        var home = Opened(Sites.Exact);
        home.Faults = EvseFaults.Weld;
        home.RunFor(1.Seconds);
        home.Faults = EvseFaults.None;
        home.RunFor(61.Seconds);

        home.Requests = new(TripId.ContactorWelded, 1);
        home.Step();
        var byPerson = home.Trip(TripId.ContactorWelded).IsTripped;
        home.Faults = EvseFaults.Weld;
        home.Step();
        home.Faults = EvseFaults.None;
        home.RunFor(30.Seconds);
        home.Requests = new(TripId.ContactorWelded, 1) { IsService = true };
        home.Step();
        var tooSoon = home.Trip(TripId.ContactorWelded).IsTripped;
        home.RunFor(31.Seconds);
        home.Requests = new(TripId.ContactorWelded, 1) { IsService = true };
        home.Step();

        Assert.True(byPerson && tooSoon);
        Assert.False(home.Trip(TripId.ContactorWelded).IsTripped);
    }

    [Fact]
    public void Without_contactor_welded_it_would_be_missed() =>
        Deleted.IsMissed(TripId.ContactorWelded, rules =>
        {
            var home = Opened(judged, rules);
            home.ContactorFeedback = LineLevel.Active;
            home.RunFor(300.Milliseconds);
            home.Ask(5.kW);
            home.RunFor(4.Seconds);
            return home.State.Command.Connection != Connection.Close;
        });

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void More_than_three_closures_in_a_minute_are_latched(int closures, bool trips)
    {
        var home = Opened(Sites.Exact);
        home.RunFor(61.Seconds);

        for (var i = 0; i < closures; i++) Close(home);

        Assert.Equal(trips, home.Trip(TripId.ContactorChatter).IsTripped);
        if (trips) Assert.Equal(TripClass.F3, home.Trip(TripId.ContactorChatter).Class);
    }

    [Fact]
    public void Four_closures_in_more_than_a_minute_are_none_and_a_clear_waits_for_the_minute()
    {
        var home = Opened(Sites.Exact);
        home.RunFor(61.Seconds);
        for (var i = 0; i < 4; i++) Close(home, 25.Seconds);
        var slow = home.State.Trips.Any;
        for (var i = 0; i < 4; i++) Close(home);

        home.Requests = new(TripId.ContactorChatter, 1);
        home.Step();
        var early = home.Trip(TripId.ContactorChatter).IsTripped;
        home.RunFor(61.Seconds);
        home.Requests = new(TripId.ContactorChatter, 1);
        home.Step();

        Assert.False(slow);
        Assert.True(early);
        Assert.False(home.Trip(TripId.ContactorChatter).IsTripped);
    }

    [Fact]
    public void Without_contactor_chatter_it_would_be_missed() =>
        Deleted.IsMissed(TripId.ContactorChatter, rules =>
        {
            var home = Opened(Sites.Exact, rules);
            home.RunFor(61.Seconds);
            for (var i = 0; i < 4; i++) Close(home);
            return home.State.Trips.Any;
        });

    [Fact]
    public void The_seventh_closure_of_an_hour_is_not_started_even_after_a_restart()
    {
        var home = Opened(Sites.Exact);
        home.RunFor(1.Hours);
        for (var i = 0; i < 6; i++) Close(home, 65.Seconds);
        home.Restart(Beginning.Ordered);

        home.Ask(5.kW);
        home.RunFor(20.Minutes);
        var within = home.State.Mode;
        home.RunFor(40.Minutes);

        Assert.Equal(ModeKind.Ready, within);
        Assert.Equal(ModeKind.Transferring, home.State.Mode);
    }

    [Theory]
    [InlineData(2.9, false)]
    [InlineData(3.2, true)]
    public void Power_that_flows_after_the_stop_time_is_an_ignored_stop(double seconds, bool trips)
    {
        var home = Charging(Sites.Exact);
        Ignore(home, 3.kW);

        home.RunFor(seconds.Seconds);

        Assert.Equal(trips, home.Trip(TripId.StopIgnored).IsTripped);
        if (trips) Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
    }

    [Theory]
    [InlineData(5.9, false)]
    [InlineData(6.2, true)]
    public void A_contactor_that_stays_closed_without_power_has_three_seconds_more(double seconds, bool trips)
    {
        var home = Charging(Sites.Exact);
        Ignore(home, Watts.Zero);

        home.RunFor(seconds.Seconds);

        Assert.Equal(trips, home.Trip(TripId.StopIgnored).IsTripped);
    }

    [Fact]
    public void A_charger_that_stops_later_is_tried_again_half_a_minute_after_and_the_fourth_time_waits_for_a_person()
    {
        var home = Charging(Sites.Exact);
        var classes = new List<TripClass>();

        for (var i = 0; i < 4; i++)
        {
            Ignore(home, Watts.Zero);
            home.RunFor(8.Seconds);
            classes.Add(home.Trip(TripId.StopIgnored).Class);
            home.ForcedSession = null;
            home.RunFor(31.Seconds);
            home.Ask(5.kW);
            if (!home.State.Trips.Any) home.RunUntil(ModeKind.Transferring);
            home.RunFor(70.Seconds);
        }

        Assert.Equal([TripClass.F2, TripClass.F2, TripClass.F2, TripClass.F3], classes);
        Assert.True(home.Trip(TripId.StopIgnored).IsTripped);
    }

    [Theory]
    [InlineData(EvseFaults.Yielded)]
    [InlineData(EvseFaults.Frozen)]
    public void What_somebody_else_started_and_what_nobody_sees_is_not_held_against_it(EvseFaults why)
    {
        var home = Charging(Sites.Exact);
        Ignore(home, Watts.Zero);
        home.Faults = why;

        home.RunFor(20.Seconds);

        Assert.False(home.Trip(TripId.StopIgnored).IsTripped);
    }

    [Fact]
    public void Without_stop_ignored_a_contactor_that_stays_closed_would_be_missed() =>
        Deleted.IsMissed(TripId.StopIgnored, rules =>
        {
            var home = Charging(Sites.Exact, rules);
            Ignore(home, Watts.Zero);
            home.RunFor(8.Seconds);
            return home.State.Trips.Any;
        });

    // Ordered to idle, and stays in its session with this power.
    private static void Ignore(Rig home, Watts power)
    {
        home.Put(new PlanEntry(
            home.PlanNow.Sequence + 1, OrderKind.Idle, default, default, home.Now, home.Now + 1.Hours, 0,
            OnExpire.Zero, null));
        (home.ForcedSession, home.Follows, home.Power) = (EvseSession.Energised, power == Watts.Zero, power);
        home.Step();
        Assert.NotEqual(Connection.Close, home.State.Command.Connection);
    }

    // The car's contactor closes and opens again by itself.
    private static void Close(Rig home, TimeSpan every = default)
    {
        home.SpoilEvse = reading => reading with { Session = EvseSession.Starting, IsContactorClosed = true };
        home.RunFor(1.Seconds);
        home.SpoilEvse = reading => reading;
        home.RunFor(every == default ? 1.Seconds : every);
    }

    private static Rig Opened(SiteLimits site, RuleSet? rules = null)
    {
        var home = new Rig(site, rules);
        home.RunFor(5.Seconds);
        Assert.False(home.State.Trips.Any);
        return home;
    }

    private static Rig Charging(SiteLimits site, RuleSet? rules = null)
    {
        var home = Rig.Transferring(site, rules);
        home.Ask(5.kW);
        home.RunFor(8.Seconds);
        return home;
    }
}
