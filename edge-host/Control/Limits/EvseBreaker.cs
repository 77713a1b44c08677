using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// The EVSE's own breaker carries its continuous share of amperes, in either direction, at the voltage that is there:
/// the lower it is, the less power.
/// </summary>
public static class EvseBreaker
{
    /// <summary>The interval at the present voltage.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Envelope.Symmetric(EvseCircuit.Power(site.EvseBreaker * site.BreakerContinuousShare, site, memory));
}
