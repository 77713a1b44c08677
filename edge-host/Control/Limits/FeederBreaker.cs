using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// The breaker of the sub-panel that the EVSE hangs on, per leg. Nobody measures there, so for charging its other loads
/// count in full and its sources not at all, and for discharging the other way round.
/// </summary>
public static class FeederBreaker
{
    /// <summary>What the sub-panel leaves; nothing bound where the EVSE hangs on the main panel.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (site.Feeder is not { } feeder) return Envelope.Open;
        var carries = feeder.Breaker * site.BreakerContinuousShare;
        return new(
            -EvseCircuit.Power(carries - feeder.Sources, site, memory),
            EvseCircuit.Power(carries - feeder.Loads, site, memory));
    }
}
