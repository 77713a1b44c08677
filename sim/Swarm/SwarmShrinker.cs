using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>
/// Makes a failing run small: it ends soon after the failure, and has the fewest faults, then the fewest orders, then
/// the plainest site and home with which the same kind of failure is still there.
/// </summary>
internal sealed class SwarmShrinker
{
    private const int MostRuns = 600;
    private static readonly int[] LeastSecondsAfter = [1, 3, 10, 30];
    private readonly RuleSet rules;
    private readonly string kind;
    private int runs;

    private SwarmShrinker(RuleSet rules, string kind) => (this.rules, this.kind) = (rules, kind);

    /// <summary>The smallest run found that fails as this one did first.</summary>
    public static SwarmReport Shrink(SwarmReport failed, RuleSet rules)
    {
        var first = failed.Failures[0];
        var shrinker = new SwarmShrinker(rules, first.Kind);
        var plan = shrinker.Shorten(failed.Plan, first.At);
        // Faults first: what is wanted is to see which of them matter, with the orders that were in force.
        plan = shrinker.Fewer(plan, isFault: true);
        plan = shrinker.Fewer(plan, isFault: false);
        plan = plan with { Overrides = shrinker.Least(plan.Overrides, some => plan with { Overrides = some }) };
        plan = plan with { Home = shrinker.Least(plan.Home, some => plan with { Home = some }) };
        return SwarmRun.Run(plan, rules);
    }

    private SwarmPlan Shorten(SwarmPlan plan, TimeSpan failedAt)
    {
        foreach (var after in LeastSecondsAfter)
        {
            var seconds = (int)Math.Ceiling(failedAt.TotalSeconds) + after;
            if (seconds >= plan.Seconds) break;
            var cut = plan with { Seconds = seconds, Strokes = [.. plan.Strokes.Select(Cut).OfType<Stroke>()] };
            if (Fails(cut)) return cut;

            Stroke? Cut(Stroke stroke)
            {
                TimedLine[] lines = [.. stroke.Lines.Where(line => line.Milliseconds < seconds * 1000)];
                return lines.Length == 0 ? null : stroke with { Lines = lines };
            }
        }
        return plan;
    }

    private SwarmPlan Fewer(SwarmPlan plan, bool isFault)
    {
        Stroke[] some = [.. plan.Strokes.Where(stroke => stroke.IsFault == isFault)];
        Stroke[] others = [.. plan.Strokes.Where(stroke => stroke.IsFault != isFault)];
        return With(Least(some, With));

        SwarmPlan With(IReadOnlyList<Stroke> left) => plan with { Strokes = [.. others, .. left] };
    }

    private IReadOnlyList<T> Least<T>(IReadOnlyList<T> all, Func<IReadOnlyList<T>, SwarmPlan> with) =>
        DeltaDebugging.Least(all, some => Fails(with(some)));

    private bool Fails(SwarmPlan plan)
    {
        if (++runs > MostRuns) return false;
        try
        {
            return SwarmRun.Run(plan, rules).Failures.Any(failure => failure.Kind == kind);
        }
        catch (InvalidOperationException)
        {
            // A site that is none without what was taken away.
            return false;
        }
    }
}
