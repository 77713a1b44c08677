namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The clear button has been active for longer than anybody presses it: stuck or bridged. It clears nothing, and it
/// stops nothing; it is told until it is released.
/// </summary>
public static class ClearButtonStuck
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (Stands(seen, site, memory)) trip.Trip(TripClass.F0, opensNow: false, seen.Now);
        else if (trip.IsTripped) trip.ClearAfter(true, TimeSpan.Zero, seen.Now);
    }

    /// <summary>It is still active.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Button.IsStuck(seen.Now);
}
