using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Limits;

/// <summary>EVSE rating, power stage, vehicle, stale EVSE.</summary>
public sealed class DeviceLimitTests
{
    [Theory]
    [InlineData(9990, 9990, LimitId.None)]
    [InlineData(12000, 10000, LimitId.EvseRating)]
    [InlineData(-9990, -9990, LimitId.None)]
    [InlineData(-12000, -10000, LimitId.EvseRating)]
    public void The_rating_bounds_both_directions(int asked, int expected, LimitId boundBy)
    {
        var home = Rig.Transferring();
        home.HouseTotal = 5.kW;

        home.Ask(asked.W);
        home.RunFor(14.Seconds);

        Assert.Equal(expected.W, home.State.Setpoint);
        Assert.Equal(boundBy, home.State.BoundBy);
    }

    [Fact]
    public void The_breaker_of_the_EVSE_bounds_below_its_rating()
    {
        var home = Rig.Transferring(Sites.Exact with { EvseBreaker = 40.A });

        home.Ask(9.kW);
        home.RunFor(14.Seconds);

        // 0.8 × 40 A × 240 V
        Assert.Equal(7680.W, home.State.Setpoint);
    }

    [Fact]
    public void Without_the_rating_the_stage_would_be_asked_for_more() =>
        Deleted.IsMissed(LimitId.EvseRating, rules => After(rules, 12.kW, 14.Seconds).State.Setpoint <= 10.kW);

    [Theory]
    [InlineData(6000, 6000, LimitId.None)]
    [InlineData(6010, 6000, LimitId.PowerStage)]
    [InlineData(-6010, -6000, LimitId.PowerStage)]
    public void The_power_stage_bounds_what_it_says(int asked, int expected, LimitId boundBy)
    {
        var home = Rig.Transferring();
        home.StageLimit = 6.kW;
        home.HouseTotal = 5.kW;

        home.Ask(asked.W);
        home.RunFor(14.Seconds);

        Assert.Equal(expected.W, home.State.Setpoint);
        Assert.Equal(boundBy, home.State.BoundBy);
    }

    [Fact]
    public void Without_the_power_stage_limit_a_derated_stage_would_be_overdriven() =>
        Deleted.IsMissed(LimitId.PowerStage, rules =>
        {
            var home = After(rules, 8.kW, 14.Seconds);
            home.StageLimit = 3.kW;
            home.Step();
            return home.State.Setpoint <= 3.kW;
        });

    [Theory]
    [InlineData(4000, 4000, LimitId.None)]
    [InlineData(4010, 4000, LimitId.Vehicle)]
    [InlineData(-3010, -3000, LimitId.Vehicle)]
    public void The_car_bounds_each_direction_by_itself(int asked, int expected, LimitId boundBy)
    {
        var home = Rig.Transferring();
        (home.CarCharge, home.CarDischarge) = (4.kW, -3.kW);
        home.HouseTotal = 5.kW;

        home.Ask(asked.W);
        home.RunFor(14.Seconds);

        Assert.Equal(expected.W, home.State.Setpoint);
        Assert.Equal(boundBy, home.State.BoundBy);
    }

    [Fact]
    public void Without_the_vehicle_limit_a_car_that_takes_less_would_be_asked_for_more() =>
        Deleted.IsMissed(LimitId.Vehicle, rules =>
        {
            var home = After(rules, 8.kW, 14.Seconds);
            home.CarCharge = 2.kW;
            home.Step();
            return home.State.Setpoint <= 2.kW;
        });

    [Fact]
    public void An_EVSE_is_asked_for_power_up_to_its_maximum_age_and_not_beyond()
    {
        var home = After(RuleSet.All, 8.kW, 14.Seconds);
        home.EvseSpeaks = false;

        home.RunFor(1.Seconds);
        var within = home.State.Setpoint;
        home.Step();

        Assert.Equal(8.kW, within);
        Assert.Equal(Watts.Zero, home.State.Setpoint);
        Assert.Equal(LimitId.StaleEvse, home.State.BoundBy);
        Assert.Equal(ModeKind.Transferring, home.State.Mode);
    }

    [Fact]
    public void An_EVSE_that_stays_silent_is_told_to_open()
    {
        var home = After(RuleSet.All, 8.kW, 14.Seconds);
        home.EvseSpeaks = false;

        home.RunFor(12.Seconds);

        Assert.Equal(ModeKind.RampingDown, home.State.Mode);
        Assert.Equal(Connection.Open, home.State.Command.Connection);
    }

    [Fact]
    public void Without_the_stale_EVSE_limit_a_silent_one_would_go_on_being_asked() =>
        Deleted.IsMissed(LimitId.StaleEvse, rules =>
        {
            var home = After(rules, 8.kW, 14.Seconds);
            home.EvseSpeaks = false;
            home.RunFor(2.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    private static Rig After(RuleSet rules, Watts asked, TimeSpan time)
    {
        var home = Rig.Transferring(rules: rules);
        home.Ask(asked);
        home.RunFor(time);
        return home;
    }
}
