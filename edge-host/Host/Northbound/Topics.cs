namespace ChargeScape.Edge.Host.Northbound;

/// <summary>The topics of one site.</summary>
/// <param name="SiteId">Its id.</param>
public sealed record Topics(string SiteId)
{
    private string Root => $"chargescape/v1/{SiteId}/";

    /// <summary>Orders, to the edge.</summary>
    public string Cmd => Root + "cmd";
    /// <summary>What became of orders.</summary>
    public string Answer => Root + "answer";
    /// <summary>State of the host, retained; also the last will.</summary>
    public string State => Root + "state";
    /// <summary>Live telemetry.</summary>
    public string Tele => Root + "tele";
    /// <summary>What happened.</summary>
    public string Event => Root + "event";
    /// <summary>What the site can do, retained.</summary>
    public string Capability => Root + "capability";
}
