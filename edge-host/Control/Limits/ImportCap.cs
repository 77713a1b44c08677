using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>The contractual import limit, in total: the house is served first, the car gets the rest.</summary>
public static class ImportCap
{
    /// <summary>What the house leaves while the meter is on time.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Leaves(memory.House.Usual, site);

    /// <summary>What a house load within <paramref name="house"/> leaves.</summary>
    internal static Envelope Leaves(in HouseBands house, SiteLimits site) =>
        site.ImportCap is { } cap
            ? Envelope.ChargeUpTo(new(cap.Value * site.CapAim - house.Total.High))
            : Envelope.Open;
}
