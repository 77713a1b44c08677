namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// Latches cannot be written down: the disk is full, read-only or gone. It stops nothing, because control needs no
/// disk; it says that a restart would forget what happens from now on.
/// </summary>
public static class StateNotStored
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (seen.IsStoreFailing) trip.Trip(TripClass.F0, opensNow: false, seen.Now);
        else if (trip.IsTripped) trip.ClearAfter(true, TimeSpan.Zero, seen.Now);
    }

    /// <summary>It still fails.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) => seen.IsStoreFailing;
}
