using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// Measured power has the wrong sign or is more than any command of the settling time explains, in any mode. Latched;
/// the current is interrupted. Not while the site stands back for somebody else: that power is not ours to judge.
/// </summary>
public static class WrongSign
{
    private const int LeastReadings = 2;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (trip.IsTripped || seen.LastEvse.Sequence == trip.Judged || !seen.HearsEvse(site)) return;
        if (IsStopping(seen, site, memory) || IsYielded(seen))
        {
            trip.StopTimer();
            return;
        }
        trip.AddToScore(Expectation.IsExcess(seen.LastEvse.Said, memory), seen.LastEvse, site.EvseTiming.Period);
        if (trip.Score >= Pickup(site)) trip.Trip(TripClass.F3, opensNow: true, seen.Now);
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
