namespace ChargeScape.Edge.Hal;

/// <summary>Digital inputs that concern the whole site.</summary>
/// <param name="IsEmergencyStopPressed">Loop open, or line unknown.</param>
/// <param name="HasSupervisorPermit">The supervisor lets the contactor close.</param>
public readonly record struct LinesReading(bool IsEmergencyStopPressed, bool HasSupervisorPermit)
{
    /// <summary>Auxiliary contact of the contactor: active while it is closed.</summary>
    public LineLevel ContactorFeedback { get; init; }
    /// <summary>Button by which a person clears latched faults: active while it is pressed.</summary>
    public LineLevel ClearButton { get; init; }
    /// <summary>The transfer switch.</summary>
    public TransferPosition Transfer { get; init; }
    /// <summary>The grid operator's relays.</summary>
    public GridRelays Relays { get; init; }
}

/// <summary>Reads the site's digital inputs.</summary>
public interface ISiteLines : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<LinesReading>> Readings { get; }
}
