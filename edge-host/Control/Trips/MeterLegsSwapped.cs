namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The meter shows the steps of our own power on another leg than the EVSE hangs on. Three steps of a trial, less half
/// of one for each good one. Latched; afterwards direction and legs are to be proven anew. An EVSE that loads every leg
/// alike cannot show it, and no rule of such a site depends on which leg is which.
/// </summary>
public static class MeterLegsSwapped
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!trip.IsTripped && memory.Meter.AreLegsSwapped) trip.Trip(TripClass.F3, opensNow: false, seen.Now);
    }

    /// <summary>Never: only power shows it, and none flows. What comes after the clear must prove itself.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) => false;
}
