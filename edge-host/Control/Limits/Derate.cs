using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// Full power up to a temperature, none from another on, linear between, of what the EVSE is commissioned for; the
/// lowest share of stage and outlet binds. A temperature that is not told for its time counts as the share that the
/// site file says, and never as more than the last one that was known.
/// </summary>
public static class Derate
{
    /// <summary>What the temperatures leave.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        var share = Math.Min(
            memory.StageHeat.Share(site.StageDerate, seen.Now), memory.OutletHeat.Share(site.OutletDerate, seen.Now));
        return share >= 1 ? Envelope.Open : new(-site.EvseDischargeRating * share, site.EvseChargeRating * share);
    }
}
