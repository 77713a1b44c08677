using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>The family's lines in the catalog: the fields of the site file and what they become.</summary>
public static class SunSpecFamilies
{
    private const string Import = "import", Export = "export", Charge = "charge", Discharge = "discharge";

    private const string OfMaximum = "WMax", OfRating = "WRtg", Yield = "yield", Fault = "fault",
        None = "none", Simulated = "simulated";

    private static readonly string[] PhaseOrders =
    [
        "A", "B", "C", "AB", "BA", "AC", "CA", "BC", "CB", "ABC", "ACB", "BAC", "BCA", "CAB", "CBA",
    ];

    private static readonly SettingSpec[] Common =
    [
        new("unit", SettingKind.Integer, 1, 247),
        new("pollMs", SettingKind.Integer, 20, 1000),
        new("refreshMs", SettingKind.Integer, 0, 10_000),
        new("baseAddress", SettingKind.Integer, -1, 65_000, Default: -1),
        new("model", SettingKind.Integer, 0, 65_535, Default: 0),
        new("instance", SettingKind.Integer, 0, 99, Default: 0),
        new("serialNumber", SettingKind.Text, Default: ""),
        new("scaleMayVary", SettingKind.Flag, Default: false),
    ];

    /// <summary>Meters with models 201–204 or 211–214.</summary>
    public static MeterFamily Meter { get; } = new(
        "sunspec-meter",
        BusUse.Modbus,
        [
            .. Common,
            new("positiveW", SettingKind.Text, Choices: [Import, Export]),
            new("phases", SettingKind.Text, Choices: PhaseOrders),
            new("maxPowerW", SettingKind.Number, 1, 10e6),
            new("maxVoltageV", SettingKind.Number, 1, 1000),
            new("maxCurrentA", SettingKind.Number, 1, 10e3),
        ],
        settings => MeterSettings(settings).Timing,
        parts => new SunSpecMeter(parts.Modbus(), MeterSettings(parts.Settings)));

    /// <summary>Inverters with models 701, 101–103 or 111–113.</summary>
    public static InverterFamily Inverter { get; } = new(
        "sunspec-inverter",
        BusUse.Modbus,
        [
            .. Common,
            new("positiveW", SettingKind.Text, Default: Export, Choices: [Import, Export]),
            new("maxPowerW", SettingKind.Number, 1, 10e6),
            new("curtail", SettingKind.Flag, Default: false),
            // Without defaults when it is curtailed: the driver refuses 0 and −1.
            new("reversionS", SettingKind.Integer, 0, 65_534, Default: 0),
            new("silenceLimitPct", SettingKind.Number, -1, 100, Default: -1),
            new("limitPercentOf", SettingKind.Text, Default: OfMaximum, Choices: [OfMaximum, OfRating]),
            .. Writing(Yield),
        ],
        settings => InverterSettings(settings).Timing,
        parts => new SunSpecInverter(parts.Modbus(), InverterSettings(parts.Settings)));

    /// <summary>Bidirectional inverters with a car behind them, models 704 or 124.</summary>
    public static EvseFamily Evse { get; } = new(
        "sunspec-der-evse",
        BusUse.Modbus,
        [
            .. Common,
            new("positiveW", SettingKind.Text, Default: Export, Choices: [Import, Export]),
            new("setpointPositiveW", SettingKind.Text, Choices: [Import, Export]),
            new("maxPowerW", SettingKind.Number, 1, 10e6),
            new("maxChargeW", SettingKind.Number, 0, 10e6),
            new("maxDischargeW", SettingKind.Number, 0, 10e6),
            new("minDcVoltageV", SettingKind.Number, 1, 1500),
            new("nominalDcVoltageV", SettingKind.Number, 1, 1500),
            new("reversionS", SettingKind.Integer, 2, 65_534),
            new("service", SettingKind.Text, Choices: ["permit", "none"]),
            new("forceDischarge", SettingKind.Flag, Default: false),
            new("gridForming", SettingKind.Text, Default: None, Choices: [None, Simulated]),
            new("deadTimeMs", SettingKind.Integer, 0, 60_000),
            new("settlingMs", SettingKind.Integer, 0, 300_000),
            new("startS", SettingKind.Integer, 1, 3600),
            new("stopS", SettingKind.Integer, 1, 600),
            .. Writing(Fault),
        ],
        NeedsStage: false,
        settings => EvseSettings(settings).Timing,
        parts => new SunSpecDerEvse(parts.Modbus(), EvseSettings(parts.Settings)))
    {
        TellsGridSettings = true,
        MapsGridForming = settings => settings.Text("gridForming") == Simulated,
    };

    /// <summary>Home batteries with model 802, 713 or 124.</summary>
    public static HomeBatteryFamily Battery { get; } = new(
        "sunspec-battery",
        BusUse.Modbus,
        [
            .. Common,
            new("positiveW", SettingKind.Text, Choices: [Charge, Discharge]),
            new("maxPowerW", SettingKind.Number, 1, 10e6),
            new("maxCurrentA", SettingKind.Number, 1, 10e3),
        ],
        settings => BatterySettings(settings).Timing,
        parts => new SunSpecBattery(parts.Modbus(), BatterySettings(parts.Settings)));

