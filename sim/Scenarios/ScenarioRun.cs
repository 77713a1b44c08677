using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Judge;
using ChargeScape.Edge.Sim.Plant;
using ChargeScape.Edge.Sim.Report;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>What a run came to.</summary>
public enum Outcome
{
    /// <summary>The pressure was there and everything held.</summary>
    Held,
    /// <summary>Something did not hold.</summary>
    Failed,
    /// <summary>The pressure was not there, so the run shows nothing; that is as bad as a failure.</summary>
    Invalid,
}

/// <summary>What a run of a scenario showed.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Verdicts">One per expectation, in the file's order.</param>
/// <param name="Trace">Fold of everything that happened: equal for equal runs.</param>
/// <param name="Simulated">Simulated time.</param>
public sealed record RunReport(
    string Scenario, ulong Seed, IReadOnlyList<Verdict> Verdicts, ulong Trace, TimeSpan Simulated)
{
    /// <summary>Where the controller's grid lay against the events.</summary>
    public TimeSpan Phase { get; init; }
    /// <summary>One per premise, in the file's order.</summary>
    public IReadOnlyList<Verdict> Premises { get; init; } = [];
    /// <summary>What the judge saw without being asked.</summary>
    public Findings Findings { get; init; } = Findings.None;

    /// <summary>What it came to.</summary>
    public Outcome Outcome => Premises.Any(premise => !premise.Held) ? Outcome.Invalid
        : Verdicts.All(verdict => verdict.Held) && Findings.IsHeld ? Outcome.Held : Outcome.Failed;

    /// <summary>The pressure was there, every expectation held, and the judge saw nothing else.</summary>
    public bool Held => Outcome == Outcome.Held;
}

/// <summary>What looks on while a scenario runs, and who runs it.</summary>
public sealed record RunCompany
{
    /// <summary>Told the simulated time now and then.</summary>
    public Action<TimeSpan>? Progress { get; init; }
    /// <summary>Writes the true plant along.</summary>
    public TruthWriter? Truth { get; init; }
    /// <summary>Records what a report shows.</summary>
    public Recorder? Recorder { get; init; }
    /// <summary>Makes what takes the product's place; null for the product.</summary>
    public Func<OtherController>? Instead { get; init; }
}

/// <summary>Runs a scenario in virtual time and judges it at the true plant.</summary>
public static class ScenarioRun
{
    /// <summary>Reads the site file that a scenario names.</summary>
    public static ConfigResult ReadSite(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return SiteFile.Read(scenario.SiteFile, scenario.SiteOverrides);
    }

    /// <summary>
    /// When the controller starts in a run with this seed: at once with seed 1 (and 0), else anywhere in the longest of
    /// its periods, so that events meet its grid of steps and polls at every phase.
    /// </summary>
    public static TimeSpan PhaseOf(ulong seed, SiteConfig site)
    {
        ArgumentNullException.ThrowIfNull(site);
        if (seed <= 1) return TimeSpan.Zero;
        var longest = new[] { site.Period, site.Limits.MeterTiming.Period, site.Limits.EvseTiming.Period }.Max();
        var milliseconds = SplitMix64.Stream(seed, "phase").Between(0, longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Floor(milliseconds));
    }

    /// <summary>Runs once.</summary>
    /// <param name="scenario">What happens and what is expected.</param>
    /// <param name="site">The site; its file is the scenario's.</param>
    /// <param name="rules">The rules of the controller: all of them, except to see that one is missed.</param>
    /// <param name="seed">Decides all that is chance.</param>
    /// <param name="company">Who looks on; null for nobody.</param>
    public static RunReport Run(
        Scenario scenario, SiteConfig site, RuleSet rules, ulong seed, RunCompany? company = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        company ??= new();
        var phase = PhaseOf(seed, site);
        using var world = new World(scenario, site, rules, seed, phase, company.Instead?.Invoke());
        var bench = new Bench(scenario, site, world, company);
        world.Happened = bench.Happened;
        var slice = TimeSpan.FromSeconds(Math.Max(1, scenario.Length.TotalSeconds / 50));
        for (var until = slice; ; until += slice)
        {
            world.RunUntil(until < scenario.Length ? until : scenario.Length, bench);
            if (until >= scenario.Length) break;
            company.Progress?.Invoke(until);
        }
        return bench.Judge(new(scenario.Name, seed, [], world.Trace, scenario.Length) { Phase = phase });
    }

    // Everybody who sees the truth: what the file asks, the judge, and who writes along.
    private sealed class Bench(Scenario scenario, SiteConfig site, World world, RunCompany company) : IOracle
    {
        private readonly Check[] checks =
            [.. scenario.Premises.Concat(scenario.Expectations).Select(expected => Check.For(expected, world.Answers))];
        private readonly PlantJudge judge = new(site);

        public void Happened(ScenarioEvent happening)
        {
            judge.Happened(happening, world.Now);
            company.Truth?.Did(happening.ToString());
            company.Recorder?.Happened(happening, world.Now);
        }

        public void See(in Truth truth)
        {
            foreach (var check in checks) check.See(truth);
            judge.See(truth);
            company.Truth?.See(truth);
            company.Recorder?.See(truth, world);
        }

        public RunReport Judge(RunReport report)
        {
            var verdicts = checks.Select(check => check.Judge()).ToList();
            var premises = scenario.Premises.Count;
            return report with
            {
                Premises = verdicts[..premises],
                Verdicts = verdicts[premises..],
                Findings = judge.Judge(),
            };
        }
    }
}
