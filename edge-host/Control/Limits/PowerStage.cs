using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>What the power stage said last that it can do. Silence is <see cref="StaleEvse"/>'s matter.</summary>
public static class PowerStage
{
    /// <summary>The reported interval; closed when it was never said.</summary>
    public static Envelope Allows(in Snapshot seen, SiteLimits site, in ControlState memory) =>
        seen.LastEvse is { } evse ? new(evse.StageDischarge, evse.StageCharge) : Envelope.Closed;
}
