using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// Measured power has the wrong sign or is more than any command of the settling time explains, in any mode. Latched;
/// the current is interrupted. Not while the site stands back for somebody else: that power is not ours to judge.
/// </summary>
public static class WrongSign
{
    private const int LeastReadings = 2;

    /// <summary>The next memory.</summary>
    public static TripState Next(in TripState before, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (before.IsTripped) return before;
        if (seen.LastEvse.Sequence == before.Judged || !seen.HearsEvse(site)) return before;
        if (IsStopping(seen, site, memory) || IsYielded(seen)) return before with { Timer = null };

        var isBad = Expectation.IsExcess(seen.LastEvse.Said, memory);
        var scored = before.Scored(isBad, seen.LastEvse, site.EvseTiming.Period);
        return scored.Score >= Pickup(site) ? scored.Tripped(TripClass.F3, opensNow: true, seen.Now) : scored;
    }

    /// <summary>Power still flows although zero is commanded, or that is unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Flows(seen, site);

    // A device that is told to stop, or that a restarted host finds running, has its own time to do so.
    private static bool IsStopping(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Mode is not (ModeKind.Transferring or ModeKind.Starting)
        && seen.Now - memory.ModeSince < site.EvseTiming.StopTime;

    private static bool IsYielded(in Inputs seen) => (seen.LastEvse.Said.Faults & EvseFaults.Yielded) != 0;

    private static double Pickup(SiteLimits site) => Math.Max(1, LeastReadings * site.EvseTiming.Period.TotalSeconds);
}
