using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Limits;

/// <summary>The driver's departure, the energy of a day, and a home battery that charges.</summary>
public sealed class BatteryCareTests
{
    private static readonly SiteLimits Leaving = Sites.Exact with
    {
        Departure = new(new(40_000), 0.9, TimeSpan.Zero), ExportCap = null,
    };

    private static readonly SiteLimits Spending = Sites.Exact with { DailyDischarge = new(50), ExportCap = null };

    private static readonly SiteLimits Storing = Sites.Exact with
    {
        HomeBatteryChargeMax = 4.kW, HomeBatteryMaxAge = 5.Seconds,
    };

    // 10 kW for an hour is 9 kWh in the battery: 22.5 points.
    [Theory]
    [InlineData(82, -6000, LimitId.None)]
    [InlineData(83, 0, LimitId.Departure)]
    public void What_can_still_be_charged_back_may_be_given(int needed, int expected, LimitId by)
    {
        var home = Rig.Transferring(Leaving);
        home.RunFor(4.Seconds);
        home.Departure = new(home.Now + 3600.Seconds, needed.Percent);

        home.Ask(-6.kW);
        home.RunFor(14.Seconds);

        Assert.Equal((expected.W, by), (home.State.Setpoint, home.State.BoundBy));
    }

    [Fact]
    public void A_limit_of_charging_counts_at_once_and_its_end_a_minute_later()
    {
        var home = Rig.Transferring(Leaving);
        home.RunFor(4.Seconds);
        home.Departure = new(home.Now + 3600.Seconds, 75.Percent);
        home.Ask(-6.kW);
        home.RunFor(14.Seconds);
        var before = home.State.Setpoint;

        home.StageLimit = 6.kW;
        home.RunFor(300.Milliseconds);
        var narrow = home.State.Setpoint;
        home.StageLimit = 11.kW;
        home.RunFor(55.Seconds);
        var early = home.State.Setpoint;
        home.RunFor(20.Seconds);

        Assert.Equal((-6.kW, Watts.Zero, Watts.Zero, -6.kW), (before, narrow, early, home.State.Setpoint));
    }

    [Fact]
    public void A_departure_that_has_passed_goes_on_until_the_car_is_unplugged()
    {
        var home = Rig.Transferring(Leaving);
        home.Departure = new(home.Now + 1.Seconds, 70.Percent);
        home.Ask(-6.kW);
        home.RunFor(60.Seconds);
        var late = home.State.Departure.IsBinding;

        home.IsPlugged = false;
        home.RunFor(2.Seconds);

        Assert.True(late);
        Assert.Null(home.State.Departure.Wish);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1.0)]
    [InlineData(101.0)]
    public void A_wish_that_makes_no_sense_is_none_and_zero_lifts_one(double needed)
    {
        var home = Rig.Transferring(Leaving);
        home.Departure = new(home.Now + 60.Seconds, 90.Percent);
        home.RunFor(1.Seconds);

        home.Departure = new(home.Now, new(needed));
        home.RunFor(1.Seconds);
        var kept = home.State.Departure.Wish;
        home.Departure = new(home.Now, new(0));
        home.RunFor(1.Seconds);

        Assert.Equal(90.Percent, kept!.Value.Needed);
        Assert.Null(home.State.Departure.Wish);
    }

    [Fact]
    public void Without_the_departure_the_driver_would_be_stranded() =>
        Deleted.IsMissed(LimitId.Departure, rules =>
        {
            var home = Rig.Transferring(Leaving, rules);
            home.Departure = new(home.Now + 60.Seconds, 90.Percent);
            home.Ask(-6.kW);
            home.RunFor(20.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    [Fact]
    public void The_energy_of_a_day_is_given_once_and_charging_does_not_give_it_back()
    {
        var home = Rig.Transferring(Spending);
        home.Ask(-6.kW);
        home.RunFor(30.Seconds);
        var (within, given) = (home.State.Setpoint, home.State.Given.Given);
        home.RunFor(10.Seconds);
        var spent = home.State.Setpoint;
        home.Ask(6.kW);
        home.RunFor(60.Seconds);
        var charging = home.State.Setpoint;
        home.Ask(-6.kW);
        home.RunFor(10.Seconds);

        Assert.Equal((-6.kW, Watts.Zero, 6.kW, Watts.Zero), (within, spent, charging, home.State.Setpoint));
        Assert.InRange(given.Value, 35, 50);
        Assert.InRange(home.State.Given.Given.Value, 50, 52);
    }

    [Fact]
    public void It_comes_back_after_a_day_and_not_before()
    {
        var home = Rig.Transferring(Spending);
        home.Ask(-6.kW);
        home.RunFor(60.Seconds);
        Assert.True(home.State.Given.IsSpent);
        home.Period = 10.Minutes;

        home.RunFor(23.Hours);
        var early = home.State.Given.IsSpent;
        home.RunFor(3.Hours);

        Assert.Equal((true, false), (early, home.State.Given.IsSpent));
    }

    [Fact]
    public void Without_the_budget_the_battery_would_be_worn() =>
        Deleted.IsMissed(LimitId.DailyDischarge, rules =>
        {
            var home = Rig.Transferring(Spending, rules);
            home.Ask(-6.kW);
            home.RunFor(120.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    // House and cap leave 2 + 7.6 − 0.1 kW; of what the battery takes nothing counts.
    [Theory]
    [InlineData(0, -9500)]
    [InlineData(-3000, -9500)]
    [InlineData(1700, -7500)]
    [InlineData(3400, -5500)]
    [InlineData(9000, -5500)]
    public void A_charging_home_battery_is_no_load_of_the_house(int power, int expected)
    {
        var home = Rig.Transferring(Storing);
        home.HouseTotal = 2.kW;
        home.HomeBattery = new() { Power = power.W };

        home.Ask(-9900.W);
        home.RunFor(14.Seconds);

        Assert.Equal(expected.W, home.State.Setpoint);
    }

    [Fact]
    public void A_home_battery_that_falls_silent_may_be_taking_all_that_it_can()
    {
        var home = Rig.Transferring(Storing);
        home.HouseTotal = 2.kW;
        home.HomeBattery = new() { Power = Watts.Zero };
        home.Ask(-9900.W);
        home.RunFor(14.Seconds);

        home.HomeBattery = null;
        home.RunFor(5.Seconds);
        var just = home.State.Setpoint;
        home.RunFor(200.Milliseconds);

        Assert.Equal((-9500.W, -5500.W), (just, home.State.Setpoint));
        Assert.Equal(LimitId.HomeBattery, home.State.BoundBy);
    }

    [Fact]
    public void Without_it_a_full_home_battery_would_break_the_export_cap() =>
        Deleted.IsMissed(LimitId.HomeBattery, rules =>
        {
            var home = Rig.Transferring(Storing, rules);
            home.HouseTotal = 4.kW;
            home.HomeBattery = new() { Power = 3400.W };
            home.Ask(-9900.W);
            home.RunFor(14.Seconds);
            return home.State.Setpoint >= -7600.W;
        });
}
