using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Limits;

/// <summary>Main breaker, import cap, export cap, stale meter: all rest on the set of the house load.</summary>
public sealed class CapTests
{
    // What a reading's usual age of 1.5 polls adds beyond the free age of one, at 2 kW/s.
    private static readonly Watts UsualAge = 100.W;

    // 200 A × 0.8 × 120 V a leg
    private static readonly Watts LegLimit = 19200.W;

    private static readonly SiteLimits Imports = Sites.Exact with { ImportCap = 12.kW };

    [Theory]
    [InlineData(16000, 6300)]
    [InlineData(18000, 2300)]
    [InlineData(19160, 0)]
    public void The_main_breaker_leaves_what_the_fuller_leg_leaves(int firstLeg, int expected)
    {
        var home = Rig.Transferring();
        home.House = new(firstLeg.W, 4.kW, Watts.Zero);

        home.Ask(10.kW);
        home.RunFor(14.Seconds);

        Assert.Equal(expected.W, home.State.Setpoint);
        Assert.Equal(LimitId.MainBreaker, home.State.BoundBy);
        Assert.True(home.House.L1 + home.State.Setpoint / 2 <= LegLimit);
    }

    [Fact]
    public void The_main_breaker_bounds_discharge_by_the_most_exporting_leg()
    {
        var home = Rig.Transferring(Sites.Exact with { MainBreaker = 50.A, ExportCap = null });
        home.House = new(-2.kW, 4.kW, Watts.Zero);

        home.Ask(-10.kW);
        home.RunFor(14.Seconds);

        // A leg carries 0.8 × 50 A × 120 V = 4.8 kW: 2.8 kW are left, less the usual age, and the car feeds half on
        // each.
        Assert.Equal(-5500.W, home.State.Setpoint);
        Assert.Equal(LimitId.MainBreaker, home.State.BoundBy);
    }

    // 1.13 × 100 A × 120 V is 13.56 kW a leg, its continuous share 9.6 kW. Of a step of 10 kW each leg bears half, so a
    // house of 6 kW a leg leaves 2.56 kW before it comes and 3.6 kW where there is none; the usual age takes 100 W, and
    // what is left goes toward zero in steps of 10 W.
    [Theory]
    [InlineData(10_000, 20, 5010)]
    [InlineData(2_000, 20, 7100)]
    [InlineData(null, 20, 7100)]
    [InlineData(10_000, 1, 7100)]
    public void A_slow_charger_leaves_room_for_what_the_house_can_switch_meanwhile(
        int? step, int settling, int expected)
    {
        var timing = Sites.Exact.EvseTiming with { SettlingTime = settling.Seconds };
        var home = Rig.Transferring(Sites.Exact with
        {
            MainBreaker = 100.A, HouseStep = step is { } watts ? watts.W : null, EvseTiming = timing,
        });
        home.House = new(6.kW, 6.kW, Watts.Zero);

        home.Ask(10.kW);
        home.RunFor(14.Seconds);

        Assert.Equal((expected.W, LimitId.MainBreaker), (home.State.Setpoint, home.State.BoundBy));
    }

    [Fact]
    public void Reactive_current_uses_up_the_breaker_too()
    {
        var home = Rig.Transferring();
        home.HouseTotal = 30.kW;
        home.Reactive = new(96.A, 96.A, Amperes.Zero);

        home.Ask(10.kW);
        home.RunFor(14.Seconds);

        // √(160² − 96²) A = 128 A active, so 15 360 W a leg.
        Assert.Equal(620.W, home.State.Setpoint, (a, b) => Math.Abs((a - b).Value) <= 10);
    }

    [Fact]
    public void Without_the_main_breaker_the_oven_would_overload_it() =>
        Deleted.IsMissed(LimitId.MainBreaker, rules =>
        {
            var home = Charging(9.kW, rules: rules);
            home.HouseTotal = 36.kW;
            home.Step();
            return home.House.L1 + home.State.Setpoint / 2 <= LegLimit;
        });

    [Theory]
    [InlineData(4000, 7900, LimitId.ImportCap)]
    [InlineData(2010, 9890, LimitId.ImportCap)]
    [InlineData(1890, 10000, LimitId.None)]
    [InlineData(13000, 0, LimitId.ImportCap)]
    public void The_import_cap_leaves_the_house_what_it_needs(int house, int expected, LimitId boundBy)
    {
        var home = Rig.Transferring(Imports);
        home.HouseTotal = house.W;

        home.Ask(10.kW);
        home.RunFor(14.Seconds);

        Assert.Equal(expected.W, home.State.Setpoint);
        Assert.Equal(boundBy, home.State.BoundBy);
    }

