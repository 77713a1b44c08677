namespace ChargeScape.Edge.Sim.Judge;

/// <summary>
/// What the EVSE might have taken at each moment of the recent past, W: the most of each short interval. From it
/// follows how much power is explained by a reaction that takes its time. Allocates nothing once it is built.
/// </summary>
internal sealed class AllowanceHistory
{
    private const int Intervals = 256;
    private const double ShortestSeconds = 0.02;
    private readonly double[] most = new double[Intervals];
    private readonly double seconds;
    private long newest = -1;

    /// <summary>A memory that reaches back for at least <paramref name="reach"/>.</summary>
    public AllowanceHistory(TimeSpan reach) =>
        seconds = Math.Max(ShortestSeconds, reach.TotalSeconds / (Intervals - 2));

    /// <summary>Takes in what is allowed since the sample before.</summary>
    public void Add(double at, double allowed)
    {
        var interval = (long)(at / seconds);
        if (interval == newest)
        {
            ref var held = ref most[interval & (Intervals - 1)];
            if (allowed > held) held = allowed;
            return;
        }
        // Nobody looked meanwhile, because nothing happened: what was allowed stayed so.
        var before = newest < 0 ? allowed : most[newest & (Intervals - 1)];
        var first = newest < 0 ? 0 : Math.Max(newest + 1, interval - Intervals + 1);
        for (var skipped = first; skipped < interval; skipped++) most[skipped & (Intervals - 1)] = before;
        most[interval & (Intervals - 1)] = allowed;
        newest = interval;
    }

    /// <summary>The most that was allowed within <paramref name="window"/> before now.</summary>
    public double Within(double window)
    {
        var value = double.NegativeInfinity;
        var back = Math.Min(newest, Math.Min(Intervals - 1, (long)Math.Ceiling(window / seconds)));
        for (var age = 0L; age <= back; age++) value = Math.Max(value, most[(newest - age) & (Intervals - 1)]);
        return value;
    }

    /// <summary>
    /// The most that is left of an earlier allowance when the power stays for <paramref name="deadSeconds"/> and then
    /// falls by <paramref name="perSecond"/>.
    /// </summary>
    public double Falling(double deadSeconds, double perSecond)
    {
        var value = double.NegativeInfinity;
        var back = Math.Min(newest, Intervals - 1);
        for (var age = 0L; age <= back; age++)
        {
            var was = most[(newest - age) & (Intervals - 1)];
            var after = age * seconds - deadSeconds;
            if (after > 0) was -= perSecond * after;
            value = Math.Max(value, was);
        }
        return value;
    }
}
