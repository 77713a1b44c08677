using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Judge;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Tests.Scenarios.Judge;

/// <summary>A judge that a bad controller passes is none.</summary>
public class BadControllerTests
{
    private static readonly Dictionary<string, Func<OtherController>> Bad = new()
    {
        ["only_talks"] = () => new OnlyTalks(),
        ["never_acts"] = () => new NeverActs(),
        ["always_stops"] = () => new AlwaysStops(),
        ["trusts_echoes"] = () => new TrustsEchoes(),
    };

    // Who must be found out by the judge alone, and by which limit, even where the file asked for nothing.
    [Theory]
    [InlineData("only_talks", "oven-main-breaker", "main_breaker_l1_import")]
    [InlineData("only_talks", "import-cap-throttles-charging", "import_cap")]
    [InlineData("only_talks", "export-cap-throttles-discharge", "export_cap")]
    [InlineData("only_talks", "reserve-reached-in-discharge", "reserve")]
    [InlineData("only_talks", "upper-soc", "upper_soc")]
    [InlineData("only_talks", "evse-rating-kept", "evse_charge_rating")]
    [InlineData("only_talks", "quasar-export-cap", "export_cap")]
    [InlineData("only_talks", "grid-operator-limit", "grid_operator_consumption")]
    [InlineData("only_talks", "thin-cable", "evse_branch_charge")]
    [InlineData("never_acts", "grid-operator-relay", "grid_operator_consumption")]
    [InlineData("never_acts", "oven-main-breaker", "main_breaker_l2_import")]
    [InlineData("never_acts", "one-leg-overloaded", "main_breaker_l1_import")]
    [InlineData("never_acts", "export-cap-throttles-discharge", "export_cap")]
    [InlineData("never_acts", "reserve-reached-in-discharge", "reserve")]
    [InlineData("never_acts", "permit-withdrawn", "permit_contactor")]
    [InlineData("never_acts", "quasar-oven-and-breaker", "main_breaker_l1_import")]
    [InlineData("trusts_echoes", "echo-without-action", "main_breaker_l1_import")]
    public void The_judge_finds_a_bad_controller_out_unasked(string who, string scenario, string limit)
    {
        var report = Run(scenario, Bad[who], RulesOf(who));

        Assert.False(report.Held);
        Assert.Contains(report.Findings.Limits, finding => finding.Limit == limit && !finding.IsHeld);
    }

    // Zero breaks no limit: what finds it out is what the files expect to be served.
    [Theory]
    [InlineData("only_talks")]
    [InlineData("never_acts")]
    [InlineData("always_stops")]
    [InlineData("trusts_echoes")]
    public void A_bad_controller_does_not_pass_the_scenarios_of_the_main_job(string who)
    {
        string[] mainJob =
        [
            "oven-main-breaker", "import-cap-throttles-charging", "export-cap-throttles-discharge",
            "reserve-reached-in-discharge", "echo-without-action", "emergency-stop",
        ];

        var passed = mainJob.Where(scenario => Run(scenario, Bad[who], RulesOf(who)).Held).ToList();

        if (who == "trusts_echoes") Assert.DoesNotContain("echo-without-action", passed);
        else Assert.Empty(passed);
    }

    [Fact]
    public void A_controller_that_takes_the_products_place_and_changes_nothing_gives_the_products_run()
    {
        var product = Run("oven-main-breaker", null);

        var same = Run("oven-main-breaker", () => new Same());

        Assert.Equal(product.Trace, same.Trace);
    }

    // Who trusts echoes does not ask the meter whose a breach is.
    private static RuleSet RulesOf(string who) =>
        who == "trusts_echoes" ? RuleSet.All.Without(TripId.LimitBreach) : RuleSet.All;

    private static RunReport Run(string scenario, Func<OtherController>? instead, RuleSet? rules = null)
    {
        var (read, site) = Shipped.Read(scenario);
        return ScenarioRun.Run(read, site, rules ?? RuleSet.All, seed: 1, new() { Instead = instead });
    }

    private sealed class Same : OtherController;
}
