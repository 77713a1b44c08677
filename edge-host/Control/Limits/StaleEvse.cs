using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>An EVSE that has not been heard for its maximum age is not asked for power.</summary>
public static class StaleEvse
{
    /// <summary>Closed, or nothing bound.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        seen.HearsEvse(site) ? Envelope.Open : Envelope.Closed;
}
