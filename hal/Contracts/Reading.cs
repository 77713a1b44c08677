namespace ChargeScape.Edge.Hal;

/// <summary>
/// A value and the monotonic time it was asked for at the device. The value can be had only by saying how old it may
/// be, so no rule can forget that a meter has gone quiet. The default is "never seen".
/// </summary>
/// <param name="value">What was read.</param>
/// <param name="takenAt">Monotonic time at which the request left, or the frame arrived: never later than the sample
/// was true to the wire.</param>
/// <param name="sequence">Counts new readings of this source from 1, so that sample counters advance once per
/// reading.</param>
public readonly struct Reading<T>(T value, TimeSpan takenAt, uint sequence) where T : unmanaged
{
    private readonly T value = value;

    /// <summary>Monotonic time of the reading; meaningless when <see cref="Sequence"/> is 0.</summary>
    public TimeSpan TakenAt { get; } = takenAt;

    /// <summary>0 = never seen; otherwise the number of this reading, wrapping past 0.</summary>
    public uint Sequence { get; } = sequence;

    /// <summary>The value if it is at most <paramref name="maxAge"/> old. A reading from the future is no
    /// reading.</summary>
    public T? Within(TimeSpan maxAge, TimeSpan now)
    {
        if (Sequence == 0) return null;
        var age = now - TakenAt;
        return age >= TimeSpan.Zero && age <= maxAge ? value : null;
    }

    /// <summary>Age at <paramref name="now"/>; null when never seen or from the future.</summary>
    public TimeSpan? Age(TimeSpan now) => Sequence != 0 && now >= TakenAt ? now - TakenAt : null;
}
