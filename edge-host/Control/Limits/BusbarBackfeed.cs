using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// What the busbar's rule leaves the EVSE for feeding back, beside the main breaker and every other source on it.
/// Charging is a load and not bound by it.
/// </summary>
public static class BusbarBackfeed
{
    /// <summary>The bound on discharge; nothing bound where the site file says that no such rule applies.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (site.Busbar is not { } busbar) return Envelope.Open;
        var room = new Amperes(
            (busbar.Rating.Value * busbar.Share - site.MainBreaker.Value) / busbar.SourceFactor);
        var left = room - busbar.OtherSources;
        if (busbar.BackfeedLimit is { } setting && setting < left) left = setting;
        return Envelope.DischargeUpTo(EvseCircuit.Power(left, site, memory));
    }
}
