using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Plant;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Sim.Reactions;

/// <summary>What one run showed, from the onset on at the true plant.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="IsValid">Power flowed at the onset, so that there was something to end.</param>
/// <param name="First">Until no power flowed, or the site was inside its cap.</param>
/// <param name="Open">Until the contactor was open; null where it need not open.</param>
internal readonly record struct Reaction(ReactionKind Kind, bool IsValid, TimeSpan First, TimeSpan? Open);

/// <summary>
/// A home in which a car charges or discharges with any power, something happens to it at any moment, and the time until
/// the true plant shows the answer. Everything follows from the seed.
/// </summary>
internal static class ReactionTrip
{
    private const double LeastWatts = 1000;
    private const double NoPowerWatts = 0.03 * 9600;
    private static readonly TimeSpan Begun = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(3.5);
    private static readonly Lazy<(Scenario Scenario, SiteConfig Site)> Home = new(ReadHome);

    /// <summary>One run.</summary>
    /// <param name="seed">Decides everything, also which kind it is.</param>
    /// <param name="rules">The controller's rules.</param>
    public static Reaction Run(ulong seed, RuleSet rules)
    {
        var kind = ReactionKind.All[(int)(seed % (ulong)ReactionKind.All.Count)];
        var dice = SplitMix64.Stream(seed, "reaction");
        var (template, site) = Home.Value;
        var onset = Begun + TimeSpan.FromTicks((long)(dice.Unit() * TimeSpan.TicksPerSecond));
        var phase = TimeSpan.FromTicks((long)(dice.Unit() * site.Period.Ticks));
        using var world = new World(Scene(template, kind, dice), site, rules, seed, phase);
        world.RunUntil(onset);
        var watch = new Watch(kind.Goal, onset);
        var isValid = Math.Abs(world.Plant.Stage.AcPower.Value) > LeastWatts && world.Plant.IsContactorClosed;
        world.Do(kind.Onset);
        world.RunUntil(onset + Watched, watch);
        isValid &= kind.IsStop || watch.WasOutside;
        return new(kind, isValid, watch.First, kind.IsStop ? watch.Open : null);
    }

    private static Scenario Scene(Scenario template, ReactionKind kind, SplitMix64 dice)
    {
        var watts = kind.Goal switch
        {
            ReactionGoal.ImportInside => dice.Between(7000, 9600),
            ReactionGoal.ExportInside => dice.Between(-9600, -8000),
            _ => dice.Between(2000, 9600) * (dice.Unit() < 0.5 ? -1 : 1),
        };
        var json = FormattableString.Invariant($$"""{"kind":"setpoint","p_evse_w":{{watts:0}},"ttl_s":60}""");
        var events = new List<TimedEvent> { new(TimeSpan.FromSeconds(1), new ScenarioEvent.Order("any", json), 0) };
        if (kind.Goal == ReactionGoal.ExportInside)
            events.Insert(0, new(TimeSpan.Zero, new ScenarioEvent.Change("switch_on", "load"), 0));
        var home = template.Home;
        return template with
        {
            Events = events,
            Home = home with
            {
                House = home.House with { Base = [new(dice.Between(100, 1000)), new(dice.Between(100, 1000)), default] },
                Battery = home.Battery with { Soc = new(dice.Between(40, 80)) },
            },
        };
    }

    private static (Scenario, SiteConfig) ReadHome()
    {
        var yaml = string.Create(CultureInfo.InvariantCulture, $$"""
            about: a home in which something has to be reacted to
            site: demo-split-phase.json
            site_set: ["service.importCapW={{ReactionKind.ImportCapWatts}}", "service.exportCapW={{ReactionKind.ExportCapWatts}}"]
            length: 60 s
            home:
              house: { base_w: [500, 500], appliances: { load: { w: {{ReactionKind.StepWatts}} } } }
              car: { plugged: true, soc_pct: 60 }
            expect:
              - { claim: nothing here, of: evse_w, at_least: -1000000 }
            """);
        var (scenario, errors) = ScenarioFile.Parse(yaml, "reaction.yaml");
        if (scenario is null) throw new InvalidOperationException(string.Join("; ", errors));
        var (site, trouble) = ScenarioRun.ReadSite(scenario);
        return (scenario, site ?? throw new InvalidOperationException(string.Join("; ", trouble)));
    }

    // The last moment at which it was not yet as it should be.
    private sealed class Watch(ReactionGoal goal, TimeSpan onset) : IOracle
    {
        public TimeSpan First { get; private set; }
        public TimeSpan Open { get; private set; }
        public bool WasOutside { get; private set; }

        public void See(in Truth truth)
        {
            var since = truth.At - onset;
            var isOutside = goal switch
            {
                ReactionGoal.ImportInside => truth.Total.Value > ReactionKind.ImportCapWatts,
                ReactionGoal.ExportInside => -truth.Total.Value > ReactionKind.ExportCapWatts,
                _ => Math.Abs(truth.DcVoltage.Value * truth.DcCurrent.Value) > NoPowerWatts,
            };
            if (isOutside) (First, WasOutside) = (since, true);
            if (truth.IsContactorClosed) Open = since;
        }
    }
}
