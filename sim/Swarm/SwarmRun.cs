using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Judge;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>Something that did not hold.</summary>
/// <param name="Kind">What it is about: shrinking keeps it, and nothing else, the same.</param>
/// <param name="At">When, since the beginning.</param>
/// <param name="Text">What was seen.</param>
internal sealed record SwarmFailure(string Kind, TimeSpan At, string Text)
{
    public override string ToString() => FormattableString.Invariant($"{Kind} at {At.TotalSeconds:0.###} s: {Text}");
}

/// <summary>What a run came to.</summary>
/// <param name="Plan">The run.</param>
/// <param name="Trace">Fold of everything that happened: equal for equal runs.</param>
/// <param name="Simulated">Simulated time.</param>
/// <param name="Failures">What did not hold, by time.</param>
/// <param name="Coverage">What it reached.</param>
internal sealed record SwarmReport(
    SwarmPlan Plan, ulong Trace, TimeSpan Simulated, IReadOnlyList<SwarmFailure> Failures, SwarmCoverage Coverage)
{
    public bool Held => Failures.Count == 0;
}

/// <summary>
/// Runs a plan with the production drivers in virtual time. Judged at the true plant by the judge of every scenario,
/// and by the invariants of the safety brief §4.5 that can be seen from outside.
/// </summary>
internal sealed class SwarmRun : IOracle
{
    private readonly World world;
    private readonly PlantJudge judge;
    private readonly StepInvariants steps;
    private readonly PlantInvariants plant;
    private readonly SwarmCoverage coverage = new();
    private readonly Journal? journal;

    private SwarmRun(Scenario scenario, SiteConfig site, World world, Journal? journal)
    {
        this.world = world;
        this.journal = journal;
        judge = new(site);
        steps = new(site.Limits);
        plant = new(scenario, site.Limits);
        world.Happened = Happened;
        world.Stepped = Stepped;
    }

    /// <summary>Runs it.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="rules">The controller's rules.</param>
    /// <param name="journal">Told all that happens; null for nobody.</param>
    public static SwarmReport Run(SwarmPlan plan, RuleSet rules, Journal? journal = null)
    {
        var scenario = plan.ToScenario();
        var (site, errors) = ScenarioRun.ReadSite(scenario);
        if (site is null) throw new InvalidOperationException($"seed {plan.Seed}: {string.Join("\n", errors)}");
        using var world = new World(scenario, site, rules, plan.Seed, ScenarioRun.PhaseOf(plan.Seed, site));
        return new SwarmRun(scenario, site, world, journal).Run(plan, scenario.Length);
    }

    /// <inheritdoc/>
    public void See(in Truth truth)
    {
        judge.See(truth);
        plant.See(truth);
    }

    private SwarmReport Run(SwarmPlan plan, TimeSpan length)
    {
        SwarmFailure? death = null;
        try
        {
            world.RunUntil(length, this);
        }
        // Whatever the controller throws is what is looked for.
        catch (Exception thrown)
        {
            death = new($"exception {thrown.GetType().Name}", world.Now, thrown.Message);
        }
        var breaches = judge.Judge().Breaches.Where(breach => !breach.IsHeld)
            .Select(breach => new SwarmFailure($"breach {breach.Limit}", breach.From, InWords(breach)));
        SwarmFailure[] failures =
            [.. breaches.Concat(steps.Failures).Concat(plant.Failures).Concat(death is null ? [] : [death])
                .OrderBy(failure => failure.At)];
        foreach (var failure in failures) journal?.Failed(failure);
        return new(plan, world.Trace, world.Now, failures, coverage);
    }

    private void Happened(ScenarioEvent happening)
    {
        judge.Happened(happening, world.Now);
        steps.Happened(happening, world.Now);
        plant.Happened(happening, world.Now);
        journal?.Happened(happening, world.Now);
        coverage.Happened(happening, world.Plant.Stage.AcPower);
    }

    private void Stepped(in ControlState state)
    {
        coverage.See(state);
        steps.See(state);
        journal?.See(state);
    }

    private static string InWords(Breach breach) => FormattableString.Invariant(
        $"{breach.Id} until {breach.Until.TotalSeconds:0.##} s by up to {breach.Peak:0.##} {breach.PeakUnit}, ")
        + FormattableString.Invariant($"{breach.Late:0.###} of it late; promise {breach.Promise.TotalSeconds:0.##} s");
}
