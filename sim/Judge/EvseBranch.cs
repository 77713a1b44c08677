using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Sim.Judge;

/// <summary>The least of what the EVSE's conductors, its breaker, its sub-panel and the busbar carry.</summary>
internal static class EvseBranch
{
    /// <summary>Most current on each of its legs, in one direction.</summary>
    public static double Amperes(SiteLimits site, bool isDischarge)
    {
        var least = site.EvseBreaker.Value * site.BreakerContinuousShare;
        if (site.Cable is { } cable) least = Math.Min(least, cable.Value);
        if (site.Feeder is { } feeder)
        {
            var others = (isDischarge ? feeder.Sources : feeder.Loads).Value;
            least = Math.Min(least, Math.Max(0, feeder.Breaker.Value * site.BreakerContinuousShare - others));
        }
        if (isDischarge && site.Busbar is { } busbar)
        {
            var room = (busbar.Rating.Value * busbar.Share - site.MainBreaker.Value) / busbar.SourceFactor;
            var left = Math.Max(0, room - busbar.OtherSources.Value);
            least = Math.Min(least, Math.Min(left, busbar.BackfeedLimit?.Value ?? left));
        }
        return least;
    }
}
