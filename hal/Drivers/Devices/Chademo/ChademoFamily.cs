namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>The family's line in the catalog: the fields of the site file and what they become.</summary>
public static class ChademoFamily
{
    private const string AfterPermission = "after-permission", FromFirstFrame = "from-first-frame";
    private const string Percent = "percent", TenthKilowattHours = "tenth-kwh", Ignored = "ignored";

    /// <summary>A CHAdeMO outlet over a DC power stage.</summary>
    public static EvseFamily Evse { get; } = new(
        "chademo",
        [new("bus", BusKind.Can) { Ids = _ => ChademoId.Ids }, new("lines", BusKind.Gpio)],
        [
            new("chargeStartLine", SettingKind.Text),
            new("contactorSupplyLine", SettingKind.Text),
            new("lockLine", SettingKind.Text),
            new("permissionLine", SettingKind.Text),
            new("plugLine", SettingKind.Text),
            new("lockFeedbackLine", SettingKind.Text),
            new("earthFaultLine", SettingKind.Text, Default: ""),
            new("availableVoltageV", SettingKind.Number, 100, 600),
            new("minVoltageV", SettingKind.Number, 0, 600),
            new("maxChargeA", SettingKind.Number, 0, 125),
            new("maxDischargeA", SettingKind.Number, 0, 125),
            new("lowerThresholdV", SettingKind.Number, 0, 600, Default: 250.0),
            new("protocol", SettingKind.Integer, 2, 3, Default: 2),
            new("announceDischarge", SettingKind.Text, Default: AfterPermission,
                Choices: [AfterPermission, FromFirstFrame]),
            new("dischargeLevelUnit", SettingKind.Text, Default: Percent,
                Choices: [Percent, TenthKilowattHours, Ignored]),
            new("shownCurrentS", SettingKind.Number, 0, 600, Default: 0.0),
        ],
        NeedsStage: true,
        _ => ChademoEvse.Timing,
        parts => new ChademoEvse(
            parts.Can(), parts.Stage, parts.Gpio("lines"), LinesOf(parts.Settings), SettingsOf(parts.Settings)));

    private static ChademoLines LinesOf(DeviceSettings file) => new()
    {
        ChargeStart = file.Text("chargeStartLine"),
        ContactorSupply = file.Text("contactorSupplyLine"),
        Lock = file.Text("lockLine"),
        Permission = file.Text("permissionLine"),
        Plug = file.Text("plugLine"),
        LockFeedback = file.Text("lockFeedbackLine"),
        EarthFault = file.Text("earthFaultLine") is { Length: > 0 } line ? line : null,
    };

    private static ChademoSettings SettingsOf(DeviceSettings file) => new()
    {
        AvailableVoltage = new(file.Number("availableVoltageV")),
        MinVoltage = new(file.Number("minVoltageV")),
        MaxChargeCurrent = new(file.Number("maxChargeA")),
        MaxDischargeCurrent = new(file.Number("maxDischargeA")),
        LowerThreshold = new(file.Number("lowerThresholdV")),
        Protocol = (byte)file.Integer("protocol"),
        Announcement = file.Text("announceDischarge") == FromFirstFrame
            ? DischargeAnnouncement.FromFirstFrame : DischargeAnnouncement.AfterPermission,
        LevelUnit = file.Text("dischargeLevelUnit") switch
        {
            TenthKilowattHours => DischargeLevelUnit.TenthKilowattHours,
            Ignored => DischargeLevelUnit.Ignored,
            _ => DischargeLevelUnit.Percent,
        },
        ShownCurrentInterval = TimeSpan.FromSeconds(file.Number("shownCurrentS")),
    };
}
