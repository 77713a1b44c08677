using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>The grid operator's limit of production; otherwise as <see cref="GridOperatorConsumption"/>.</summary>
public static class GridOperatorProduction
{
    /// <summary>What it leaves while the meter is on time.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Leaves(memory.House.Usual, site, memory);

    /// <summary>What it leaves beside a house load within <paramref name="house"/>.</summary>
    internal static Envelope Leaves(in HouseBands house, SiteLimits site, in ControlState memory) =>
        memory.GridOperator.ProductionCap is not { } cap ? Envelope.Open
        : site.GridOperator!.IsOfSite ? Envelope.DischargeUpTo(new(cap.Value * site.CapAim + house.Total.Low))
        : Envelope.DischargeUpTo(cap);
}
