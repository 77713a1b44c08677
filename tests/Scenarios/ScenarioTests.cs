using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Scenarios;

public class ScenarioTests
{
    // The first starts with the events; the others somewhere in its periods, and elsewhere in all that is chance.
    private static readonly ulong[] Seeds = [1, 2, 3];

    public static TheoryData<string, ulong> Runs()
    {
        var runs = new TheoryData<string, ulong>();
        foreach (var name in Shipped.Main)
            foreach (var seed in Seeds)
                runs.Add(name, seed);
        return runs;
    }

    public static TheoryData<string, string> Guards()
    {
        var rows = new TheoryData<string, string>();
        foreach (var name in Shipped.Names)
            foreach (var guard in Shipped.Read(name).Scenario.Guards)
                rows.Add(name, guard);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void What_a_scenario_expects_is_seen_at_the_true_plant(string name, ulong seed)
    {
        var (scenario, site) = Shipped.Read(name);

        var report = ScenarioRun.Run(scenario, site, RuleSet.All, seed);

        Assert.True(report.Held, Shipped.Failures(report));
    }

    [Theory]
    [MemberData(nameof(Guards))]
    public void A_scenario_is_red_when_a_rule_that_it_guards_is_deleted(string name, string rule)
    {
        var (scenario, site) = Shipped.Read(name);
        var rules = RuleNames.AllWithout(rule);
        Assert.True(rules is not null, $"{name} guards '{rule}', and there is no such rule");

        var report = ScenarioRun.Run(scenario, site, rules, seed: 1);

        Assert.False(report.Held, $"{name} does not miss {rule}");
    }

    [Theory]
    [InlineData("alignment")]
    [InlineData("main_breaker")]
    [InlineData("export_cap")]
    [InlineData("soc_reserve")]
    [InlineData("upper_soc")]
    [InlineData("stale_meter")]
    [InlineData("emergency_stop")]
    [InlineData("device_fault")]
    [InlineData("command_ignored")]
    [InlineData("insulation")]
    [InlineData("loop_overrun")]
    [InlineData("wrong_sign")]
    [InlineData("command_overshoot")]
    [InlineData("limit_breach")]
    [InlineData("power_up")]
    [InlineData("evse_rating")]
    [InlineData("power_stage")]
    [InlineData("vehicle")]
    [InlineData("import_cap")]
    [InlineData("widening_hold")]
    [InlineData("evse_breaker")]
    [InlineData("cable")]
    [InlineData("departure")]
    [InlineData("daily_discharge")]
    [InlineData("home_battery")]
    [InlineData("grid_operator_consumption")]
    [InlineData("grid_operator_production")]
    [InlineData("inverter_capability")]
    [InlineData("derate")]
    [InlineData("discharge_permission")]
    [InlineData("enter_service")]
    [InlineData("grid_lost")]
    [InlineData("inverter_did_not_trip")]
    [InlineData("feeder_breaker")]
    [InlineData("busbar_backfeed")]
    public void A_rule_of_the_main_job_is_guarded_by_a_scenario(string rule) =>
        Assert.Contains(Shipped.Names, name => Shipped.Read(name).Scenario.Guards.Contains(rule));

    [Fact]
    public void The_same_seed_gives_the_same_run_bit_by_bit_and_another_seed_another_one()
    {
        var (scenario, site) = Shipped.Read("meter-evse-skew-no-hunting");

        var first = ScenarioRun.Run(scenario, site, RuleSet.All, seed: 7);
        var again = ScenarioRun.Run(scenario, site, RuleSet.All, seed: 7);
        var other = ScenarioRun.Run(scenario, site, RuleSet.All, seed: 8);

        Assert.Equal(first.Trace, again.Trace);
        Assert.Equal(first.Verdicts, again.Verdicts);
        Assert.Equal(first.Findings.Breaches, again.Findings.Breaches);
        Assert.NotEqual(first.Trace, other.Trace);
    }
}
