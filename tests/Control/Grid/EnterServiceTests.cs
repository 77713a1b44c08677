using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Grid;

/// <summary>I22: nothing is fed before the delay after the last excursion; then it grows over the ramp.</summary>
public sealed class EnterServiceTests
{
    // Window, delay, ramp: the default, the corners of what may be set, and a short one.
    public static TheoryData<double, double, double, double, int, int> Rows() => new()
    {
        { 91.7, 105, 59.5, 60.1, 300, 300 }, { 88, 106, 59, 61, 600, 1000 }, { 95, 105, 59.9, 60.1, 600, 1 },
        { 88, 105, 59, 60.1, 5, 1 }, { 91.7, 106, 59.5, 61, 30, 1000 }, { 91.7, 105, 59.5, 60.1, 10, 10 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_short_excursion_at_a_quarter_of_the_delay_starts_it_anew(
        double low, double high, double lowHz, double highHz, int delay, int ramp)
    {
        var rule = new EnterServiceRule(low, high, new(lowHz), new(highHz), delay.Seconds, ramp.Seconds);
        var outside = new (double Percent, double Hertz)[]
            { (low - 0.5, 60), (high + 0.5, 60), (100, lowHz - 0.05), (100, highHz + 0.05) };
        foreach (var (percent, hertz) in outside) Try(rule, percent, hertz);
    }

    private static void Try(EnterServiceRule rule, double percent, double hertz)
    {
        var home = Calm(rule);
        RunAndExpectNothing(home, rule.Delay / 4);
        (home.LegVoltage, home.Frequency) = (new(1.2 * percent), new(hertz));
        home.Step();
        (home.LegVoltage, home.Frequency) = (null, new(60));
        // From the first reading after it.
        home.Step();
        var calmSince = home.Now;

        RunAndExpectNothing(home, rule.Delay * 0.985 - 2 * home.Period);
        var allowed = 0.0;
        while (home.Now - calmSince < rule.Delay + rule.Ramp + 3.Seconds)
        {
            home.Step();
            var now = -home.Contribution(LimitId.EnterService).Discharge.Value;
            var share = Math.Min(now / home.Site.EvseDischargeRating.Value, 1);
            var passed = (home.Now - calmSince - rule.Delay) / rule.Ramp;
            Assert.True(share <= Math.Max(0, passed) + 1e-9, $"{share:P0} after {passed:P0} of the ramp");
            Assert.True(rule.Ramp < 1.Seconds || share - allowed <= 0.2, $"a step from {allowed:P0} to {share:P0}");
            allowed = share;
        }
        Assert.Equal(1, allowed);
    }

    [Fact]
    public void With_a_delay_of_five_minutes_the_setpoint_stays_zero_and_then_follows_the_ramp()
    {
        var home = Calm(Profiles.CategoryIii.EnterService);

        RunAndExpectNothing(home, 296.Seconds);
        Assert.Equal(LimitId.EnterService, home.State.BoundBy);
        Assert.NotNull(home.State.Allowed.Discharge.Until);
        home.RunFor(154.Seconds);

        Assert.InRange(home.State.Setpoint.Value, -10_000 * 0.5, -10_000 * 0.45);
    }

    [Fact]
    public void An_excursion_in_service_changes_nothing_unless_the_grid_was_lost()
    {
        var home = Calm(Profiles.CategoryIii.EnterService with { Delay = 5.Seconds, Ramp = TimeSpan.Zero });
        home.RunFor(20.Seconds);
        Assert.True(home.State.Grid.IsInService);

        home.LegVoltage = 40.V;
        home.RunFor(900.Milliseconds);
        home.LegVoltage = null;
        home.Step();
        var afterDip = home.State.Grid.IsInService;
        home.LegVoltage = 5.V;
        home.RunFor(2500.Milliseconds);

        Assert.True(afterDip);
        Assert.False(home.State.Grid.IsInService);
    }

    [Fact]
    public void A_meter_that_is_silent_for_long_may_have_missed_that_the_grid_was_lost()
    {
        var home = Calm(Profiles.CategoryIii.EnterService with { Delay = 5.Seconds, Ramp = TimeSpan.Zero });
        home.RunFor(20.Seconds);

        home.MeterSpeaks = false;
        home.RunFor(9.Seconds);
        var after9 = home.State.Grid.IsInService;
        home.RunFor(2.Seconds);

        Assert.Equal((true, false), (after9, home.State.Grid.IsInService));
    }

    [Fact]
    public void A_meter_without_frequency_leaves_that_to_the_inverter()
    {
        var home = Calm(Profiles.CategoryIii.EnterService with { Delay = 5.Seconds, Ramp = TimeSpan.Zero });
        home.Frequency = null;

        home.RunFor(8.Seconds);

        Assert.True(home.State.Grid.IsInService);
    }

    [Fact]
    public void A_restart_starts_the_delay_anew()
    {
        var home = Calm(Profiles.CategoryIii.EnterService with { Delay = 20.Seconds, Ramp = TimeSpan.Zero });

        Assert.False(home.State.Grid.IsInService);
        RunAndExpectNothing(home, 19.Seconds);
    }

    [Fact]
    public void Charging_is_not_bound()
    {
        var home = Calm(Profiles.CategoryIii.EnterService);
        home.Ask(5.kW);

        home.RunFor(20.Seconds);

        Assert.Equal(5.kW, home.State.Setpoint);
    }

    [Fact]
    public void Deleting_it_is_missed() => Deleted.IsMissed(LimitId.EnterService, rules =>
    {
        var home = Calm(Profiles.CategoryIii.EnterService, rules);
        home.RunFor(30.Seconds);
        return home.State.Setpoint == Watts.Zero;
    });

    private static void RunAndExpectNothing(Rig home, TimeSpan time)
    {
        for (var end = home.Now + time; home.Now < end;)
        {
            home.Step();
            Assert.True(home.State.Setpoint >= Watts.Zero, $"fed at {home.Now}");
        }
    }

    // A home whose car is asked to feed from the first moment on.
    private static Rig Calm(EnterServiceRule rule, RuleSet? rules = null)
    {
        var terms = new GridTerms(
            Profiles.CategoryIii with { EnterService = rule }, IsOptedIn: true, SettingsProof.Stated);
        var home = new Rig(Sites.Exact with { Grid = terms, ExportCap = null }, rules);
        home.Ask(-10.kW);
        home.Step();
        return home;
    }
}
