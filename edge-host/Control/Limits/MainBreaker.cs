using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// The main breaker carries its continuous share of amperes per leg, in either direction: for charge the most importing
/// leg binds, for discharge the most exporting one; and the legs' sum binds the total. What the house can switch before
/// the EVSE has followed must fit into what the breaker carries without tripping.
/// </summary>
public static class MainBreaker
{
    /// <summary>
    /// Share of its rating that a breaker carries for an hour without tripping (IEC 60898-1, conventional non-tripping
    /// current; UL 489 breakers trip at 1.35 within an hour at the earliest). The EVSE needs seconds of it.
    /// </summary>
    public const double NonTrippingShare = 1.13;

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
            if (site.EvseShare(leg) == 0) continue;
            var most = site.HouseStep is { } step ? WithRoomFor(step, breaker, site) : breaker;
            // A leg carries an equal share of the EVSE; to multiply by their number is a quarter of a division's time.
            Narrow(ref charge, (most - house.Leg(leg).High) * site.EvseLegs);
            Narrow(ref discharge, (most + house.Leg(leg).Low) * site.EvseLegs);
        }
        Narrow(ref charge, all - house.Total.High);
        Narrow(ref discharge, all + house.Total.Low);
        return new(new(-discharge), new(charge));
    }

    // What the house's load can become before the EVSE has followed.
    private static double WithRoomFor(Watts step, double breaker, SiteLimits site)
    {
        var carries = breaker / (site.BreakerContinuousShare * site.CapAim) * NonTrippingShare;
        var most = Math.Min(step.Value, site.HouseSlewWattsPerSecond * site.EvseReaction.TotalSeconds);
        return Math.Min(breaker, carries - most / site.Legs);
    }

    private static void Narrow(ref double most, double to)
    {
        if (to < most) most = to;
    }
}
