namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>The family's line in the catalog: the fields of the site file and what they become.</summary>
public static class InfyFamily
{
    /// <summary>One BEG1K075G on a bus of its own.</summary>
    public static StageFamily Stage { get; } = new(
        "infy-beg1k075g",
        [new("bus", BusKind.Can) { Ids = _ => InfyId.Ids }],
        [
            new("minVoltageV", SettingKind.Number, 0, 1000),
            new("maxVoltageV", SettingKind.Number, 100, 1000),
            new("maxCurrentA", SettingKind.Number, 1, 200),
            new("maxPowerW", SettingKind.Number, 100, 100_000),
            new("minEfficiency", SettingKind.Number, 0.5, 1),
            new("maxEfficiency", SettingKind.Number, 0.5, 1),
            new("group", SettingKind.Integer, 0, 0x3E, Default: 0),
            new("pollMs", SettingKind.Number, 20, 500, Default: 100.0),
            new("keepAliveMs", SettingKind.Number, 100, 5000, Default: 500.0),
            new("directionDwellMs", SettingKind.Number, 100, 10_000, Default: 500.0),
        ],
        parts => new InfyStage(parts.Can(), SettingsOf(parts.Settings)));

    private static InfySettings SettingsOf(DeviceSettings file) => new()
    {
        Ratings = new(
            new(file.Number("minVoltageV")), new(file.Number("maxVoltageV")), new(file.Number("maxCurrentA")),
            new(file.Number("maxPowerW")), file.Number("minEfficiency"), file.Number("maxEfficiency")),
        Group = (byte)file.Integer("group"),
        Poll = file.Milliseconds("pollMs"),
        KeepAlive = file.Milliseconds("keepAliveMs"),
        DirectionDwell = file.Milliseconds("directionDwellMs"),
    };
}
