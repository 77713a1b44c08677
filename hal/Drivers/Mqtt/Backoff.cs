namespace ChargeScape.Edge.Hal.Mqtt;

/// <summary>
/// Delays between attempts: doubled each time up to a bound, each drawn from the upper half of its span, so that a
/// neighbourhood of clients does not come back in step after an outage.
/// </summary>
internal sealed class Backoff
{
    private readonly TimeSpan first;
    private readonly TimeSpan longest;
    private TimeSpan span;

    /// <summary>Spans from <paramref name="first"/> (&gt; 0) up to <paramref name="longest"/>.</summary>
    internal Backoff(TimeSpan first, TimeSpan longest) => (this.first, this.longest, span) = (first, longest, first);

    /// <summary>The next delay; <paramref name="share"/> is a random number in [0, 1).</summary>
    internal TimeSpan Next(double share)
    {
        var delay = span / 2 + span / 2 * share;
        span = span > longest / 2 ? longest : span * 2;
        return delay;
    }

    /// <summary>Starts again at the first span.</summary>
    internal void Reset() => span = first;
}
