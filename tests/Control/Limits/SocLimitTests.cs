using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Limits;

/// <summary>The reserve, the upper state of charge and an order's own floor, each with its memory.</summary>
public sealed class SocLimitTests
{
    [Fact]
    public void Just_above_the_reserve_the_car_discharges_and_at_it_stops_in_the_same_step()
    {
        var home = Discharging();

        home.Soc = new(30.1);
        home.Step();
        var above = home.State.Setpoint;
        home.Soc = 30.Percent;
        home.Step();

        Assert.Equal(-5.kW, above);
        Assert.Equal(Watts.Zero, home.State.Setpoint);
        Assert.Equal(LimitId.SocReserve, home.State.BoundBy);
    }

    [Fact]
    public void The_reserve_is_left_two_points_above_it_after_a_minute_and_not_before()
    {
        var home = Discharging();
        home.Soc = 30.Percent;
        home.Step();

        home.Soc = new(31.9);
        home.RunFor(90.Seconds);
        var notFarEnough = home.State.Setpoint;
        home.Soc = 32.Percent;
        home.RunFor(59.Seconds);
        var notLongEnough = home.State.Setpoint;
        var until = home.State.Allowed.Discharge.Until;
        home.RunFor(20.Seconds);

        Assert.Equal(Watts.Zero, notFarEnough);
        Assert.Equal(Watts.Zero, notLongEnough);
        Assert.NotNull(until);
        Assert.Equal(-5.kW, home.State.Setpoint);
    }

    [Fact]
    public void A_dither_around_the_reserve_draws_nothing_below_it()
    {
        var home = Discharging();
        var drawnBelow = 0.0;

        for (var i = 0; i < 6000; i++)
        {
            home.Soc = i / 20 % 2 == 0 ? 29.Percent : 31.Percent;
            home.Step();
            if (home.Soc <= 30.Percent) drawnBelow += home.State.Setpoint.Value;
        }

        Assert.Equal(0, drawnBelow);
    }

    [Fact]
    public void An_unknown_state_of_charge_allows_no_discharge_and_leaves_charging()
    {
        var home = Discharging();
        home.Soc = null;

        home.Step();
        var discharge = home.State.Setpoint;
        home.Ask(5.kW);
        home.RunFor(8.Seconds);

        Assert.Equal(Watts.Zero, discharge);
        Assert.Equal(5.kW, home.State.Setpoint);
    }

    [Fact]
    public void A_state_of_charge_that_goes_unknown_starts_the_minute_above_the_reserve_anew()
    {
        var home = Discharging();
        home.Soc = 30.Percent;
        home.Step();
        home.Soc = 35.Percent;
        home.RunFor(50.Seconds);

        home.Soc = null;
        home.Step();
        home.Soc = 35.Percent;
        home.RunFor(59.Seconds);
        var within = home.State.Reserve.IsSet;
        home.RunFor(2.Seconds);

        Assert.True(within);
        Assert.False(home.State.Reserve.IsSet);
    }

    [Fact]
    public void Without_the_reserve_the_driver_would_be_stranded() =>
        Deleted.IsMissed(LimitId.SocReserve, rules =>
        {
            var home = Discharging(rules);
            home.Soc = 20.Percent;
            home.RunFor(1.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    [Fact]
    public void Charging_stops_at_the_upper_state_of_charge_and_returns_a_point_below()
    {
        var home = Rig.Transferring();
        home.Ask(5.kW);
        home.Soc = new(89.9);
        home.RunFor(8.Seconds);
        var below = home.State.Setpoint;

        home.Soc = 90.Percent;
        home.Step();
        var at = home.State;
        home.Soc = new(89.1);
        home.RunFor(20.Seconds);
        var notFarEnough = home.State.Setpoint;
        home.Soc = 89.Percent;
        home.RunFor(10.Seconds);

        Assert.Equal(5.kW, below);
        Assert.Equal(Watts.Zero, at.Setpoint);
        Assert.Equal(LimitId.UpperSoc, at.BoundBy);
        Assert.Equal(Watts.Zero, notFarEnough);
        Assert.Equal(5.kW, home.State.Setpoint);
    }

    [Fact]
    public void Without_the_upper_limit_the_car_would_be_filled() =>
        Deleted.IsMissed(LimitId.UpperSoc, rules =>
        {
            var home = Rig.Transferring(rules: rules);
            home.Ask(5.kW);
            home.Soc = 95.Percent;
            home.RunFor(8.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    [Theory]
    [InlineData(50, 49.9)]
    [InlineData(50, 50.0)]
    [InlineData(double.NaN, 60)]
    public void An_orders_own_floor_takes_discharge_away(double floor, double soc)
    {
        var home = Discharging();
        home.Soc = new(soc);

        home.Order(-5.kW, 600.Seconds, floor: new(floor));
        home.RunFor(5.Seconds);

        Assert.Equal(Watts.Zero, home.State.Setpoint);
    }

    [Fact]
    public void An_orders_own_floor_cannot_reach_below_the_reserve()
    {
        var home = Discharging();
        home.Soc = 25.Percent;

        home.Order(-5.kW, 600.Seconds, floor: 10.Percent);
        home.RunFor(5.Seconds);

        Assert.Equal(Watts.Zero, home.State.Setpoint);
        Assert.Equal(LimitId.SocReserve, home.State.BoundBy);
    }

    [Fact]
    public void The_floor_of_one_order_does_not_hold_the_next_one_back()
    {
        var home = Discharging();
        home.Order(-5.kW, 600.Seconds, floor: 70.Percent);
        home.RunFor(2.Seconds);
        var held = home.State.Setpoint;

        home.Order(-5.kW, 600.Seconds);
        home.RunFor(8.Seconds);

        Assert.Equal(Watts.Zero, held);
        Assert.Equal(-5.kW, home.State.Setpoint);
    }

    private static Rig Discharging(RuleSet? rules = null)
    {
        var home = Rig.Transferring(rules: rules);
        home.HouseTotal = 1.kW;
        home.Ask(-5.kW);
        home.RunFor(8.Seconds);
        Assert.Equal(-5.kW, home.State.Setpoint);
        return home;
    }
}
