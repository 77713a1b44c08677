using System.Diagnostics.CodeAnalysis;

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
    private static readonly T Nothing;
    private readonly T value = value;

    /// <summary>Monotonic time of the reading; meaningless when <see cref="Sequence"/> is 0.</summary>
    public TimeSpan TakenAt { get; } = takenAt;

    /// <summary>0 = never seen; otherwise the number of this reading, wrapping past 0.</summary>
    public uint Sequence { get; } = sequence;

    /// <summary>The value if it is at most <paramref name="maxAge"/> old. A reading from the future is no
    /// reading.</summary>
    public T? Within(TimeSpan maxAge, TimeSpan now)
    {
        ref readonly var known = ref Within(maxAge, now, out var isKnown);
        return isKnown ? known : null;
    }

    /// <summary>
    /// As <see cref="Within(TimeSpan, TimeSpan)"/>, without a copy of the value: a reference to it, or to the default
    /// when <paramref name="isKnown"/> is false.
    /// </summary>
    [UnscopedRef]
    public ref readonly T Within(TimeSpan maxAge, TimeSpan now, out bool isKnown)
    {
        // A time so far back that the age overflows is as unknown as one from the future.
        var age = unchecked(now.Ticks - TakenAt.Ticks);
        isKnown = Sequence != 0 && age >= 0 && age <= maxAge.Ticks;
        return ref isKnown ? ref value : ref Nothing;
    }

    /// <summary>Age at <paramref name="now"/>; null when never seen or from the future.</summary>
    public TimeSpan? Age(TimeSpan now) => Sequence != 0 && now >= TakenAt ? now - TakenAt : null;
}
