namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>Names of the digital lines of one outlet; polarity belongs to the site file's line definitions.</summary>
public sealed record ChademoLines
{
    /// <summary>Output d1 (pin 2): charge sequence signal 1, +12 V.</summary>
    public required string ChargeStart { get; init; }
    /// <summary>Output d2 (pin 10): charge sequence signal 2, contactor supply.</summary>
    public required string ContactorSupply { get; init; }
    /// <summary>Output: connector lock, active = locked.</summary>
    public required string Lock { get; init; }
    /// <summary>Input j (pin 4): active while the car permits (switch k).</summary>
    public required string Permission { get; init; }
    /// <summary>Input: active while the connector sits in an inlet.</summary>
    public required string Plug { get; init; }
    /// <summary>Input: mechanical feedback, active = locked.</summary>
    public required string LockFeedback { get; init; }
    /// <summary>Input: insulation or protective-earth monitor, active = fault. Null = the site has none; then the
    /// test judges voltage and current only.</summary>
    public string? EarthFault { get; init; }
}
