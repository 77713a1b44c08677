using System.Collections.Concurrent;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Swarm;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Scenarios.Swarm;

/// <summary>A sample of what <c>./edge swarm</c> does for hours.</summary>
public class SwarmTests(ITestOutputHelper output)
{
    private const ulong FirstSeed = 100_000;
    private const int Runs = 400;
    private const int MostRunsUntilMissed = 400;

    [Fact]
    public void No_run_of_a_sample_fails_and_every_limit_trip_mode_and_kind_of_fault_is_reached()
    {
        var coverage = new SwarmCoverage();
        var failed = new ConcurrentBag<string>();

        Parallel.For(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = 2 }, index =>
        {
            var report = SwarmRun.Run(SwarmPlanner.Plan(FirstSeed + (ulong)index), RuleSet.All);
            lock (coverage) coverage.Add(report.Coverage);
            if (!report.Held) failed.Add($"./edge replay --seed {report.Plan.Seed}: {report.Failures[0]}");
        });
        foreach (var row in coverage.Table) output.WriteLine($"{row}");

        Assert.Empty(failed);
        Assert.Empty(coverage.Missing);
    }

    [Theory]
    [InlineData("emergency_stop", 1)]
    [InlineData("main_breaker", 0)]
    [InlineData("export_cap", 0)]
    public void A_deleted_rule_is_missed_replayed_bit_by_bit_and_shrunk_to_the_faults_that_matter(
        string rule, int faults)
    {
        var rules = RuleNames.AllWithout(rule)!;
        var failed = FirstFailed(rules);

        var again = SwarmRun.Run(SwarmPlanner.Plan(failed.Plan.Seed), rules);
        var smallest = SwarmShrinker.Shrink(failed, rules);
        var (scenario, site) = Written(smallest.Plan);
        var asScenario = ScenarioRun.Run(scenario, site, rules, smallest.Plan.Seed);

        Assert.Equal(failed.Trace, again.Trace);
        Assert.Equal(failed.Failures, again.Failures);
        Assert.Contains(smallest.Failures, failure => failure.Kind == failed.Failures[0].Kind);
        Assert.InRange(smallest.Plan.Faults, 0, faults);
        Assert.True(SwarmRun.Run(smallest.Plan, RuleSet.All).Held);
        Assert.Equal(smallest.Trace, asScenario.Trace);
        Assert.False(asScenario.Held);
    }

    [Fact]
    public void Another_seed_is_another_run()
    {
        var first = SwarmPlanner.Plan(1).ToYaml();

        Assert.Equal(first, SwarmPlanner.Plan(1).ToYaml());
        var many = Enumerable.Range(1, 200).Select(seed => SwarmPlanner.Plan((ulong)seed).ToYaml());
        Assert.Equal(200, many.Distinct().Count());
    }

    [Fact]
    public void A_journal_changes_nothing_and_tells_what_was_done_and_what_failed()
    {
        var rules = RuleSet.All.Without(LimitId.ExportCap);
        var silent = FirstFailed(rules);
        var text = new StringWriter();

        var told = SwarmRun.Run(silent.Plan, rules, new Journal(text));

        Assert.Equal(silent.Trace, told.Trace);
        Assert.False(told.Held);
        var journal = text.ToString();
        Assert.Contains("controller  tripped -> ready", journal, StringComparison.Ordinal);
        Assert.All(told.Failures, failure => Assert.Contains($"FAILED      {failure.Kind}", journal, StringComparison.Ordinal));
    }

    private static SwarmReport FirstFailed(RuleSet rules) => Enumerable.Range(0, MostRunsUntilMissed)
        .Select(index => SwarmRun.Run(SwarmPlanner.Plan(FirstSeed + (ulong)index), rules)).First(run => !run.Held);

    private static (Scenario, Host.Configuration.SiteConfig) Written(SwarmPlan plan)
    {
        var scenario = Shipped.Parse(plan.ToYaml());
        return (scenario, Shipped.SiteOf(scenario));
    }
}
