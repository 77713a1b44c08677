using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Control;

/// <summary>
/// An interval of power in W; <see cref="Low"/> ≤ <see cref="High"/>. Single precision is a milliwatt here, and half
/// the state to copy.
/// </summary>
public readonly record struct Interval(float Low, float High)
{
    /// <summary>Nothing known.</summary>
    public static readonly Interval Everything = new(float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>From one power to another.</summary>
    public Interval(double low, double high) : this((float)low, (float)high)
    {
    }

    /// <summary>Wider on both sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Interval Grown(float by) => new(Low - by, High + by);

    /// <summary>What is in both; <paramref name="other"/> when nothing is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Interval IntersectedOr(Interval other)
    {
        var low = Low > other.Low ? Low : other.Low;
        var high = High < other.High ? High : other.High;
        return low <= high ? new(low, high) : other;
    }

    /// <summary>The smallest interval around both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Interval Around(Interval other) =>
        new(Low < other.Low ? Low : other.Low, High > other.High ? High : other.High);
}

/// <summary>
/// What the EVSE's power was during the last second or so, newest last. Fixed size; readings that come faster than the
/// ring can hold are merged into the range of one stretch, so that the range over a time never gets too small.
/// </summary>
public record struct PowerHistory
{
    private const int Capacity = 10;
    private const int MergeInto = Capacity - 2;
    private static readonly TimeSpan Beyond = TimeSpan.FromMilliseconds(600);

    private Ring ring;
    private int newest;
    private int count;

    /// <summary>Time of the newest reading; meaningless while nothing is known.</summary>
    public readonly TimeSpan NewestAt => new(ring[newest].Last);

    /// <summary>The newest stretch; everything while there is none.</summary>
    public readonly Interval Newest => count == 0 ? Interval.Everything : ring[newest].Power;

    /// <summary>
    /// Adds a reading that is not older than the newest one. <paramref name="reach"/> is the longest range that is
    /// asked.
    /// </summary>
    public void Add(TimeSpan at, Interval power, TimeSpan reach)
    {
        var length = (reach + Beyond).Ticks / MergeInto;
        ref var held = ref ring[newest];
        if (count > 0 && at.Ticks - held.First < length)
        {
            held = new(held.First, at.Ticks, held.Power.Around(power));
            return;
        }
        if (count > 0) newest = (newest + 1) % Capacity;
        if (count < Capacity) count++;
        ring[newest] = new(at.Ticks, at.Ticks, power);
    }

    /// <summary>
    /// Range of the power from one time to another, interpolated; held flat before the first and after the newest
    /// reading; everything where it reaches back to what is forgotten.
    /// </summary>
    public readonly Interval Range(TimeSpan from, TimeSpan to)
    {
        if (count == 0) return Interval.Everything;
        var later = ring[newest];
        if (later.Last <= from.Ticks) return later.Power;
        var range = later.First <= to.Ticks ? later.Power : default(Interval?);
        for (var i = 1; i < count && later.First > from.Ticks; i++)
        {
            var earlier = ring[(newest + Capacity - i) % Capacity];
            var (left, right) = (Math.Max(earlier.Last, from.Ticks), Math.Min(later.First, to.Ticks));
            if (left <= right)
                range = Joined(range, Between(earlier, later, left).Around(Between(earlier, later, right)));
            if (earlier.First <= to.Ticks && earlier.Last >= from.Ticks) range = Joined(range, earlier.Power);
            later = earlier;
        }
        if (count == Capacity && later.First > from.Ticks) return Interval.Everything;
        return range ?? later.Power;
    }

    private static Interval Joined(Interval? range, Interval with) => range is { } so ? so.Around(with) : with;

    private static Interval Between(in Stretch earlier, in Stretch later, long at)
    {
        var length = later.First - earlier.Last;
        var share = length <= 0 ? 1 : (double)(at - earlier.Last) / length;
        return new(earlier.Power.Low + share * (later.Power.Low - earlier.Power.Low),
            earlier.Power.High + share * (later.Power.High - earlier.Power.High));
    }

    /// <summary>Readings from the first to the last, and the range of their power.</summary>
    private readonly record struct Stretch(long First, long Last, Interval Power);

    [InlineArray(Capacity)]
    private struct Ring : IEquatable<Ring>
    {
        private Stretch first;

        public readonly bool Equals(Ring other) => ((ReadOnlySpan<Stretch>)this).SequenceEqual(other);
        public override readonly bool Equals(object? obj) => obj is Ring other && Equals(other);
        public override readonly int GetHashCode() => first.GetHashCode();
    }
}
