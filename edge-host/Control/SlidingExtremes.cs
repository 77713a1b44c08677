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
    private long slot;
    private TimeSpan slotEnds;
    private int newest;

    /// <summary>Least of the first series.</summary>
    public float Least { get; private set; }
    /// <summary>Most of the second series.</summary>
    public float Most { get; private set; }

    /// <summary>Takes in a value of each series at <paramref name="now"/>, with who set it.</summary>
    public void Add(TimeSpan now, TimeSpan window, double least, LimitId leastBy, double most, LimitId mostBy)
    {
        if (now >= slotEnds) Advance(now, window);
        ref var bucket = ref buckets[newest];
        if ((float)least < bucket.Least) (bucket.Least, bucket.LeastBy) = ((float)least, leastBy);
        if ((float)most > bucket.Most) (bucket.Most, bucket.MostBy) = ((float)most, mostBy);
        if (bucket.Least < Least) Least = bucket.Least;
        if (bucket.Most > Most) Most = bucket.Most;
    }

    /// <summary>Who set the least, newest first, and when it leaves the window.</summary>
    public readonly (LimitId By, TimeSpan Until) LeastSetBy(TimeSpan window)
    {
        var (least, back) = (Least, 0);
        while (buckets[Back(back)].Least > least) back++;
        return (buckets[Back(back)].LeastBy, Leaves(back, window));
    }

    /// <summary>Who set the most, newest first, and when it leaves the window.</summary>
    public readonly (LimitId By, TimeSpan Until) MostSetBy(TimeSpan window)
    {
        var (most, back) = (Most, 0);
        while (buckets[Back(back)].Most < most) back++;
        return (buckets[Back(back)].MostBy, Leaves(back, window));
    }

    private void Advance(TimeSpan now, TimeSpan window)
    {
        var length = Length(window);
        var next = now.Ticks / length;
        var passed = slotEnds == default ? Kept : Math.Min(next - slot, Kept);
        for (var i = 0; i < passed; i++)
        {
            newest = newest + 1 < Kept ? newest + 1 : 0;
            buckets[newest] = Bucket.Empty;
        }
        (slot, slotEnds) = (next, new((next + 1) * length));
        (Least, Most) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (ref readonly var bucket in (ReadOnlySpan<Bucket>)buckets)
            (Least, Most) = (Math.Min(Least, bucket.Least), Math.Max(Most, bucket.Most));
    }

    private readonly int Back(int by) => newest >= by ? newest - by : newest - by + Kept;
    private readonly TimeSpan Leaves(int back, TimeSpan window) => new((slot - back + Kept) * Length(window));
    private static long Length(TimeSpan window) => Math.Max(1, window.Ticks / PerWindow);

    private record struct Bucket(float Least, float Most, LimitId LeastBy, LimitId MostBy)
    {
        public static readonly Bucket Empty =
            new(float.PositiveInfinity, float.NegativeInfinity, LimitId.None, LimitId.None);
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
