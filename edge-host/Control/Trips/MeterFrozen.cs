namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The meter goes on answering, with the same values, while our own power has moved by 500 W or more: it must show that
/// within 3 s. By day and by night: a meter that stands still for 5 s while power flows is asked by a step of our own.
/// Latched.
/// </summary>
public static class MeterFrozen
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!trip.IsTripped && memory.Meter.IsFrozen) trip.Trip(TripClass.F3, opensNow: false, seen.Now);
    }

    /// <summary>It has shown no other value since.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Meter.IsStillSince(memory.Trips.Seen(TripId.MeterFrozen).Since);
}
