using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Trips;

/// <summary>More power than commanded, and an AC power that only echoes the command.</summary>
public sealed class OvershootTests
{
    [Theory]
    [InlineData(5000, 5240, false)]
    [InlineData(5000, 5260, true)]
    [InlineData(-5000, -5240, false)]
    [InlineData(-5000, -5260, true)]
    [InlineData(1000, 1190, false)]
    [InlineData(1000, 1210, true)]
    public void More_than_was_commanded_trips_within_two_seconds(int commanded, int measured, bool trips)
    {
        var home = Following(commanded.W);

        (home.Follows, home.Power) = (false, measured.W);
        home.RunFor(900.Milliseconds);
        var early = home.Trip(TripId.CommandOvershoot).IsTripped;
        home.RunFor(1.Seconds);

        Assert.False(early);
        Assert.Equal(trips, home.Trip(TripId.CommandOvershoot).IsTripped);
        if (!trips) return;
        Assert.Equal(TripClass.F3, home.Trip(TripId.CommandOvershoot).Class);
        Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
    }

    [Fact]
    public void Power_that_nobody_commanded_trips_in_any_mode()
    {
        var home = new Rig();
        home.RunFor(10.Seconds);

        home.SpoilEvse = reading => reading with { Power = -1.kW, PowerLow = -1.kW, PowerHigh = -1.kW };
        home.RunFor(2.Seconds);

        Assert.True(home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    [Fact]
    public void A_smaller_command_has_its_reaction_time()
    {
        var home = Following(5.kW);

        home.Follows = false;
        home.Ask(2.kW);
        home.RunFor(2.Seconds);
        var early = home.Trip(TripId.CommandOvershoot).IsTripped;
        home.RunFor(700.Milliseconds);

        Assert.False(early);
        Assert.True(home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    [Fact]
    public void A_charger_that_is_told_to_stop_has_its_stop_time()
    {
        var home = Following(5.kW);

        (home.Follows, home.IsPressed, home.ForcedSession) = (false, true, EvseSession.Energised);
        home.RunFor(2900.Milliseconds);
        var early = home.Trip(TripId.CommandOvershoot).IsTripped;
        home.RunFor(1500.Milliseconds);

        Assert.False(early);
        Assert.True(home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    [Fact]
    public void One_reading_is_judged_once_however_long_it_is_held()
    {
        var home = Following(5.kW);
        (home.Follows, home.Power) = (false, 7.kW);
        home.Step();
        home.EvseSpeaks = false;

        home.RunFor(2.Seconds);

        Assert.False(home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    [Fact]
    public void What_somebody_else_takes_while_the_site_stands_back_is_not_judged()
    {
        var home = new Rig();
        home.RunFor(10.Seconds);

        home.Faults = EvseFaults.Yielded;
        home.SpoilEvse = reading => reading with { Power = 3.kW, PowerLow = 3.kW, PowerHigh = 3.kW };
        home.RunFor(5.Seconds);

        Assert.False(home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    [Fact]
    public void Without_overshoot_a_strong_charger_would_be_missed() =>
        Deleted.IsMissed(TripId.CommandOvershoot, rules =>
        {
            var home = Following(5.kW, rules);
            (home.Follows, home.Power) = (false, 7.kW);
            home.RunFor(2.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    [Theory]
    [InlineData(5000, 5000, false)]
    [InlineData(5000, 5500, true)]
    [InlineData(-5000, 6300, false)]
    [InlineData(-5000, 7200, true)]
    public void The_DC_side_is_believed_when_the_AC_power_echoes_the_command(int commanded, int dc, bool trips)
    {
        var home = Following(commanded.W);

        // Without a sign, as many a device shows it.
        home.SpoilEvse = reading => reading with { DcCurrent = new(dc / 360.0) };
        home.RunFor(2.Seconds);

        Assert.Equal(trips, home.Trip(TripId.CommandOvershoot).IsTripped);
    }

    [Theory]
    [InlineData(3900, false)]
    [InlineData(3500, true)]
    public void An_echo_of_more_than_the_DC_side_shows_is_an_ignored_command(int dc, bool trips)
    {
        var home = Following(5.kW);

        home.SpoilEvse = reading => reading with { DcCurrent = new(dc / 360.0) };
        home.RunFor(3.Seconds);

        Assert.Equal(trips, home.Trip(TripId.CommandIgnored).IsTripped);
    }

    [Fact]
    public void A_device_without_a_DC_measurement_or_that_knows_no_power_is_not_held_to_one()
    {
        var home = Following(5.kW);

        home.SpoilEvse = reading => reading with { DcVoltage = default, DcCurrent = 30.A };
        home.RunFor(3.Seconds);
        home.SpoilEvse = reading => reading with { DcCurrent = default };
        home.RunFor(3.Seconds);
        home.SpoilEvse = reading => reading with { PowerLow = -10.kW, PowerHigh = 10.kW, DcCurrent = 25.A };
        home.RunFor(3.Seconds);

        Assert.False(home.State.Trips.Any);
    }

    private static Rig Following(Watts power, RuleSet? rules = null)
    {
        var home = Rig.Transferring(rules: rules);
        home.HouseTotal = 2.kW;
        home.Ask(power);
        home.RunFor(10.Seconds);
        Assert.Equal(power, home.State.Setpoint);
        return home;
    }
}
