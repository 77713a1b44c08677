using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>The contractual export limit, in total: the car may feed what the house uses and the cap.</summary>
public static class ExportCap
{
    /// <summary>What the house takes while the meter is on time.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Leaves(memory.House.Usual, site);

    /// <summary>What a house load within <paramref name="house"/> takes.</summary>
    internal static Envelope Leaves(in HouseBands house, SiteLimits site) =>
        site.ExportCap is { } cap
            ? Envelope.DischargeUpTo(new(cap.Value * site.CapAim + house.Total.Low))
            : Envelope.Open;
}
