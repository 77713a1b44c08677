using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Control;

/// <summary>An interval of power in W; <see cref="Low"/> ≤ <see cref="High"/>.</summary>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Nothing known.</summary>
    public static readonly Interval Everything = new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Wider on both sides.</summary>
    public Interval Grown(double by) => new(Low - by, High + by);

    /// <summary>What is in both; <paramref name="other"/> when nothing is.</summary>
    public Interval IntersectedOr(Interval other)
    {
        var (low, high) = (Math.Max(Low, other.Low), Math.Min(High, other.High));
        return low <= high ? new(low, high) : other;
    }

    /// <summary>The smallest interval around both.</summary>
    public Interval Hull(Interval other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));
}

/// <summary>
/// What the EVSE's power was during the last second or so, newest last. Fixed size; readings that come faster than the
/// ring can hold are merged into the range of one slot, so that the range over a time never gets too small.
/// </summary>
public record struct PowerHistory
{
    private const int Capacity = 16;
    private const int MergeInto = Capacity - 4;
    private static readonly TimeSpan Beyond = TimeSpan.FromMilliseconds(600);

    private Points points;
    private int newest;
    private int count;

    /// <summary>Time of the newest reading; meaningless while nothing is known.</summary>
    public readonly TimeSpan NewestAt => new(points[newest].At);

    /// <summary>The newest reading; everything while there is none.</summary>
    public readonly Interval Newest => count == 0 ? Interval.Everything : points[newest].Power;

    /// <summary>
    /// Adds a reading that is not older than the newest one. <paramref name="reach"/> is the longest range that is
    /// asked.
    /// </summary>
    public void Add(TimeSpan at, Interval power, TimeSpan reach)
    {
        var slot = (reach + Beyond).Ticks / MergeInto;
        var previous = (newest + Capacity - 1) % Capacity;
        if (count >= 2 && at.Ticks - points[previous].At < slot)
        {
            points[newest] = new(at.Ticks, points[newest].Power.Hull(power));
            return;
        }
        newest = count == 0 ? 0 : (newest + 1) % Capacity;
        if (count < Capacity) count++;
        points[newest] = new(at.Ticks, power);
    }

    /// <summary>
    /// Range of the power from one time to another, interpolated; held flat before the oldest and after the newest
    /// reading.
    /// </summary>
    public readonly Interval Range(TimeSpan from, TimeSpan to)
    {
        if (count == 0) return Interval.Everything;
        var later = points[newest];
        if (later.At <= from.Ticks) return later.Power;
        var range = later.At <= to.Ticks ? later.Power : default(Interval?);
        for (var i = 1; i < count; i++)
        {
            var earlier = points[(newest + Capacity - i) % Capacity];
            if (earlier.At < to.Ticks && later.At > to.Ticks) Extend(ref range, Between(earlier, later, to.Ticks));
            if (earlier.At <= from.Ticks)
            {
                Extend(ref range, Between(earlier, later, from.Ticks));
                return range!.Value;
            }
            if (earlier.At <= to.Ticks) Extend(ref range, earlier.Power);
            later = earlier;
        }
        return range ?? later.Power;
    }

    private static void Extend(ref Interval? range, Interval by) => range = range is { } so ? so.Hull(by) : by;

    private static Interval Between(in Point earlier, in Point later, long at)
    {
        if (later.At == earlier.At) return earlier.Power.Hull(later.Power);
        var share = (double)(at - earlier.At) / (later.At - earlier.At);
        return new(earlier.Power.Low + share * (later.Power.Low - earlier.Power.Low),
            earlier.Power.High + share * (later.Power.High - earlier.Power.High));
    }

    private readonly record struct Point(long At, Interval Power);

    [InlineArray(Capacity)]
    private struct Points : IEquatable<Points>
    {
        private Point first;

        public readonly bool Equals(Points other) => ((ReadOnlySpan<Point>)this).SequenceEqual(other);
        public override readonly bool Equals(object? obj) => obj is Points other && Equals(other);
        public override readonly int GetHashCode() => first.GetHashCode();
    }
}
