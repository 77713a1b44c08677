using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Faults;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Sim.Judge;

namespace ChargeScape.Edge.Sim.Report;

/// <summary>One line of what happened and why.</summary>
/// <param name="At">When.</param>
/// <param name="Number">The number of its line in the picture; null when it has none.</param>
/// <param name="Text">In words.</param>
internal sealed record StoryLine(TimeSpan At, int? Number, string Text);

/// <summary>
/// A run as a list: what was done to the home, what the session and the set-point made of it, and each time over a
/// limit.
/// </summary>
internal static class Story
{
    private const int MostLines = 60;
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(15);

    public static IReadOnlyList<StoryLine> Of(Recorder recorder, Findings findings)
    {
        var done = recorder.Happenings.Select((one, i) => new StoryLine(one.At, i + 1, Words.Of(one.Event)));
        var over = findings.Breaches.Select(breach => new StoryLine(breach.From, null, Words.Breach(breach)));
        var lines = done.Concat(Session(recorder.All)).Concat(Holds(recorder.All)).Concat(over);
        return [.. lines.OrderBy(line => line.At).Take(MostLines)];
    }

    private static IEnumerable<StoryLine> Session(IReadOnlyList<Moment> moments)
    {
        for (var i = 1; i < moments.Count; i++)
        {
            var (before, now) = (moments[i - 1].Thought?.Mode, moments[i].Thought?.Mode);
            if (before == now) continue;
            yield return new(moments[i].At, null, now switch
            {
                null => "The controller is down",
                ModeKind.Unplugged => "The controller sees no car",
                ModeKind.Ready => "The controller is ready, the contactor open",
                ModeKind.Starting => "The controller starts a session with the car",
                ModeKind.Transferring => "The session stands: power may flow",
                ModeKind.Islanding => "The car supplies the isolated home",
                ModeKind.RampingDown => "The controller ends the session: power to zero, then open",
                _ => "The controller trips: power to zero and open",
            });
        }
    }

    // Only what holds back the set-point is worth a line; what would bind something that nobody wants is in the bars.
    private static IEnumerable<StoryLine> Holds(IReadOnlyList<Moment> moments)
    {
        var told = LimitId.None;
        var lastSeen = TimeSpan.Zero;
        foreach (var moment in moments)
        {
            if (moment.Thought is not { Mode: ModeKind.Transferring } thought) continue;
            var limit = thought.BoundBy;
            // The hold only keeps what another limit has cut; that one was told.
            if (limit is LimitId.None or LimitId.WideningHold) continue;
            var isNews = limit != told || moment.At - lastSeen > Forgotten;
            (told, lastSeen) = (limit, moment.At);
            if (!isNews) continue;
            var word = WireWord<LimitId>.Of(limit).Replace('_', ' ');
            yield return new(moment.At, null, $"Power is held back by the {word}: {Catalogue.Of(limit).Household}");
        }
    }
}
