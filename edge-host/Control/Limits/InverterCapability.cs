using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// What the inverter says that it is built for and set to (SunSpec 702: the smaller of nameplate and setting). A device
/// that never told is bound by what is commissioned; what was told once holds until it tells another.
/// </summary>
public static class InverterCapability
{
    /// <summary>The told interval; nothing bound on a side of which nothing was told.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        ref readonly var evse = ref seen.LastEvse.Said;
        return new(evse.InverterDischarge ?? Envelope.Open.Discharge, evse.InverterCharge ?? Envelope.Open.Charge);
    }
}
