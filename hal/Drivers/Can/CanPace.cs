namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// How often the frames of one rule come: caps them, and notices two sources. Two sources cannot be told apart by
/// content, but together they send twice as often as one may: more than <see cref="Window"/> frames within
/// <see cref="Window"/> periods / 1.5. A frame that was late when it was taken (a stalled link, a thread that did not
/// come round) says nothing about pace and starts the window anew.
/// </summary>
internal sealed class CanPace(CanIdRule rule)
{
    private const int Window = 16;
    private const double Burst = 64;
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(150);

    private readonly TimeSpan[] last = new TimeSpan[Window];
    private readonly TimeSpan shortest = rule.Period * Window / 1.5;
    private int count;
    private int next;
    private double tokens = Burst;
    private TimeSpan filledAt;

    /// <summary>No frame of this rule is passed on before; it was contradicted.</summary>
    public TimeSpan WithheldUntil { get; set; } = TimeSpan.MinValue;

    /// <summary>False when the frame is one too many.</summary>
    public bool TryPass(TimeSpan now)
    {
        tokens = Math.Min(Burst, tokens + (now - filledAt).TotalSeconds * rule.MostPerSecond);
        filledAt = now;
        if (tokens < 1) return false;
        tokens--;
        return true;
    }

    /// <summary>Takes note of an arrival; true when there must be two sources.</summary>
    public bool IsTooFast(TimeSpan arrivedAt, TimeSpan now)
    {
        if (rule.Period == TimeSpan.Zero) return false;
        if (now - arrivedAt > Late) count = 0;
        var windowAgo = last[next];
        last[next] = arrivedAt;
        next = (next + 1) % Window;
        if (count < Window)
        {
            count++;
            return false;
        }
        return arrivedAt - windowAgo < shortest;
    }
}
