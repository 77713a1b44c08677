namespace ChargeScape.Edge.Hal.Devices.SiteLines;

/// <summary>Which line is which.</summary>
/// <param name="StopLoop">Input that is active while the emergency stop loop is closed.</param>
/// <param name="Permit">Input that is active while the supervisor permits.</param>
public sealed record SiteLineNames(string StopLoop, string Permit)
{
    /// <summary>Auxiliary contact of the contactor; null: none.</summary>
    public string? ContactorFeedback { get; init; }
    /// <summary>Button that clears latched faults; null: none.</summary>
    public string? Clear { get; init; }
    /// <summary>Contact of the transfer switch that is closed on the grid's side; null: no transfer switch.</summary>
    public string? OnGrid { get; init; }
    /// <summary>Its contact on the side of the home's own supply.</summary>
    public string? OnIsland { get; init; }
    /// <summary>The grid operator's relays 1 to 4; null where there is none.</summary>
    public IReadOnlyList<string?> Relays { get; init; } = [];

    /// <summary>Relays that take loads off the home's own supply, in the order in which they do.</summary>
    public IReadOnlyList<string> Shed { get; init; } = [];

    internal static SiteLineNames Of(DeviceSettings file) => new(file.Text("stopLoopLine"), file.Text("permitLine"))
    {
        ContactorFeedback = Named(file, "contactorFeedbackLine"),
        Clear = Named(file, "clearLine"),
        OnGrid = Named(file, "onGridLine"),
        OnIsland = Named(file, "onIslandLine"),
        Relays = [.. Enumerable.Range(1, GridRelays.Most).Select(relay => Named(file, $"relay{relay}Line"))],
        Shed = [.. Enumerable.Range(1, ShedCommand.Most)
            .Select(line => Named(file, $"shed{line}Line")).OfType<string>()],
    };

    private static string? Named(DeviceSettings file, string field) =>
        file.Text(field) is { Length: > 0 } line ? line : null;
}
