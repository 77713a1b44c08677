using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The grid has been gone (below 10 % of nominal on a leg of the EVSE) for 2 s and one more reading of the meter: zero
/// and open, in order. The inverter has tripped by itself before; this keeps anything from starting into a dead or a
/// returning line. It clears by itself when service may be entered, for charging too: the inverter is in its own delay
/// then. A site that only charges is not watched: a load feeds no dead line.
/// </summary>
public static class GridLost
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!trip.IsTripped && memory.Grid.IsLost) trip.Trip(TripClass.F1, opensNow: false, seen.Now);
        if (trip.IsTripped) trip.ClearAfter(!Stands(seen, site, memory), TimeSpan.Zero, seen.Now);
    }

    /// <summary>Service may not be entered yet.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        site.Grid is not null && !memory.Grid.IsInService;
}
