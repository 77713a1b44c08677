namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// What was stored of faults cannot be read, in neither copy, or belongs to another site: everything may have been
/// latched, so a person has to look.
/// </summary>
public static class StateLost
{
    /// <summary>One step: it only waits for a person.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        // It comes with the start and not with a reading.
    }

    /// <summary>Never: it is over as soon as the process runs.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) => false;

    /// <summary>What the start means, before the first step.</summary>
    internal static void Begin(ref TripState trip, Beginning after, TimeSpan now)
    {
        if (after == Beginning.StateLost) trip.Trip(TripClass.F3, opensNow: false, now);
    }
}
