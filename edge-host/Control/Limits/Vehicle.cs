using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// What the car said last that it takes and gives, in this session only: outside one it is zero, whatever a device goes
/// on reporting of the last car.
/// </summary>
public static class Vehicle
{
    /// <summary>The reported interval; closed when it was never said.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        ref readonly var evse = ref seen.LastEvse.Said;
        return evse.Session == EvseSession.Energised ? new(evse.VehicleDischarge, evse.VehicleCharge) : Envelope.Closed;
    }
}
