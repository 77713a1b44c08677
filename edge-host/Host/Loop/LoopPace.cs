using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>
/// When the loop steps: at each deadline kT, and in between when woken: <see cref="MostAtOnce"/> times in a row at
/// <see cref="MinimumGap"/>, and not more often than each <see cref="SustainedGap"/> in the long run. A meter and an
/// EVSE that answer one after the other both have their step at once; a device that babbles has 200 in a second. The
/// grid of deadlines never moves. Pure: the thread around it owns the clock.
/// </summary>
internal struct LoopPace(TimeSpan period, TimeSpan start)
{
    public static readonly TimeSpan MinimumGap = 0.5.Milliseconds;
    public static readonly TimeSpan SustainedGap = 5.Milliseconds;
    public const int MostAtOnce = 8;
    /// <summary>A deadline missed by more than this stops the transfer at once.</summary>
    public static readonly TimeSpan LongestLateness = 500.Milliseconds;
    private static readonly TimeSpan Burst = (MostAtOnce - 1) * SustainedGap;
    private const int MostOverrunsInARow = 3;

    private TimeSpan lastStep = start - MinimumGap;
    // When the steps so far would have ended if each took a sustained gap.
    private TimeSpan paidUntil = start;
    private int inARow;

    /// <summary>The next deadline.</summary>
    public TimeSpan Deadline { get; private set; } = start;

    /// <summary>Deadlines missed since start.</summary>
    public uint Overruns { get; private set; }

    /// <summary>Three deadlines in a row were missed, or one by more than 500 ms. Until a deadline is kept
    /// again.</summary>
    public bool IsTooLate { get; private set; }

    /// <summary>Earliest time of the next step when a wake asks for one.</summary>
    public readonly TimeSpan EarliestWoken
    {
        get
        {
            var (soon, paid) = (lastStep + MinimumGap, paidUntil - Burst);
            var woken = soon > paid ? soon : paid;
            return woken < Deadline ? woken : Deadline;
        }
    }

    /// <summary>Notes that a step begins; true when it is the deadline's.</summary>
    public bool Begin(TimeSpan now)
    {
        lastStep = now;
        paidUntil = (paidUntil > now ? paidUntil : now) + SustainedGap;
        if (now < Deadline) return false;
        var late = now - Deadline;
        var missed = (uint)(late.Ticks / period.Ticks);
        Overruns += missed;
        inARow = missed == 0 ? 0 : inARow + (int)Math.Min(missed, MostOverrunsInARow);
        IsTooLate = inARow >= MostOverrunsInARow || late > LongestLateness;
        Deadline += new TimeSpan(period.Ticks * (1 + missed));
        return true;
    }
}
