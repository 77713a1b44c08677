using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// Every start is tripped until meter, EVSE and lines are fresh and the supervisor permits, for 1 s. It returns when
/// the permit is withdrawn or the lines are unknown. An EVSE that falls silent later is the limit StaleEvse.
/// </summary>
public static class PowerUp
{
    /// <summary>How long everything must be there.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (memory.Steps == 1 || (!trip.IsTripped && !IsPermitted(seen, site)))
            trip.Trip(TripClass.F1, opensNow: false, seen.Now);
        if (trip.IsTripped) trip.ClearAfter(!Stands(seen, site, memory), Hold, seen.Now);
    }

    /// <summary>Something is missing.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        !IsPermitted(seen, site) || !seen.HearsMeter(site) || !seen.HearsEvse(site);

    private static bool IsPermitted(in Inputs seen, SiteLimits site) =>
        seen.KnownLines(site) is { HasSupervisorPermit: true };
}
