using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>Whose a breach is, as opening the contactor shows.</summary>
public enum BreachVerdict : byte
{
    /// <summary>Not looked, or not to be seen yet.</summary>
    Unknown,
    /// <summary>It ended when the contactor opened.</summary>
    Ours,
    /// <summary>It goes on without the EVSE.</summary>
    TheHouse,
}

/// <summary>
/// How long the meter has shown a limit of the site exceeded while the EVSE was connected: seconds that count in full
/// while it is, and fall by half while it is not. What the EVSE's own measurement decides, its rating, its circuit and
/// its car, is <see cref="CommandOvershoot"/>'s.
/// </summary>
public record struct BreachWatch
{
    /// <summary>How long a cap may stay exceeded: excursions are corrected within about 5 s (UK G100); 30 s is the
    /// outer bound (UL 1741 PCS, IEEE 1547.2).</summary>
    public static readonly TimeSpan AtCap = TimeSpan.FromSeconds(5);
    /// <summary>How long a breaker's continuous share may: AC over-current in software stops after 7 s (EVerest). What
    /// the breaker itself would bear is not ours to spend.</summary>
    public static readonly TimeSpan AtBreaker = TimeSpan.FromSeconds(7);
    /// <summary>A breach that has been gone for so long is another one when it returns.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromMinutes(1);

    private const double ToleranceShare = 0.02;
    private const double LeastToleranceWatts = 100;
    private const double ToleranceAmperes = 0.5;
    // Beyond the family's own reaction.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private float atBreaker;
    private float atCap;
    // One more than the ticks, so that the default is none.
    private long takenAt;
    private long overAt;
    private long openSince;

    /// <summary>The newest sample of the meter is beyond a limit, in a direction in which the EVSE may add to
    /// it.</summary>
    public bool IsOver { get; private set; }
    /// <summary>The same, and the EVSE measures that it does.</summary>
    public bool IsOurs { get; private set; }
    /// <summary>What opening has shown.</summary>
    public BreachVerdict Verdict { get; private set; }

    /// <summary>It stands, and has for longer than its bound.</summary>
    public readonly bool IsPast(SiteLimits site) => IsOver && Verdict != BreachVerdict.TheHouse
        && (atCap >= Bound(AtCap, site).TotalSeconds || atBreaker >= Bound(AtBreaker, site).TotalSeconds);

    /// <summary>How long a breach may last at this site: never less than its devices need to follow and be
    /// seen.</summary>
    public static TimeSpan Bound(TimeSpan least, SiteLimits site)
    {
        var needed = Expectation.Window(site) + site.MeterTiming.Period + site.MeterTiming.Refresh + Slack;
        return least > needed ? least : needed;
    }

    /// <summary>Takes in a new good sample of the meter.</summary>
    internal void Take(in Held<MeterReading> sample, SiteLimits site, in ControlState memory)
    {
        var at = sample.TakenAt.Ticks + 1;
        var elapsed = takenAt == 0 ? 0 : Math.Min(at - takenAt, 2 * site.MeterTiming.Period.Ticks);
        takenAt = at;
        var seconds = (float)elapsed / TimeSpan.TicksPerSecond;
        var isHeard = memory.Inputs.HearsEvse(site);
        ref readonly var evse = ref memory.Inputs.LastEvse.Said;
        var direction = isHeard ? Expectation.Direction(evse, memory) : 0;
        var (import, export) = OverCap(sample.Said, site, memory.GridOperator);
        var (into, outOf) = OverBreaker(sample.Said, site);
        IsOver = ((import || into) && direction >= 0) || ((export || outOf) && direction <= 0);
        IsOurs = IsOver && direction != 0;
        if (IsOver) overAt = at;
        // What somebody else does while the site stands back is not ours to judge.
        var counts = isHeard && evse.IsContactorClosed && Verdict != BreachVerdict.TheHouse
            && (evse.Faults & EvseFaults.Yielded) == 0;
        Count(ref atCap, seconds, counts && ((import && direction >= 0) || (export && direction <= 0)));
        Count(ref atBreaker, seconds, counts && ((into && direction >= 0) || (outOf && direction <= 0)));
        var isOpen = isHeard && !evse.IsContactorClosed;
        openSince = isOpen ? openSince == 0 ? at : openSince : 0;
        Look(at, site, memory.Trips.Seen(TripId.LimitBreach).IsTripped);
    }

    // The contactor tells: the sample that decides was begun a moment after it had opened.
    private void Look(long at, SiteLimits site, bool isTripped)
    {
        if (Verdict == BreachVerdict.TheHouse)
        {
            if (at - overAt > Apart.Ticks) Verdict = BreachVerdict.Unknown;
            return;
        }
        if (!isTripped) Verdict = BreachVerdict.Unknown;
        if (!isTripped || Verdict != BreachVerdict.Unknown || openSince == 0) return;
        if (at - openSince < (Slack + site.MeterTiming.Refresh).Ticks) return;
        Verdict = IsOver ? BreachVerdict.TheHouse : BreachVerdict.Ours;
    }

    private static void Count(ref float held, float seconds, bool isOver) =>
        held = isOver ? held + seconds : Math.Max(0, held - seconds / 2);

    private static (bool Import, bool Export) OverCap(
        in MeterReading meter, SiteLimits site, in GridOperatorMemory gridOperator)
    {
        var watts = meter.Power.Value;
        var import = IsBeyond(watts, site.ImportCap, site);
        var export = IsBeyond(-watts, site.ExportCap, site);
        if (site.GridOperator is { IsOfSite: true })
        {
            import |= IsBeyond(watts, gridOperator.ConsumptionCap, site);
            export |= IsBeyond(-watts, gridOperator.ProductionCap, site);
        }
        if (site.ImportLegCap is null && site.ExportLegCap is null) return (import, export);
        for (var leg = 0; leg < site.Legs; leg++)
        {
            if (site.EvseShare(leg) == 0) continue;
            import |= IsBeyond(meter.LegPower[leg].Value, site.ImportLegCap, site);
            export |= IsBeyond(-meter.LegPower[leg].Value, site.ExportLegCap, site);
        }
        return (import, export);
    }

    private static bool IsBeyond(double watts, Watts? cap, SiteLimits site)
    {
        if (cap is not { } most) return false;
        var tolerance = Math.Max(LeastToleranceWatts, Math.Max(site.MeterError.Value, ToleranceShare * most.Value));
        return watts > most.Value + tolerance;
    }

    private static (bool Into, bool OutOf) OverBreaker(in MeterReading meter, SiteLimits site)
    {
        var (into, outOf) = (false, false);
        var most = site.MainBreaker.Value * site.BreakerContinuousShare * (1 + ToleranceShare) + ToleranceAmperes;
        for (var leg = 0; leg < site.Legs; leg++)
        {
            if (site.EvseShare(leg) == 0 || !(Math.Abs(meter.LegCurrent[leg].Value) > most)) continue;
            if (meter.LegPower[leg] >= Watts.Zero) into = true;
            else outOf = true;
        }
        return (into, outOf);
    }
}