    [Fact]
    public void The_import_cap_never_forces_a_discharge_and_never_bounds_one()
    {
        var home = Rig.Transferring(Imports);
        home.HouseTotal = 13.kW;

        home.Ask(-8.kW);
        home.RunFor(14.Seconds);

        Assert.Equal(-8.kW, home.State.Setpoint);
    }

    [Fact]
    public void Without_the_import_cap_the_contract_would_be_broken() =>
        Deleted.IsMissed(LimitId.ImportCap, rules =>
        {
            var home = Charging(9.kW, Imports, rules);
            home.HouseTotal = 8.kW;
            home.Step();
            return home.State.Setpoint <= 4.kW;
        });

    [Theory]
    [InlineData(1000, -8500, LimitId.ExportCap)]
    [InlineData(2600, -10000, LimitId.None)]
    [InlineData(-7600, 0, LimitId.ExportCap)]
    public void The_export_cap_lets_the_car_feed_the_house_and_the_cap(int house, int expected, LimitId boundBy)
    {
        var home = Rig.Transferring();
        home.HouseTotal = house.W;

        home.Ask(-10.kW);
        home.RunFor(14.Seconds);

        Assert.Equal(expected.W, home.State.Setpoint);
        Assert.Equal(boundBy, home.State.BoundBy);
    }

    [Fact]
    public void Without_the_export_cap_a_cloud_edge_would_break_it() =>
        Deleted.IsMissed(LimitId.ExportCap, rules =>
        {
            var home = Charging(-8.kW, rules: rules);
            home.HouseTotal = -4.kW;
            home.Step();
            return home.State.Setpoint >= -3600.W;
        });

    [Fact]
    public void A_cap_is_aimed_at_from_below()
    {
        var home = Rig.Transferring(Imports with { CapAim = 0.97 });
        home.HouseTotal = 4.kW;

        home.Ask(10.kW);
        home.RunFor(14.Seconds);

        Assert.Equal(12.kW * 0.97 - 4.kW - UsualAge, home.State.Setpoint);
    }

    [Fact]
    public void A_silent_meter_closes_by_and_by_and_after_three_seconds_stops_discharge()
    {
        var home = Rig.Transferring();
        home.HouseTotal = 1.kW;
        home.Ask(-8500.W);
        home.RunFor(14.Seconds);
        home.MeterSpeaks = false;

        home.RunFor(1.Seconds);
        var afterOne = home.State.Setpoint;
        home.RunFor(1900.Milliseconds);
        var justBefore = home.State.Setpoint;
        home.Step();

        // Free age one poll of 100 ms, then 2 kW/s.
        Assert.Equal(-6800.W, afterOne);
        Assert.Equal(-3000.W, justBefore);
        Assert.Equal(Watts.Zero, home.State.Setpoint);
        Assert.Equal(LimitId.StaleMeter, home.State.BoundBy);
    }

    [Fact]
    public void A_silent_meter_leaves_what_the_largest_house_leaves_for_charging()
    {
        var home = Charging(9.kW, Sites.Exact with { HouseLoadMax = 24.kW, ImportCap = 26.kW });
        home.HouseTotal = 1.kW;
        home.MeterSpeaks = false;

        home.RunFor(60.Seconds);

        Assert.Equal(2.kW, home.State.Setpoint);
        Assert.Equal(LimitId.StaleMeter, home.State.BoundBy);
    }

    [Fact]
    public void Without_the_stale_meter_limit_a_dead_meter_would_let_the_car_feed_for_ever() =>
        Deleted.IsMissed(LimitId.StaleMeter, rules =>
        {
            var home = Charging(-8.kW, rules: rules);
            home.MeterSpeaks = false;
            home.RunFor(5.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    private static Rig Charging(Watts power, SiteLimits? site = null, RuleSet? rules = null)
    {
        var home = Rig.Transferring(site, rules);
        home.HouseTotal = 1.kW;
        home.Ask(power);
        home.RunFor(14.Seconds);
        Assert.Equal(power, home.State.Setpoint);
        return home;
    }
}
