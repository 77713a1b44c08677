using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>The family's line in the catalog: the fields of the site file and what they become.</summary>
public static class QuasarFamily
{
    private const string Auto = "auto", Power = "power", Current = "current";
    private const string Yield = "yield", Fault = "fault";

    /// <summary>A Wallbox Quasar 1.</summary>
    public static EvseFamily Evse { get; } = new(
        "wallbox-quasar",
        [new("bus", BusKind.Modbus), new("lines", BusKind.Gpio)],
        [
            new("maxChargeW", SettingKind.Number, 0, QuasarMap.MostWatts),
            new("maxDischargeW", SettingKind.Number, 0, QuasarMap.MostWatts),
            new("supplyLine", SettingKind.Text, Default: ""),
            new("setpoint", SettingKind.Text, Default: Auto, Choices: [Auto, Power, Current]),
            new("onSecondMaster", SettingKind.Text, Default: Yield, Choices: [Yield, Fault]),
            new("yieldS", SettingKind.Number, 10, 86_400, Default: 600.0),
            new("pollMs", SettingKind.Integer, 250, 5000, Default: 1000),
            new("refreshMs", SettingKind.Integer, 0, 10_000, Default: 1000),
            new("maxAgeS", SettingKind.Number, 1, 30, Default: 5.0),
            new("deadTimeS", SettingKind.Number, 0, 30, Default: 2.5),
            new("settlingS", SettingKind.Number, 1, 120, Default: 22.0),
            new("startS", SettingKind.Number, 5, 300, Default: 60.0),
            new("stopS", SettingKind.Number, 1, 120, Default: 12.0),
            new("idleTimeoutS", SettingKind.Integer, 15, 1800, Default: 60),
            new("growthGapS", SettingKind.Number, 0, 60, Default: 2.5),
            new("frozenS", SettingKind.Number, 10, 3600, Default: 60.0),
            new("socWakeS", SettingKind.Number, 0, 600, Default: 60.0),
            new("socHoldS", SettingKind.Number, 0, 60, Default: 30.0),
            new("supplyOffS", SettingKind.Number, 1, 600, Default: 10.0),
        ],
        NeedsStage: false,
        settings => SettingsOf(settings).Timing,
        parts => new QuasarEvse(
            parts.Modbus(), parts.Settings.Text("supplyLine").Length == 0 ? null : parts.Gpio("lines"),
            SettingsOf(parts.Settings)));

    private static QuasarSettings SettingsOf(DeviceSettings file)
    {
        TimeSpan Seconds(string name) => TimeSpan.FromSeconds(file.Number(name));
        return new()
        {
            MaxCharge = new(file.Number("maxChargeW")),
            MaxDischarge = new(file.Number("maxDischargeW")),
            SupplyLine = file.Text("supplyLine") is { Length: > 0 } line ? line : null,
            Setpoint = file.Text("setpoint") switch
            {
                Power => QuasarSetpoint.Power,
                Current => QuasarSetpoint.Current,
                _ => QuasarSetpoint.Auto,
            },
            OnSecondMaster = file.Text("onSecondMaster") == Fault ? SecondMaster.Fault : SecondMaster.Yield,
            YieldFor = Seconds("yieldS"),
            Period = file.Milliseconds("pollMs"),
            Refresh = file.Milliseconds("refreshMs"),
            MaxAge = Seconds("maxAgeS"),
            DeadTime = Seconds("deadTimeS"),
            SettlingTime = Seconds("settlingS"),
            StartTime = Seconds("startS"),
            StopTime = Seconds("stopS"),
            IdleTimeout = TimeSpan.FromSeconds(file.Integer("idleTimeoutS")),
            GrowthGap = Seconds("growthGapS"),
            FrozenAfter = Seconds("frozenS"),
            SocWake = Seconds("socWakeS"),
            SocHold = Seconds("socHoldS"),
            SupplyOff = Seconds("supplyOffS"),
        };
    }
}
