using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>What the power stage said last that it can do. Silence is <see cref="StaleEvse"/>'s matter.</summary>
public static class PowerStage
{
    /// <summary>The reported interval; closed when it was never said.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        new(seen.LastEvse.Said.StageDischarge, seen.LastEvse.Said.StageCharge);
}
