using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// The contractual export limit, in total and per leg: the car may feed what the house uses and the cap. Of the legs
/// the most exporting one binds.
/// </summary>
public static class ExportCap
{
    /// <summary>What the house takes while the meter is on time.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Leaves(memory.House.Usual, site);

    /// <summary>What a house load within <paramref name="house"/> takes.</summary>
    internal static Envelope Leaves(in HouseBands house, SiteLimits site)
    {
        var most = double.PositiveInfinity;
        if (site.ExportCap is { } total) most = total.Value * site.CapAim + house.Total.Low;
        if (site.ExportLegCap is { } perLeg)
            for (var leg = 0; leg < site.Legs; leg++)
                if (site.EvseShare(leg) > 0)
                    most = Math.Min(most, (perLeg.Value * site.CapAim + house.Leg(leg).Low) * site.EvseLegs);
        return Envelope.DischargeUpTo(new(most));
    }
}
