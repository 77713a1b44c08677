namespace ChargeScape.Edge.Hal.Posix;

/// <summary>
/// When to try again: each failure doubles the delay up to the longest, and each delay is cut by chance by up to half,
/// so that many clients do not return in step.
/// </summary>
/// <param name="first">Delay after the first failure.</param>
/// <param name="longest">No delay is longer.</param>
/// <param name="chance">Source of the jitter.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Random chance)
{
    private int failures;
    private TimeSpan dueAt = TimeSpan.MinValue;

    public bool IsDue(TimeSpan now) => now >= dueAt;

    public void Failed(TimeSpan now)
    {
        var delay = first * Math.Pow(2, failures);
        if (delay > longest) delay = longest; else failures++;
        dueAt = now + delay * (1 - 0.5 * chance.NextDouble());
    }

    /// <summary>The connection has proved itself: the next failure counts as the first.</summary>
    public void Reset() => failures = 0;
}
