using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Tests.ControlRules.Grid;

/// <summary>Both trips lie outside the inverter's curve: never before it, and at a stated time after it.</summary>
public sealed class GridTripTests
{
    private static readonly SiteLimits site = Sites.Exact with
    {
        Grid = new(Profiles.AtOnce, IsOptedIn: true, SettingsProof.Stated),
        ExportCap = null,
    };

    // Profile, whether the level is in Hz and not in %, the level, the time that
    // the curve allows there, and how long our own takes.
    public static TheoryData<string, bool, double, double, double> Corners()
    {
        var rows = new TheoryData<string, bool, double, double, double>();
        foreach (var name in new[] { "ieee1547-cat-i", "ieee1547-cat-ii", "ieee1547-cat-iii", "ca-rule-21" })
        {
            var profile = UtilityProfiles.All[name].Profile;
            Add(profile.UnderVoltage, false, -1, GridWatch.VoltageMargin);
            Add(profile.OverVoltage, false, 1, GridWatch.VoltageMargin);
            Add(profile.UnderFrequency, true, -1, GridWatch.FrequencyMargin);
            Add(profile.OverFrequency, true, 1, GridWatch.FrequencyMargin);

            void Add(TripCurve curve, bool isHertz, int outward, double margin)
            {
                foreach (var corner in curve.Corners)
                    rows.Add(name, isHertz, corner.Level + outward * (margin + 0.01), corner.Seconds,
                        corner.Seconds + GridWatch.TimeMargin(corner.Seconds));
            }
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Corners))]
    public void An_inverter_that_goes_on_beyond_its_curve_is_interrupted_after_the_margin_and_not_before(
        string profile, bool isHertz, double level, double curve, double ours)
    {
        var home = Feeding(profile);

        Disturb(home, isHertz, level);
        RunFor(home, ours - 0.15);
        var before = home.State.Trips[TripId.InverterDidNotTrip].IsTripped;
        RunFor(home, 0.5);

        Assert.True(ours > curve);
        Assert.False(before, "before its time");
        var trip = home.State.Trips[TripId.InverterDidNotTrip];
        Assert.Equal((true, TripClass.F3, true), (trip.IsTripped, trip.Class, trip.OpensNow));
        Assert.Equal((Watts.Zero, Connection.OpenNow), (home.State.Setpoint, home.State.Command.Connection));
    }

    [Theory]
    [MemberData(nameof(Corners))]
    public void One_that_is_gone_when_it_must_is_left_alone(
        string profile, bool isHertz, double level, double curve, double ours)
    {
        var home = Feeding(profile);

        Disturb(home, isHertz, level);
        RunFor(home, curve);
        (home.Follows, home.Power) = (false, 250.W);
        RunFor(home, ours - curve + 3);

        Assert.False(home.State.Trips[TripId.InverterDidNotTrip].IsTripped);
    }

    // The region in which category III must stay, for just less than it must: nothing of ours may stop or latch.
    [Theory]
    [InlineData(false, 30, 0.9)]
    [InlineData(false, 60, 9)]
    [InlineData(false, 60, 20.9)]
    [InlineData(false, 75, 20)]
    [InlineData(false, 115, 12.9)]
    [InlineData(false, 89, 400)]
    [InlineData(false, 109, 400)]
    [InlineData(true, 61.8, 299)]
    [InlineData(true, 57, 299)]
    [InlineData(true, 59, 400)]
    public void A_disturbance_that_is_to_be_ridden_through_stops_nothing(
        bool isHertz, double level, double seconds)
    {
        var home = Feeding("ieee1547-cat-iii");
        // It ceases below 50 % and above 110 %, and gives what its current allows in between.
        home.Follows = false;
        home.Power = isHertz ? -4.kW
            : level is < 50 or > 109.5 ? Watts.Zero : new(-4000 * Math.Min(1, level / 100));

        Disturb(home, isHertz, level);
        RunFor(home, seconds);
        (home.LegVoltage, home.Frequency) = (null, new(60));
        home.Follows = true;
        home.RunFor(12.Seconds);

        Assert.Equal((ModeKind.Transferring, -4.kW), (home.State.Mode, home.State.Setpoint));
        for (var id = TripId.None + 1; id <= TripId.InverterDidNotTrip; id++)
            Assert.True(home.State.Trips[id].Occurrence <= (id == TripId.PowerUp ? 1u : 0), id.ToString());
    }

    [Fact]
    public void Two_dips_one_after_the_other_are_two_dips()
    {
        var home = Feeding("ieee1547-cat-iii");

        for (var i = 0; i < 5; i++)
        {
            home.LegVoltage = 50.V;
            home.RunFor(1900.Milliseconds);
            home.LegVoltage = null;
            home.Step();
        }

        Assert.False(home.State.Trips[TripId.InverterDidNotTrip].IsTripped);
    }

    [Fact]
    public void Little_power_and_a_silent_charger_prove_nothing()
    {
        var small = Feeding("ieee1547-cat-iii");
        (small.Follows, small.Power) = (false, -290.W);
        var silent = Feeding("ieee1547-cat-iii");
        silent.EvseSpeaks = false;

        foreach (var home in new[] { small, silent })
        {
            home.LegVoltage = 50.V;
            home.RunFor(10.Seconds);
            Assert.False(home.State.Trips[TripId.InverterDidNotTrip].IsTripped);
        }
    }

    [Fact]
    public void A_silent_meter_times_nothing()
    {
        var home = Feeding("ieee1547-cat-iii");
        home.LegVoltage = 50.V;
        home.RunFor(1.Seconds);

        home.MeterSpeaks = false;
        home.RunFor(5.Seconds);

        Assert.False(home.State.Trips[TripId.InverterDidNotTrip].IsTripped);
    }

    [Theory]
    [InlineData(12.1, 10.0, false)]
    [InlineData(11.9, 1.9, false)]
    [InlineData(11.9, 2.2, true)]
    [InlineData(0.5, 2.2, true)]
    public void A_lost_grid_opens_after_two_seconds_and_a_sample(double volts, double seconds, bool isTripped)
    {
        var home = Feeding("ieee1547-cat-iii");
        (home.Follows, home.Power) = (false, Watts.Zero);

        home.LegVoltage = new(volts);
        RunFor(home, seconds);

        Assert.Equal(isTripped, home.State.Trips[TripId.GridLost].IsTripped);
        if (isTripped) Assert.Equal(ModeKind.Tripped, home.State.Mode);
    }

    [Fact]
    public void It_returns_by_itself_through_enter_service_for_charging_too()
    {
        var home = Feeding("ieee1547-cat-iii", delay: 60.Seconds);
        home.LegVoltage = 5.V;
        home.RunFor(3.Seconds);
        home.LegVoltage = null;
        home.Ask(5.kW);

        home.RunFor(59.Seconds);
        var before = home.State.Mode;
        home.RunUntil(ModeKind.Transferring);

        Assert.Equal(ModeKind.Tripped, before);
        Assert.Equal(TripClass.F1, home.State.Trips[TripId.GridLost].Class);
    }

    [Theory]
    [InlineData(-4000)]
    [InlineData(4000)]
    public void An_inverter_that_did_not_trip_is_cleared_once_the_grid_is_back_and_nothing_flows(int watts)
    {
        var home = Feeding("ieee1547-cat-iii");
        home.Follows = false;
        home.LegVoltage = 150.V;
        home.RunFor(2.Seconds);
        home.Power = watts.W;
        var beyond = AskToClear(home);
        home.LegVoltage = null;
        home.RunFor(3.Seconds);
        var flowing = AskToClear(home);
        home.Power = Watts.Zero;
        home.EvseSpeaks = false;
        home.RunFor(2.Seconds);
        var silent = AskToClear(home);
        home.EvseSpeaks = true;

        var quiet = AskToClear(home);

        Assert.Equal((true, true, true, false), (beyond, flowing, silent, quiet));
    }

    [Fact]
    public void Power_that_was_read_before_the_inverter_had_to_be_gone_convicts_it_of_nothing()
    {
        var home = Feeding("ieee1547-cat-iii");
        home.Follows = false;
        home.LegVoltage = 150.V;
        RunFor(home, 0.16 + GridWatch.TimeMargin(0.16) - 0.4);

        home.EvseSpeaks = false;
        home.RunFor(800.Milliseconds);
        var before = home.Trip(TripId.InverterDidNotTrip).IsTripped;
        home.EvseSpeaks = true;
        home.Step();

        Assert.True(home.State.Grid.IsBeyond);
        Assert.False(before);
        Assert.True(home.Trip(TripId.InverterDidNotTrip).IsTripped);
    }

    [Fact]
    public void Where_no_grid_code_is_agreed_a_lost_grid_holds_nothing_up()
    {
        var home = new Rig(site with { Grid = null });
        home.RunFor(1.Seconds);

        Assert.False(GridLost.Stands(home.State.Inputs, home.Site, home.State));
    }

    [Fact]
    public void Deleting_the_lost_grid_is_missed() => Deleted.IsMissed(TripId.GridLost, rules =>
    {
        var home = Feeding("ieee1547-cat-iii", rules: rules);
        (home.Follows, home.Power) = (false, Watts.Zero);
        home.LegVoltage = 5.V;
        home.RunFor(2500.Milliseconds);
        return home.State.Command.Connection != Connection.Close;
    });

    [Fact]
    public void Deleting_the_inverter_that_did_not_trip_is_missed() =>
        Deleted.IsMissed(TripId.InverterDidNotTrip, rules =>
        {
            var home = Feeding("ieee1547-cat-iii", rules: rules);
            home.LegVoltage = 150.V;
            home.RunFor(2.Seconds);
            return home.State.Command.Connection == Connection.OpenNow;
        });

    private static bool AskToClear(Rig home)
    {
        home.Requests = new(TripId.InverterDidNotTrip, home.Trip(TripId.InverterDidNotTrip).Occurrence);
        home.Step();
        return home.Trip(TripId.InverterDidNotTrip).IsTripped;
    }

    private static void Disturb(Rig home, bool isHertz, double level)
    {
        if (isHertz) home.Frequency = new(level);
        else home.LegVoltage = new(1.2 * level);
    }

    private static void RunFor(Rig home, double seconds) => home.RunFor(TimeSpan.FromSeconds(seconds));

    private static Rig Feeding(string profile, TimeSpan? delay = null, RuleSet? rules = null)
    {
        var demanded = UtilityProfileOf(profile, delay ?? TimeSpan.Zero);
        var home = new Rig(site with { Grid = site.Grid! with { Profile = demanded } }, rules);
        home.HouseTotal = 1.kW;
        home.Order(1.kW, 8000.Seconds);
        home.RunUntil(ModeKind.Transferring);
        if (delay is { } wait) home.RunFor(wait);
        home.Ask(-4.kW);
        home.RunFor(12.Seconds);
        Assert.Equal(-4.kW, home.State.Setpoint);
        return home;
    }

    private static UtilityProfile UtilityProfileOf(string name, TimeSpan delay) =>
        UtilityProfiles.All[name].Profile with
        {
            EnterService = Profiles.CategoryIii.EnterService with { Delay = delay, Ramp = TimeSpan.Zero },
        };
}
