using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// A charging home battery is no load of the house: breaker, export cap and the grid operator's limit of production
/// must hold when it stops this moment. What it feeds is one of the sources, and nothing is added here. Where it is
/// wired is not known: on a split-phase service each leg carries half, otherwise any one may carry all.
/// </summary>
public static class HomeBattery
{
    /// <summary>The bound on discharge without what it takes.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        var absorbs = (float)memory.HomeBattery.Absorbs.Value;
        if (absorbs <= 0) return Envelope.Open;
        var house = memory.House.IsLate(seen.Now, site) ? memory.House.Aged(seen.Now, site) : memory.House.Usual;
        var ofLeg = site.Service == Wiring.SplitPhase ? absorbs / 2 : absorbs;
        house[0] = Without(house[0], absorbs);
        for (var leg = 1; leg <= site.Legs; leg++) house[leg] = Without(house[leg], ofLeg);
        var left = MainBreaker.Leaves(house, site, memory).And(ExportCap.Leaves(house, site))
            .And(GridOperatorProduction.Leaves(house, site, memory));
        return new(left.Discharge, Envelope.Open.Charge);
    }

    private static Interval Without(Interval load, float absorbs) => new(load.Low - absorbs, load.High);
}
