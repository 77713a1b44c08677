using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>Lines for a log: each happening, and every few seconds how things stand.</summary>
internal sealed class PlainScreen(TextWriter into) : IScreen
{
    private static readonly TimeSpan period = TimeSpan.FromSeconds(5);
    private TimeSpan now;
    private TimeSpan nextStatus;

    /// <inheritdoc/>
    public void Say(string what) => Write(" ", what);

    /// <inheritdoc/>
    public void Judged(Verdict verdict) => Write(Mark(verdict), InWords(verdict));

    /// <summary>A verdict without the time.</summary>
    public static string Line(Verdict verdict) => $"{Mark(verdict)} {InWords(verdict)}";

    private static string Mark(Verdict verdict) => verdict.Held ? "✓" : "✗";

    private static string InWords(Verdict verdict) =>
        $"{(verdict.Held ? "held" : "FAILED")}: {verdict.Claim}: {verdict.Seen}";

    /// <inheritdoc/>
    public void Show(Status status)
    {
        now = status.Elapsed;
        if (now < nextStatus || status.Truth is null) return;
        nextStatus = now + period;
        Write("·", StatusWords.Line(status));
    }

    private void Write(string mark, string text)
    {
        into.WriteLine(FormattableString.Invariant($"{now.TotalSeconds,6:0.0} s {mark} {text}"));
        into.Flush();
    }
}
