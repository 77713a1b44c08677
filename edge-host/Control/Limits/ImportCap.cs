using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// The contractual import limit, in total and per leg: the house is served first, the car gets the rest. Of the legs
/// the most importing one binds.
/// </summary>
public static class ImportCap
{
    /// <summary>What the house leaves while the meter is on time.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Leaves(memory.House.Usual, site);

    /// <summary>What a house load within <paramref name="house"/> leaves.</summary>
    internal static Envelope Leaves(in HouseBands house, SiteLimits site)
    {
        var most = double.PositiveInfinity;
        if (site.ImportCap is { } total) most = total.Value * site.CapAim - house.Total.High;
        if (site.ImportLegCap is { } perLeg)
            for (var leg = 0; leg < site.Legs; leg++)
                if (site.EvseShare(leg) > 0)
                    most = Math.Min(most, (perLeg.Value * site.CapAim - house.Leg(leg).High) * site.EvseLegs);
        return Envelope.ChargeUpTo(new(most));
    }
}
