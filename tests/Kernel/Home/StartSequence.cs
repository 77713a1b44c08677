using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Demo;
using ChargeScape.Edge.Sim.Devices;

namespace ChargeScape.Edge.Tests.Kernel.Home;

/// <summary>
/// What the true plant must show around the loss of a bus: the current goes and the contactor opens, and power returns
/// over every step of a CHAdeMO start, in order.
/// </summary>
internal static class StartSequence
{
    // A second of silence is taken for the loss; then the current is taken away and, at the latest half a second on,
    // the contactor's supply. The rest is for the frames' period, the relay, and the tenth of a second between two
    // lines of the truth.
    private static readonly TimeSpan currentIsGone = 1.6.Seconds;
    private static readonly TimeSpan isOpen = 2.2.Seconds;
    private static readonly TimeSpan isReleased = 3.Seconds;

    private static readonly (string What, Predicate<TruthLine> Is)[] steps =
    [
        ("no current flows", IsWithoutCurrent),
        ("the contactor is open", now => !now.IsClosed),
        ("the drives are off", AreDrivesOff),
        ("the charge sequence begins", now => Has(now, Lines.Sequence1) && !now.IsClosed),
        ("the car permits", now => Has(now, Lines.Permission) && !now.IsClosed),
        ("the plug is locked", now => Has(now, Lines.LockFeedback) && !now.IsClosed),
        ("the contactor's supply is on", now => Has(now, Lines.Sequence2)),
        ("the contactor is closed", now => now.IsClosed),
        ("power flows", now => now.Evse > 2500),
    ];

    /// <summary>Fails unless the current went in time, the contactor opened in time, and both stayed so.</summary>
    /// <param name="truth">From the loss on, while it lasts.</param>
    /// <param name="after">How long frames may still come now and then.</param>
    public static void ExpectStopped(IReadOnlyList<TruthLine> truth, TimeSpan after)
    {
        var lost = truth[0].At + after;
        Assert.All(truth, now => Assert.True(now.At < lost + currentIsGone || IsWithoutCurrent(now), $"{now}"));
        Assert.All(truth, now => Assert.True(now.At < lost + isOpen || !now.IsClosed, $"{now}"));
        Assert.All(truth, now => Assert.True(now.At < lost + isReleased || AreDrivesOff(now), $"{now}"));
        Assert.True(truth[^1].At > lost + isReleased);
    }

    /// <summary>Fails, with the step that is missing, unless the truth shows all of it.</summary>
    /// <param name="truth">From the loss until power flows again.</param>
    public static void Expect(List<TruthLine> truth)
    {
        var at = 0;
        foreach (var (what, isSo) in steps)
        {
            var next = truth.FindIndex(at, isSo);
            Assert.True(next >= 0, $"after {truth[at].At.TotalSeconds:0.0} s it never came that {what}");
            at = next;
        }
        var open = truth.FindIndex(now => !now.IsClosed);
        var closed = truth.FindIndex(open, now => now.IsClosed);
        Assert.All(truth[open..closed], now => Assert.True(IsWithoutCurrent(now), $"{now}"));
    }

    private static bool IsWithoutCurrent(TruthLine now) => Math.Abs(now.DcAmperes) < 1;

    private static bool AreDrivesOff(TruthLine now) => !Has(now, Lines.Sequence1) && !Has(now, Lines.Sequence2);

    private static bool Has(TruthLine now, string line) => now.ActiveLines.Contains(line);
}
