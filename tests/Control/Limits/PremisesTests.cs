using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Limits;

/// <summary>What lies between service entrance and EVSE: its breaker, its cable, a feeder, the busbar.</summary>
public sealed class PremisesTests
{
    // 0.8 × 50 A × 240 V = 9600 W at nominal voltage.
    private static readonly SiteLimits Tight = Sites.Exact with { EvseBreaker = 50.A, ExportCap = null };
    private static readonly SiteLimits Wired = Sites.Exact with { Cable = 32.A, ExportCap = null };

    // 0.8 × 60 A = 48 A: loads leave 28 A for charging, sources leave 23 A for feeding back.
    private static readonly SiteLimits Sub = Sites.Exact with { Feeder = new(60.A, 20.A, 25.A), ExportCap = null };

    // 200 A × 1.2 − 200 A = 40 A, by 1.25 is 32 A: 7.7 kW.
    private static readonly SiteLimits Panel = Sites.Exact with
    {
        Busbar = new(200.A, 1.2, 1.25, Amperes.Zero, null), ExportCap = null,
    };

    [Theory]
    [InlineData(120, 9590, 9590, LimitId.None)]
    [InlineData(120, 9700, 9600, LimitId.EvseBreaker)]
    [InlineData(114, 9700, 9120, LimitId.EvseBreaker)]
    [InlineData(114, -9700, -9120, LimitId.EvseBreaker)]
    [InlineData(126, 9700, 9600, LimitId.EvseBreaker)]
    public void The_EVSEs_breaker_binds_amperes_at_the_voltage_that_is_there(
        int volts, int asked, int expected, LimitId by) =>
        Expect(Tight, asked, expected, by, volts);

    [Theory]
    [InlineData(7670, 7670, LimitId.None)]
    [InlineData(7700, 7680, LimitId.Cable)]
    [InlineData(-7700, -7680, LimitId.Cable)]
    public void The_cable_binds_its_ampacity_without_a_further_share(int asked, int expected, LimitId by) =>
        Expect(Wired, asked, expected, by);

    [Theory]
    [InlineData(6710, 6710, LimitId.None)]
    [InlineData(7000, 6720, LimitId.FeederBreaker)]
    [InlineData(-5510, -5510, LimitId.None)]
    [InlineData(-7000, -5520, LimitId.FeederBreaker)]
    public void A_feeder_counts_its_loads_against_charging_and_its_sources_against_feeding_back(
        int asked, int expected, LimitId by) => Expect(Sub, asked, expected, by);

    [Theory]
    [InlineData(-7670, -7670, LimitId.None)]
    [InlineData(-9000, -7680, LimitId.BusbarBackfeed)]
    [InlineData(9000, 9000, LimitId.None)]
    public void A_busbar_leaves_what_main_breaker_and_rule_leave_and_does_not_bind_charging(
        int asked, int expected, LimitId by) => Expect(Panel, asked, expected, by);

    [Theory]
    [InlineData(10, null, -5280)]
    [InlineData(0, 20, -4800)]
    [InlineData(0, 40, -7680)]
    [InlineData(32, null, 0)]
    public void Other_sources_take_from_a_busbar_and_a_listed_setting_can_only_narrow(
        int others, int? setting, int expected)
    {
        var site = Panel with { Busbar = Panel.Busbar! with { OtherSources = others.A, BackfeedLimit = setting?.A } };

        Expect(site, -9000, expected, LimitId.BusbarBackfeed);
    }

    [Fact]
    public void A_silent_meter_leaves_the_power_that_the_lowest_usual_voltage_leaves()
    {
        var site = Tight with { HouseLoadMax = 5.kW };
        var home = Asked(site, 9700, 120);
        home.MeterSpeaks = false;

        home.RunFor(1.Seconds);
        var known = home.State.Setpoint;
        home.RunFor(1.Seconds);

        Assert.Equal((9600.W, 8640.W), (known, home.State.Setpoint));
    }

    [Fact]
    public void A_voltage_below_the_lowest_usual_one_stays_when_the_meter_falls_silent()
    {
        var home = Asked(Tight with { HouseLoadMax = 5.kW }, 9700, 100);
        home.MeterSpeaks = false;

        home.RunFor(2.Seconds);

        Assert.Equal(8000.W, home.State.Setpoint);
    }

    [Theory]
    [InlineData(LimitId.EvseBreaker, 9700)]
    [InlineData(LimitId.Cable, 9700)]
    [InlineData(LimitId.FeederBreaker, 9700)]
    [InlineData(LimitId.BusbarBackfeed, -9700)]
    public void Without_it_too_much_would_flow(LimitId id, int asked)
    {
        var site = id switch
        {
            LimitId.EvseBreaker => Tight, LimitId.Cable => Wired, LimitId.FeederBreaker => Sub, _ => Panel,
        };
        Deleted.IsMissed(id, rules => Watts.Abs(Asked(site, asked, 120, rules).State.Setpoint) <= 9600.W);
    }

    [Theory]
    [InlineData(3000, 4000, 3900)]
    [InlineData(3000, 1000, 5900)]
    [InlineData(5000, 1000, 1900)]
    public void An_import_cap_of_a_leg_leaves_what_the_fuller_leg_leaves(int first, int second, int expected)
    {
        var home = Rig.Transferring(Sites.Exact with { ImportLegCap = 6.kW });
        home.House = new(first.W, second.W, Watts.Zero);

        home.Ask(10.kW);
        home.RunFor(14.Seconds);

        // Of the usual age of 100 W each leg bears half.
        Assert.Equal((expected.W, LimitId.ImportCap), (home.State.Setpoint, home.State.BoundBy));
    }

    [Fact]
    public void An_export_cap_of_a_leg_binds_the_most_exporting_leg()
    {
        var home = Rig.Transferring(Sites.Exact with { ExportLegCap = 2.kW, ExportCap = null });
        home.House = new(-500.W, 3.kW, Watts.Zero);

        home.Ask(-9.kW);
        home.RunFor(14.Seconds);

        Assert.Equal((-2900.W, LimitId.ExportCap), (home.State.Setpoint, home.State.BoundBy));
    }

    private static void Expect(SiteLimits site, int asked, int expected, LimitId by, int volts = 120)
    {
        var home = Asked(site, asked, volts);

        Assert.Equal((expected.W, by), (home.State.Setpoint, home.State.BoundBy));
    }

    private static Rig Asked(SiteLimits site, int asked, int volts, RuleSet? rules = null)
    {
        var home = Rig.Transferring(site, rules);
        home.LegVoltage = volts.V;
        home.Ask(asked.W);
        home.RunFor(14.Seconds);
        return home;
    }
}
