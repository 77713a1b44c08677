using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// Memory of a state-of-charge threshold: without it, a dither of the last digit would run power through the threshold.
/// </summary>
/// <param name="IsSet">The threshold was reached and has not been left for long enough.</param>
/// <param name="AwaySince">Since when the state of charge has been far enough on the other side.</param>
public readonly record struct SocLatch(bool IsSet, TimeSpan? AwaySince)
{
    /// <summary>
    /// One step. While <paramref name="isReached"/> nothing is forgotten; <paramref name="isAway"/> must hold for
    /// <paramref name="hold"/>.
    /// </summary>
    public SocLatch Next(bool isReached, bool isAway, TimeSpan hold, TimeSpan now)
    {
        if (isReached) return new(true, null);
        if (!IsSet) return default;
        if (!isAway) return new(true, null);
        var since = AwaySince ?? now;
        return now - since >= hold ? default : new(true, since);
    }

    /// <summary>When it may be left, if that is running.</summary>
    public TimeSpan? Until(TimeSpan hold) => AwaySince is { } since ? since + hold : null;
}
