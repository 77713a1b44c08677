using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// The main breaker carries its continuous share of amperes per leg, in either direction: for charge the most importing
/// leg binds, for discharge the most exporting one; and the legs' sum binds the total. What the house can switch before
/// the EVSE has followed must fit into the breaker's whole rating: that is above the continuous share for seconds only.
/// </summary>
public static class MainBreaker
{
    /// <summary>What the house leaves while the meter is on time.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Leaves(memory.House.Usual, site, memory);

    /// <summary>What a house load within <paramref name="house"/> leaves.</summary>
    internal static Envelope Leaves(in HouseBands house, SiteLimits site, in ControlState memory)
    {
        var (charge, discharge, all) = (double.PositiveInfinity, double.PositiveInfinity, 0.0);
        for (var leg = 0; leg < site.Legs; leg++)
        {
            var breaker = memory.House.Breaker(leg, site).Value;
            all += breaker;
            var share = site.EvseShare(leg);
            if (share == 0) continue;
            var rating = breaker / (site.BreakerContinuousShare * site.CapAim);
            var most = Math.Min(breaker, rating - Step(site) / site.Legs);
            Narrow(ref charge, (most - house.Leg(leg).High) / share);
            Narrow(ref discharge, (most + house.Leg(leg).Low) / share);
        }
        Narrow(ref charge, all - house.Total.High);
        Narrow(ref discharge, all + house.Total.Low);
        return new(new(-discharge), new(charge));
    }

    // What the house's load can become before the EVSE has followed.
    private static double Step(SiteLimits site) => site.HouseStep is { } step
        ? Math.Min(step.Value, site.HouseSlewWattsPerSecond * site.EvseReaction.TotalSeconds)
        : 0;

    private static void Narrow(ref double most, double to)
    {
        if (to < most) most = to;
    }
}
