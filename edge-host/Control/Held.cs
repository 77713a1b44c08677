using System.Diagnostics.CodeAnalysis;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// The last good reading of a source, kept from step to step. It hands out a reference, because a dozen rules look at
/// it in every step; each asks for its age first.
/// </summary>
public record struct Held<T> where T : unmanaged
{
    private T said;

    /// <summary>Monotonic time of the reading; meaningless while <see cref="Sequence"/> is 0.</summary>
    public TimeSpan TakenAt { get; private set; }
    /// <summary>0 = never heard; otherwise the number of this reading.</summary>
    public uint Sequence { get; private set; }

    /// <summary>What was said last; the default while never heard.</summary>
    [UnscopedRef]
    public readonly ref readonly T Said => ref said;

    /// <summary>The same as a reading.</summary>
    public readonly Reading<T> Reading => Sequence == 0 ? default : new(said, TakenAt, Sequence);

    /// <summary>It has been heard and is at most this old.</summary>
    public readonly bool IsWithin(TimeSpan maxAge, TimeSpan now) => Sequence != 0 && now - TakenAt <= maxAge;

    /// <summary>
    /// What <paramref name="reading"/> says, if it is new: not held yet, not older than what is held, not from the
    /// future.
    /// </summary>
    internal readonly ref readonly T NewIn(in Reading<T> reading, TimeSpan now, out bool isNew)
    {
        ref readonly var said = ref reading.Within(TimeSpan.MaxValue, now, out isNew);
        isNew &= reading.TakenAt >= TimeSpan.Zero
            && (Sequence == 0 || (reading.Sequence != Sequence && reading.TakenAt >= TakenAt));
        return ref said;
    }

    /// <summary>Keeps what a reading says.</summary>
    internal void Keep(in T value, in Reading<T> reading)
    {
        said = value;
        (TakenAt, Sequence) = (reading.TakenAt, reading.Sequence);
    }
}
