using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// A meter that is late: the house may have changed since, so every cap is taken against the set that has grown with
/// age. From 3 s on the set is all that the house and its sources can do, and there is no discharge.
/// </summary>
public static class StaleMeter
{
    /// <summary>Nothing bound while the meter is on time.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!memory.House.IsLate(seen.Now, site)) return Envelope.Open;
        var house = memory.House.Aged(seen.Now, site);
        var left = Leaves(house, site, memory);
        return memory.House.IsForgotten(seen.Now, site) ? left.And(Envelope.DischargeUpTo(Watts.Zero)) : left;
    }

    /// <summary>What every cap together leaves of a house load within <paramref name="house"/>.</summary>
    internal static Envelope Leaves(in HouseBands house, SiteLimits site, in ControlState memory) =>
        MainBreaker.Leaves(house, site, memory)
            .And(ImportCap.Leaves(house, site)).And(ExportCap.Leaves(house, site))
            .And(GridOperatorConsumption.Leaves(house, site, memory))
            .And(GridOperatorProduction.Leaves(house, site, memory));
}
