namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>The families' lines in the catalog: the fields of the site file and what they become.</summary>
public static class InfyFamily
{
    private const string Derate = "derate", Stop = "stop";
    private const string OfModule = "module", OfSystem = "system";
    private const string Outlet = "outlet";

    private static readonly SettingSpec[] common =
    [
        new("minVoltageV", SettingKind.Number, 0, 1000),
        new("maxVoltageV", SettingKind.Number, 100, 1000),
        new("maxCurrentA", SettingKind.Number, 1, 200),
        new("maxPowerW", SettingKind.Number, 100, 100_000),
        new("minEfficiency", SettingKind.Number, 0.5, 1),
        new("maxEfficiency", SettingKind.Number, 0.5, 1),
        new("modules", SettingKind.Integer, 1, 6, Default: 1),
        new("firstAddress", SettingKind.Integer, 0, 0x3E, Default: 0),
        new("whenOneIsOut", SettingKind.Text, Default: Derate, Choices: [Derate, Stop]),
        new("pollMs", SettingKind.Number, 20, 500, Default: 100.0),
        new("keepAliveMs", SettingKind.Number, 100, 5000, Default: 500.0),
    ];

    /// <summary>One BEG1K075G, or several in parallel, on a bus of their own.</summary>
    public static StageFamily Stage { get; } = new(
        "infy-beg1k075g",
        [new("bus", BusKind.Can) { Ids = _ => InfyId.Ids }],
        [
            .. common,
            new("group", SettingKind.Integer, 0, 0x3E, Default: 0),
            new("directionDwellMs", SettingKind.Number, 100, 10_000, Default: 500.0),
            new("currentIsOf", SettingKind.Text, Default: OfModule, Choices: [OfModule, OfSystem]),
        ],
        parts => new InfyStage(parts.Can(), Bidirectional(parts.Settings)));

    /// <summary>One V1.13 rectifier, or several in parallel, on a bus of their own: charge only.</summary>
    public static StageFamily Rectifier { get; } = new(
        "infy-v1.13",
        [new("bus", BusKind.Can) { Ids = _ => InfyId.Ids }],
        [
            .. common,
            new("voltageAt", SettingKind.Text, Default: Outlet, Choices: [Outlet, OfModule]),
        ],
        parts => new InfyStage(parts.Can(), Common(parts.Settings) with
        {
            IsRectifier = true,
            HasOutletVoltage = parts.Settings.Text("voltageAt") == Outlet,
        }));

    private static InfySettings Bidirectional(DeviceSettings file) => Common(file) with
    {
        Group = (byte)file.Integer("group"),
        DirectionDwell = file.Milliseconds("directionDwellMs"),
        IsCurrentOfSystem = file.Text("currentIsOf") == OfSystem,
        IsAddressed = file.Integer("firstAddress") != 0,
    };

    private static InfySettings Common(DeviceSettings file) => new()
    {
        Ratings = new(
            new(file.Number("minVoltageV")), new(file.Number("maxVoltageV")), new(file.Number("maxCurrentA")),
            new(file.Number("maxPowerW")), file.Number("minEfficiency"), file.Number("maxEfficiency")),
        Modules = file.Integer("modules"),
        FirstAddress = (byte)file.Integer("firstAddress"),
        StopsWhenOneIsOut = file.Text("whenOneIsOut") == Stop,
        Poll = file.Milliseconds("pollMs"),
        KeepAlive = file.Milliseconds("keepAliveMs"),
    };
}
