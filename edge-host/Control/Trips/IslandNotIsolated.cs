namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// A grid of our own is only made in a home that two signals call isolated: the contacts of the transfer switch, and no
/// voltage at the meter on its grid's side.
/// <code>
///   on the way, or unknown, for longer than the switch takes       ──► F1: told, nothing starts
///   while the car supplies the home, a contact or the meter is lost ──► interrupted: F2, after the last restart F3
///   the voltage at the meter was our own: a switch that lies        ──► F3
/// </code>
/// Voltage at the meter while the switch is open is how the grid comes back: that ends an island and is no fault.
/// </summary>
public static class IslandNotIsolated
{
    /// <summary>How long the signals must have agreed again.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (site.Island is not { } rules) return;
        var signs = memory.Island.Signs;
        if (memory.Island.HasFedBack)
        {
            trip.Trip(TripClass.F3, opensNow: true, seen.Now);
            return;
        }
        if (trip.IsTripped)
        {
            if (trip.Class <= TripClass.F2) trip.ClearAfter(!Stands(seen, site, memory), Hold, seen.Now);
            return;
        }
        var isLost = signs is not (IslandSigns.Isolated or IslandSigns.Returning);
        if (memory.Mode == ModeKind.Islanding && isLost)
            trip.TripOnBudget(rules.Restarts, opensNow: true, seen.Now);
        else if (trip.PickUp(Stands(seen, site, memory), rules.Transfer, seen.Now))
            trip.Trip(TripClass.F1, opensNow: false, seen.Now);
    }

    /// <summary>The signals do not say where the home stands.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        site.Island is not null && memory.Island.Signs is not (IslandSigns.OnGrid or IslandSigns.Isolated);
}
