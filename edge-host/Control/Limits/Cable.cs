using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>The ampacity of the EVSE's AC conductors, as installed, in either direction.</summary>
public static class Cable
{
    /// <summary>The interval at the present voltage; nothing bound where the breaker protects the cable.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        site.Cable is { } ampacity ? Envelope.Symmetric(EvseCircuit.Power(ampacity, site, memory)) : Envelope.Open;
}
