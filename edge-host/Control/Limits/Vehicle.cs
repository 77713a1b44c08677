using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>What the car said last that it takes and gives; zero outside a session.</summary>
public static class Vehicle
{
    /// <summary>The reported interval; closed when it was never said.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        new(seen.LastEvse.Said.VehicleDischarge, seen.LastEvse.Said.VehicleCharge);
}
