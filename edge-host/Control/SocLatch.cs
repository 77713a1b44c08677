namespace ChargeScape.Edge.Control;

/// <summary>
/// Memory of a state-of-charge threshold: without it, a dither of the last digit would run power through the threshold.
/// </summary>
public record struct SocLatch
{
    // Monotonic ticks since which the state of charge has been far enough on the other side, and one; 0 = it is not.
    private long awaySince;

    /// <summary>The threshold was reached and has not been left for long enough.</summary>
    public bool IsSet { get; private set; }

    /// <summary>
    /// One step. While <paramref name="isReached"/> nothing is forgotten; <paramref name="isAway"/> must hold for
    /// <paramref name="hold"/>.
    /// </summary>
    internal void Update(bool isReached, bool isAway, TimeSpan hold, TimeSpan now)
    {
        IsSet |= isReached;
        if (isReached || !IsSet || !isAway)
        {
            awaySince = 0;
            return;
        }
        if (awaySince == 0) awaySince = now.Ticks + 1;
        if (now.Ticks + 1 - awaySince >= hold.Ticks) (IsSet, awaySince) = (false, 0);
    }

    /// <summary>Being away must hold anew.</summary>
    internal void StopTimer() => awaySince = 0;

    /// <summary>When it may be left, if that is running.</summary>
    public readonly TimeSpan? Until(TimeSpan hold) => awaySince == 0 ? null : new TimeSpan(awaySince - 1) + hold;
}
