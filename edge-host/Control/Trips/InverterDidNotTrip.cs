using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The grid is beyond the must-trip curve of the profile for its time and a margin, and more than 3 % of the rating
/// still flows, by a reading that is younger than that moment. The inverter's protection failed, so it is not trusted
/// to bring the current to zero: interrupt, latch. A backup monitor and not a protection: hundreds of milliseconds to
/// seconds later than the curve, never before it.
/// </summary>
public static class InverterDidNotTrip
{
    private const double NothingShare = 0.03;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (trip.IsTripped || !memory.Grid.IsBeyond || !seen.HearsEvse(site)) return;
        // What supplies an isolated home feeds no grid.
        if (memory.Island.MayFeed(site, seen.Now)) return;
        // Power from before the inverter had to be gone says nothing.
        if (seen.LastEvse.TakenAt - site.EvseTiming.Refresh < memory.Grid.BeyondSince) return;
        if (Transfers(seen.LastEvse.Said, site)) trip.Trip(TripClass.F3, opensNow: true, seen.Now);
    }

    /// <summary>The grid is still beyond, or power flows, or that is unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Grid.IsBeyond || !seen.HearsEvse(site) || Transfers(seen.LastEvse.Said, site);

    private static bool Transfers(in EvseReading evse, SiteLimits site)
    {
        var nothing = NothingShare * Math.Max(site.EvseChargeRating.Value, site.EvseDischargeRating.Value);
        return evse.PowerLow.Value > nothing || evse.PowerHigh.Value < -nothing;
    }
}
