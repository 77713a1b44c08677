namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The isolated home draws more than the car's inverter carries although everything that can be is shed, or the
/// inverter has let go of it, or does not come up: zero and open. It is started again after a while, three times at
/// most, then a person must.
/// </summary>
public static class IslandOverload
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (site.Island is not { } rules) return;
        if (!trip.IsTripped && memory.Island.IsOverloaded)
            trip.TripOnBudget(rules.Restarts, opensNow: false, seen.Now);
        if (trip is { IsTripped: true, Class: TripClass.F2 })
            trip.ClearAfter(!Stands(seen, site, memory), rules.RestartDelay, seen.Now);
    }

    /// <summary>Power still flows, or whether it does is unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Flows(seen, site);
}
