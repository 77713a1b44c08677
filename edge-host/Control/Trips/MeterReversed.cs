namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The meter, or one of its legs, shows the steps of our own power with the wrong sign: a current transformer is the
/// wrong way round. Three steps of a trial, less half of one for each good one. Latched; afterwards direction and legs
/// are to be proven anew.
/// </summary>
public static class MeterReversed
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!trip.IsTripped && memory.Meter.IsReversed) trip.Trip(TripClass.F3, opensNow: false, seen.Now);
    }

    /// <summary>Never: only power shows it, and none flows. What comes after the clear must prove itself.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) => false;
}
