namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>The family's lines in the catalog: the fields of the site file and what they become.</summary>
public static class SunSpecFamilies
{
    private const string Import = "import", Export = "export";

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
        ],
        settings => InverterSettings(settings).Timing,
        parts => new SunSpecInverter(parts.Modbus(), InverterSettings(parts.Settings)));

    private static SunSpecMeterSettings MeterSettings(DeviceSettings file) => new()
    {
        Unit = (byte)file.Integer("unit"),
        Period = file.Milliseconds("pollMs"),
        Refresh = file.Milliseconds("refreshMs"),
        Bases = Bases(file),
        Model = Model(file),
        Instance = file.Integer("instance"),
        SerialNumber = SerialNumber(file),
        MayScaleVary = file.Flag("scaleMayVary"),
        Sign = Sign(file),
        Legs = [.. file.Text("phases").Select(phase => (SunSpecPhase)(phase - 'A'))],
        Range = new(new(file.Number("maxPowerW")), new(file.Number("maxVoltageV")), new(file.Number("maxCurrentA"))),
    };

    private static SunSpecInverterSettings InverterSettings(DeviceSettings file) => new()
    {
        Unit = (byte)file.Integer("unit"),
        Period = file.Milliseconds("pollMs"),
        Refresh = file.Milliseconds("refreshMs"),
        Bases = Bases(file),
        Model = Model(file),
        Instance = file.Integer("instance"),
        SerialNumber = SerialNumber(file),
        MayScaleVary = file.Flag("scaleMayVary"),
        Sign = Sign(file),
        MaxPower = new(file.Number("maxPowerW")),
    };

    // −1, 0 and "" stand for "not said": the base address 0 is a real one.
    private static IReadOnlyList<ushort>? Bases(DeviceSettings file) =>
        file.Integer("baseAddress") is >= 0 and var address ? [(ushort)address] : null;

    private static ushort? Model(DeviceSettings file) =>
        file.Integer("model") is > 0 and var model ? (ushort)model : null;

    private static string? SerialNumber(DeviceSettings file) =>
        file.Text("serialNumber") is { Length: > 0 } serial ? serial : null;

    private static SunSpecSign Sign(DeviceSettings file) =>
        file.Text("positiveW") == Import ? SunSpecSign.PositiveIsImport : SunSpecSign.PositiveIsExport;
}