    private static SettingSpec[] Writing(string onSecondMaster) =>
    [
        new("secondMaster", SettingKind.Text, Default: onSecondMaster, Choices: [Yield, Fault]),
        new("writeFunction", SettingKind.Text, Default: "auto", Choices: ["auto", "any", "single", "multiple"]),
    ];

    private static DerWriteSettings Write(DeviceSettings file) => new(
        TimeSpan.FromSeconds(file.Integer("reversionS")),
        file.Text("secondMaster") == Yield ? SecondMaster.Yield : SecondMaster.Fault,
        file.Text("writeFunction") switch
        {
            "any" => WriteFunction.Any,
            "single" => WriteFunction.Single,
            "multiple" => WriteFunction.Multiple,
            _ => null,
        });

    private static SunSpecDerEvseSettings EvseSettings(DeviceSettings file) => Found(file, new SunSpecDerEvseSettings
    {
        Unit = (byte)file.Integer("unit"),
        Period = file.Milliseconds("pollMs"),
        Refresh = file.Milliseconds("refreshMs"),
        Sign = Sign(file),
        SetpointSign = Sign(file, "setpointPositiveW"),
        MaxPower = new(file.Number("maxPowerW")),
        MaxCharge = new(file.Number("maxChargeW")),
        MaxDischarge = new(file.Number("maxDischargeW")),
        MinDcVoltage = new(file.Number("minDcVoltageV")),
        NominalDcVoltage = new(file.Number("nominalDcVoltageV")),
        Write = Write(file),
        Service = file.Text("service") == "permit" ? DerService.Permit : DerService.None,
        CanForceDischarge = file.Flag("forceDischarge"),
        MayFormGrid = file.Text("gridForming") == Simulated,
        DeadTime = file.Milliseconds("deadTimeMs"),
        SettlingTime = file.Milliseconds("settlingMs"),
        StartTime = TimeSpan.FromSeconds(file.Integer("startS")),
        StopTime = TimeSpan.FromSeconds(file.Integer("stopS")),
    });

    private static SunSpecBatterySettings BatterySettings(DeviceSettings file) => Found(file, new SunSpecBatterySettings
    {
        Unit = (byte)file.Integer("unit"),
        Period = file.Milliseconds("pollMs"),
        Refresh = file.Milliseconds("refreshMs"),
        Sign = file.Text("positiveW") == Charge
            ? SunSpecBatterySign.PositiveIsCharge
            : SunSpecBatterySign.PositiveIsDischarge,
        MaxPower = new(file.Number("maxPowerW")),
        MaxCurrent = new(file.Number("maxCurrentA")),
    });

    private static SunSpecMeterSettings MeterSettings(DeviceSettings file) => Found(file, new SunSpecMeterSettings
    {
        Unit = (byte)file.Integer("unit"),
        Period = file.Milliseconds("pollMs"),
        Refresh = file.Milliseconds("refreshMs"),
        Sign = Sign(file),
        Legs = [.. file.Text("phases").Select(phase => (SunSpecPhase)(phase - 'A'))],
        Range = new(new(file.Number("maxPowerW")), new(file.Number("maxVoltageV")), new(file.Number("maxCurrentA"))),
    });

    private static SunSpecInverterSettings InverterSettings(DeviceSettings file) =>
        Found(file, new SunSpecInverterSettings
    {
        Unit = (byte)file.Integer("unit"),
        Period = file.Milliseconds("pollMs"),
        Refresh = file.Milliseconds("refreshMs"),
        Sign = Sign(file),
        MaxPower = new(file.Number("maxPowerW")),
        Curtailment = file.Flag("curtail")
            ? new()
            {
                Write = Write(file),
                SilencePercent = file.Number("silenceLimitPct"),
                IsOfRating = file.Text("limitPercentOf") == OfRating,
            }
            : null,
    });

    // How the device is found is the same for all kinds.
    private static T Found<T>(DeviceSettings file, T settings) where T : SunSpecSettings => settings with
    {
        Bases = Bases(file),
        Model = Model(file),
        Instance = file.Integer("instance"),
        SerialNumber = SerialNumber(file),
        MayScaleVary = file.Flag("scaleMayVary"),
    };

    // −1, 0 and "" stand for "not said": the base address 0 is a real one.
    private static IReadOnlyList<ushort>? Bases(DeviceSettings file) =>
        file.Integer("baseAddress") is >= 0 and var address ? [(ushort)address] : null;

    private static ushort? Model(DeviceSettings file) =>
        file.Integer("model") is > 0 and var model ? (ushort)model : null;

    private static string? SerialNumber(DeviceSettings file) =>
        file.Text("serialNumber") is { Length: > 0 } serial ? serial : null;

    private static SunSpecSign Sign(DeviceSettings file, string field = "positiveW") =>
        file.Text(field) == Import ? SunSpecSign.PositiveIsImport : SunSpecSign.PositiveIsExport;
}
