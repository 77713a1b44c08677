using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// The grid operator's limit of consumption, by message or by relay: of the EVSE's power, or of the site's import, as
/// was agreed. Its failsafe value holds from the start until the operator has said something.
/// </summary>
public static class GridOperatorConsumption
{
    /// <summary>What it leaves while the meter is on time.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Leaves(memory.House.Usual, site, memory);

    /// <summary>What it leaves beside a house load within <paramref name="house"/>.</summary>
    internal static Envelope Leaves(in HouseBands house, SiteLimits site, in ControlState memory) =>
        memory.GridOperator.ConsumptionCap is not { } cap ? Envelope.Open
        : site.GridOperator!.IsOfSite ? Envelope.ChargeUpTo(new(cap.Value * site.CapAim - house.Total.High))
        : Envelope.ChargeUpTo(cap);
}
