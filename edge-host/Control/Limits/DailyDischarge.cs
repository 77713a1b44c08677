using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>The energy that the car may give in 24 h, for its battery's sake.</summary>
public static class DailyDischarge
{
    /// <summary>Discharge closed once it is spent.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Given.IsSpent ? Envelope.DischargeUpTo(Watts.Zero) : Envelope.Open;
}
