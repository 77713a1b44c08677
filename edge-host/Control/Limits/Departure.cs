using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// Discharge only what can be charged back until the driver leaves, at the present limits. A wish that nothing could be
/// reckoned for yet allows no discharge.
/// </summary>
public static class Departure
{
    /// <summary>Discharge closed, or nothing bound.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Departure.IsBinding ? Envelope.DischargeUpTo(Watts.Zero) : Envelope.Open;
}
