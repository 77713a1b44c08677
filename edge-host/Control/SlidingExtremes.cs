using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Control;

/// <summary>
/// The least of one series and the most of another over the last <c>window</c>, in fixed memory: the window is cut into
/// buckets on a grid of absolute time, so that a value counts for at least one window and at most a quarter longer, and
/// an additional value can only lower the least and raise the most.
/// </summary>
public record struct SlidingExtremes
{
    private const int PerWindow = 4;
    private const int Kept = PerWindow + 1;

    private Buckets buckets;
    private long current;
    private bool isStarted;

    /// <summary>Takes in a value of each series at <paramref name="now"/>, with who set it.</summary>
    public void Add(TimeSpan now, TimeSpan window, double least, LimitId leastBy, double most, LimitId mostBy)
    {
        Advance(Slot(now, window));
        ref var bucket = ref buckets[(int)(current % Kept)];
        if (least < bucket.Least) (bucket.Least, bucket.LeastBy) = (least, leastBy);
        if (most > bucket.Most) (bucket.Most, bucket.MostBy) = (most, mostBy);
    }

    /// <summary>Least of the first series, who set it, and when it leaves the window.</summary>
    public readonly (double Value, LimitId By, TimeSpan Until) Least(TimeSpan window)
    {
        var (value, by, slot) = (double.PositiveInfinity, LimitId.None, current);
        for (var back = 0; back < Kept && back <= current; back++)
        {
            ref readonly var bucket = ref buckets[(int)((current - back) % Kept)];
            if (bucket.Least < value) (value, by, slot) = (bucket.Least, bucket.LeastBy, current - back);
        }
        return (value, by, Leaves(slot, window));
    }

    /// <summary>Most of the second series, who set it, and when it leaves the window.</summary>
    public readonly (double Value, LimitId By, TimeSpan Until) Most(TimeSpan window)
    {
        var (value, by, slot) = (double.NegativeInfinity, LimitId.None, current);
        for (var back = 0; back < Kept && back <= current; back++)
        {
            ref readonly var bucket = ref buckets[(int)((current - back) % Kept)];
            if (bucket.Most > value) (value, by, slot) = (bucket.Most, bucket.MostBy, current - back);
        }
        return (value, by, Leaves(slot, window));
    }

    private void Advance(long slot)
    {
        if (isStarted && slot <= current) return;
        var from = isStarted ? Math.Max(current + 1, slot - PerWindow) : Math.Max(0, slot - PerWindow);
        for (var i = from; i <= slot; i++) buckets[(int)(i % Kept)] = Bucket.Empty;
        (current, isStarted) = (slot, true);
    }

    private static long Slot(TimeSpan now, TimeSpan window) => now.Ticks / Length(window);
    private static long Length(TimeSpan window) => Math.Max(1, window.Ticks / PerWindow);
    private static TimeSpan Leaves(long slot, TimeSpan window) => new((slot + Kept) * Length(window));

    private record struct Bucket(double Least, double Most, LimitId LeastBy, LimitId MostBy)
    {
        public static readonly Bucket Empty =
            new(double.PositiveInfinity, double.NegativeInfinity, LimitId.None, LimitId.None);
    }

    [InlineArray(Kept)]
    private struct Buckets : IEquatable<Buckets>
    {
        private Bucket first;

        public readonly bool Equals(Buckets other) => ((ReadOnlySpan<Bucket>)this).SequenceEqual(other);
        public override readonly bool Equals(object? obj) => obj is Buckets other && Equals(other);
        public override readonly int GetHashCode() => first.GetHashCode();
    }
}
