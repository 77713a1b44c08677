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

    /// <summary>The next memory.</summary>
    public static TripState Next(in TripState before, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        var isPermitted = IsPermitted(seen, site);
        var isNew = before.Occurrence == 0 || (!before.IsTripped && !isPermitted);
        var now = isNew ? before.Tripped(TripClass.F1, opensNow: false, seen.Now) : before;
        return now.IsTripped ? now.ClearedAfter(!Stands(seen, site, memory), Hold, seen.Now) : now;
    }

    /// <summary>Something is missing.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        !IsPermitted(seen, site) || !seen.HearsMeter(site) || !seen.HearsEvse(site);

    private static bool IsPermitted(in Inputs seen, SiteLimits site) =>
        seen.KnownLines(site) is { HasSupervisorPermit: true };
}
