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

/// <summary>How much of the home is taken off its own supply. One older than 1 s counts as nothing.</summary>
/// <param name="Lines">So many of the shed relays disconnect their loads, from the first.</param>
/// <param name="IssuedAt">Monotonic time of the step that gave it.</param>
public readonly record struct ShedCommand(int Lines, TimeSpan IssuedAt)
{
    /// <summary>Most shed relays that a site has.</summary>
    public const int Most = 4;
}

/// <summary>The site's digital lines: inputs that are read, and the relays that shed loads in an island.</summary>
public interface ISiteLines : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<LinesReading>> Readings { get; }

    /// <summary>Where the control loop says what to shed.</summary>
    Latest<ShedCommand> Shed { get; }
}
