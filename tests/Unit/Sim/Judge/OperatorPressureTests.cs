using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Judge;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Unit.Sim.Judge;

public class OperatorPressureTests
{
    private static readonly GridOperatorRules Rules = new(
        IsOfSite: false, new(4200), new(new(4300), new(1000), 2.Hours, IsForGood: false),
        [new(Relay: 0, new(0), null), new(Relay: 1, null, new(500))]);
    private readonly OperatorPressure pressure = new(Rules);

    [Fact]
    public void The_failsafe_holds_until_a_limit_follows_a_heartbeat()
    {
        Assert.Equal(4300, pressure.Consumption(1));
        Say("grid_operator_consumption_w", "6000", 5);
        Assert.Equal(4300, pressure.Consumption(6));
        Say("grid_operator", "heard", 10);
        Assert.Equal(4300, pressure.Consumption(11));
        Say("grid_operator_consumption_w", "6000", 20);

        Assert.Equal(6000, pressure.Consumption(21));
        Assert.Equal(1000, pressure.Production(21));
    }

    [Fact]
    public void It_returns_two_minutes_after_the_last_heartbeat_and_a_heartbeat_alone_does_not_end_it()
    {
        Say("grid_operator", "heard", 0);
        Say("grid_operator", "lifts_consumption", 1);
        Say("grid_operator", "silent", 70);
        Assert.Equal(double.PositiveInfinity, pressure.Consumption(179));
        Assert.Equal(4300, pressure.Consumption(180));

        Say("grid_operator", "heard", 200);

        Assert.Equal(4300, pressure.Consumption(319));
        Assert.Equal(double.PositiveInfinity, pressure.Consumption(320));
    }

    [Fact]
    public void No_limit_of_consumption_counts_below_the_floor()
    {
        Say("grid_operator", "heard", 0);
        Say("grid_operator_consumption_w", "500", 1);

        Assert.Equal(4200, pressure.Consumption(2));
    }

    [Fact]
    public void A_pulled_relay_limits_its_direction_until_it_is_released()
    {
        Say("grid_operator", "heard", 0);
        Say("grid_operator", "lifts_consumption", 1);
        Say("grid_operator", "lifts_production", 1);
        Say("relay_1", "pulled", 2);
        Say("relay_2", "pulled", 2);
        Assert.Equal(4200, pressure.Consumption(3));
        Assert.Equal(500, pressure.Production(3));

        Say("relay_1", "released", 4);

        Assert.Equal(double.PositiveInfinity, pressure.Consumption(5));
    }

    [Fact]
    public void Without_an_agreement_nothing_is_demanded() =>
        Assert.Equal(double.PositiveInfinity, new OperatorPressure(null).Consumption(1));

    private void Say(string what, string value, double at) =>
        pressure.Happened(new ScenarioEvent.Change(what, value), at);
}
