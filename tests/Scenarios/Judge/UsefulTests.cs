using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Tests.Scenarios.Judge;

/// <summary>A scenario in which the product serves energy must expect some: else doing nothing would pass it.</summary>
public class UsefulTests
{
    private const double ServedWattHours = 10;

    public static TheoryData<string> Names() => [.. Shipped.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_controller_that_always_stops_fails_where_the_product_serves(string name)
    {
        var (scenario, site) = Shipped.Read(name);
        var served = scenario with
        {
            Expectations =
            [
                new Expectation.Served("charges", 0, true, default, scenario.Length, ServedWattHours, double.MaxValue),
                new Expectation.Served("feeds", 0, false, default, scenario.Length, ServedWattHours, double.MaxValue),
            ],
        };
        var isUseful = ScenarioRun.Run(served, site, RuleSet.All, seed: 1).Verdicts.Any(verdict => verdict.Held);

        var idle = ScenarioRun.Run(scenario, site, RuleSet.All, seed: 1, new() { Instead = () => new AlwaysStops() });

        Assert.True(!isUseful || !idle.Held, $"{name} passes a controller that does nothing: expect what is served");
    }
}
