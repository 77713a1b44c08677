using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// What the EVSE is commissioned for, and what its own breaker carries continuously at nominal voltage.
/// </summary>
public static class EvseRating
{
    /// <summary>The static interval.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        var perLeg = site.EvseBreaker * site.BreakerContinuousShare;
        var breaker = site.NominalLegVoltage * perLeg * (int)site.EvseWiring;
        return new(
            -(site.EvseDischargeRating < breaker ? site.EvseDischargeRating : breaker),
            site.EvseChargeRating < breaker ? site.EvseChargeRating : breaker);
    }
}
