using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>What a run of a scenario showed.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Verdicts">One per expectation, in the file's order.</param>
/// <param name="Trace">Fold of everything that happened: equal for equal runs.</param>
/// <param name="Simulated">Simulated time.</param>
public sealed record RunReport(
    string Scenario, ulong Seed, IReadOnlyList<Verdict> Verdicts, ulong Trace, TimeSpan Simulated)
{
    /// <summary>Every expectation held.</summary>
    public bool Held => Verdicts.All(verdict => verdict.Held);
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

    /// <summary>Runs once.</summary>
    /// <param name="scenario">What happens and what is expected.</param>
    /// <param name="site">The site; its file is the scenario's.</param>
    /// <param name="rules">The rules of the controller: all of them, except to see that one is missed.</param>
    /// <param name="seed">Decides all that is chance.</param>
    /// <param name="progress">Told the simulated time now and then; null for none.</param>
    /// <param name="truth">Written along; null for none.</param>
    public static RunReport Run(
        Scenario scenario, SiteConfig site, RuleSet rules, ulong seed, Action<TimeSpan>? progress = null,
        TruthWriter? truth = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        using var world = new World(scenario, site, rules, seed);
        var judge = new Judge(scenario, world.Answers, truth);
        world.Happened = happening => truth?.Did(happening.ToString());
        var slice = TimeSpan.FromSeconds(Math.Max(1, scenario.Length.TotalSeconds / 50));
        for (var until = slice; ; until += slice)
        {
            world.RunUntil(until < scenario.Length ? until : scenario.Length, judge);
            if (until >= scenario.Length) break;
            progress?.Invoke(until);
        }
        return new(scenario.Name, seed, judge.Verdicts(), world.Trace, scenario.Length);
    }

    private sealed class Judge(Scenario scenario, AnswerBook answers, TruthWriter? file) : IOracle
    {
        private readonly Check[] checks = [.. scenario.Expectations.Select(expected => Check.For(expected, answers))];

        public void See(in Truth truth)
        {
            foreach (var check in checks) check.See(truth);
            file?.See(truth);
        }

        public IReadOnlyList<Verdict> Verdicts() => [.. checks.Select(check => check.Judge())];
    }
}

/// <summary>Rules by the names that scenario files and people use.</summary>
public static class RuleNames
{
    /// <summary>Taking the EVSE's power at the meter's sample time: no limit, but a rule that can be missed.</summary>
    public const string Alignment = "alignment";

    /// <summary>The rules without one; null when no rule has that name.</summary>
    /// <param name="name">A limit or trip in the words of the wire, or <see cref="Alignment"/>.</param>
    public static RuleSet? AllWithout(string name)
    {
        if (name == Alignment) return RuleSet.All with { AlignsMeterAndEvse = false };
        if (Find<LimitId>(name) is { } limit) return RuleSet.All.Without(limit);
        return Find<TripId>(name) is { } trip ? RuleSet.All.Without(trip) : null;
    }

    private static T? Find<T>(string name) where T : struct, Enum
    {
        var word = name.Replace("_", "", StringComparison.Ordinal);
        foreach (var value in Enum.GetValues<T>())
        {
            if (Convert.ToInt32(value) != 0 && value.ToString().Equals(word, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        return null;
    }
}
