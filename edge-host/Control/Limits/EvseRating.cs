using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>What the EVSE is commissioned for.</summary>
public static class EvseRating
{
    /// <summary>The static interval.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        new(-site.EvseDischargeRating, site.EvseChargeRating);
}
