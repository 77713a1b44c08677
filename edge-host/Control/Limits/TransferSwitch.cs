namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// At a site that can supply itself nothing flows in parallel to the grid unless the transfer switch is known to stand
/// on it: in an island the house decides the power, and on the way there or back nobody does.
/// </summary>
public static class TransferSwitch
{
    /// <summary>Closed, or nothing bound.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        site.Island is null || memory.Island.Signs == IslandSigns.OnGrid ? Envelope.Open : Envelope.Closed;
}
