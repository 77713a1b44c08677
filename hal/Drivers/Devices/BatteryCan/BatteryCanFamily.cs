namespace ChargeScape.Edge.Hal.Devices.BatteryCan;

/// <summary>The family's line in the catalog: the fields of the site file and what they become.</summary>
public static class BatteryCanFamily
{
    private const string Hundredth = "0.01 V", Tenth = "0.1 V";
    private const string Charge = "charge", Discharge = "discharge";
    private const string Positive = "positive", Negative = "negative";

    /// <summary>A home battery with 35x frames.</summary>
    public static HomeBatteryFamily Battery { get; } = new(
        "battery-can-35x",
        [new("bus", BusKind.Can) { Ids = settings => BatteryCanId.Ids(settings.Flag("sendsAlive")) }],
        [
            new("sendsAlive", SettingKind.Flag),
            new("maxVoltageV", SettingKind.Number, 10, 1000),
            new("maxCurrentA", SettingKind.Number, 1, 1000),
            new("measuredVoltageStep", SettingKind.Text, Default: Hundredth, Choices: [Hundredth, Tenth]),
            new("positiveCurrent", SettingKind.Text, Default: Charge, Choices: [Charge, Discharge]),
            new("dischargeLimitSign", SettingKind.Text, Default: Positive, Choices: [Positive, Negative]),
            new("maxAgeMs", SettingKind.Number, 500, 60_000, Default: 5000.0),
        ],
        settings => CanBattery.TimingOf(settings.Milliseconds("maxAgeMs")),
        parts => new CanBattery(parts.Can(), SettingsOf(parts.Settings)));

    private static BatteryCanSettings SettingsOf(DeviceSettings file) => new()
    {
        SendsAlive = file.Flag("sendsAlive"),
        MaxVoltage = new(file.Number("maxVoltageV")),
        MaxCurrent = new(file.Number("maxCurrentA")),
        VoltageStep = file.Text("measuredVoltageStep") == Tenth ? 0.1 : 0.01,
        IsChargePositive = file.Text("positiveCurrent") == Charge,
        IsDischargeLimitPositive = file.Text("dischargeLimitSign") == Positive,
        MaxAge = file.Milliseconds("maxAgeMs"),
    };
}
