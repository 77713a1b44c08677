using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>The families' lines in the catalog: the fields of the site file and what they become.</summary>
public static class MapFamilies
{
    private const string AsMapped = "as-mapped", Import = "import", Export = "export", Charge = "charge";
    private const string Discharge = "discharge", Yield = "yield", Fault = "fault";

    private static readonly string[] phaseOrders =
        ["1", "2", "3", "12", "21", "13", "31", "23", "32", "123", "132", "213", "231", "312", "321"];

    private static readonly SettingSpec[] common =
    [
        new("map", SettingKind.File, Check: static name => MapFile.Read(name).Errors),
        new("unit", SettingKind.Integer, 1, 247),
        new("pollMs", SettingKind.Integer, 20, 60_000),
        new("position", SettingKind.Integer, 0, 1000, Default: 0),
        new("acceptAssumed", SettingKind.Flag, Default: false),
    ];

    /// <summary>Meters with a map.</summary>
    public static MeterFamily Meter { get; } = new(
        "modbus-map-meter",
        BusUse.Modbus,
        [
            .. common,
            PositiveIs(Import, Export),
            new("phases", SettingKind.Text, Choices: phaseOrders),
            new("maxPowerW", SettingKind.Number, 1, 10e6),
            new("maxVoltageV", SettingKind.Number, 1, 1000),
            new("maxCurrentA", SettingKind.Number, 1, 10e3),
        ],
        Timing,
        parts => new MapMeter(parts.Modbus(), Map(parts.Settings), MeterSettings(parts.Settings)));

    /// <summary>PV inverters with a map, read only.</summary>
    public static InverterFamily Inverter { get; } = new(
        "modbus-map-inverter",
        BusUse.Modbus,
        [
            .. common,
            PositiveIs(Import, Export),
            new("maxPowerW", SettingKind.Number, 1, 10e6),
        ],
        Timing,
        parts => new MapInverter(parts.Modbus(), Map(parts.Settings), InverterSettings(parts.Settings)));

    /// <summary>Bidirectional EVSEs with a map.</summary>
    public static EvseFamily Evse { get; } = new(
        "modbus-map-evse",
        BusUse.Modbus,
        [
            .. common,
            PositiveIs(Charge, Discharge),
            new("maxChargeW", SettingKind.Number, 1, 1e6),
            new("maxDischargeW", SettingKind.Number, 0, 1e6),
            new("maxPowerW", SettingKind.Number, 1, 10e6),
            new("minEfficiency", SettingKind.Number, 0, 1, Default: 0.0),
            new("maxEfficiency", SettingKind.Number, 0, 1, Default: 0.0),
            new("onSecondMaster", SettingKind.Text, Default: Yield, Choices: [Yield, Fault]),
        ],
        NeedsStage: false,
        Timing,
        parts => new MapEvse(parts.Modbus(), Map(parts.Settings), EvseSettings(parts.Settings)));

    private static SettingSpec PositiveIs(string into, string outOf) =>
        new("positiveW", SettingKind.Text, Default: AsMapped, Choices: [AsMapped, into, outOf]);

    // With a map that cannot be read there is an error already; what is said here does not matter then.
    private static DeviceTiming Timing(DeviceSettings file)
    {
        var period = file.Milliseconds("pollMs");
        if (MapFile.Read(file.Text("map")).Map?.Times is not { } times)
            return new(period, default, period, default, default, default, default);
        return new(
            period, times.Refresh, times.MaxAge, times.DeadTime, times.Settling, times.Start, times.Stop,
            times.Shortfall);
    }

    private static DeviceMap Map(DeviceSettings file) =>
        MapFile.Read(file.Text("map")).Map ?? throw new ArgumentException("the map cannot be read");

    private static MapMeterSettings MeterSettings(DeviceSettings file) => Read(file, new MapMeterSettings
    {
        Unit = (byte)file.Integer("unit"),
        Period = file.Milliseconds("pollMs"),
        MaxPower = new(file.Number("maxPowerW")),
        Phases = [.. file.Text("phases").Select(phase => phase - '0')],
        MaxVoltage = new(file.Number("maxVoltageV")),
        MaxCurrent = new(file.Number("maxCurrentA")),
    });

    private static MapSettings InverterSettings(DeviceSettings file) => Read(file, new MapSettings
    {
        Unit = (byte)file.Integer("unit"),
        Period = file.Milliseconds("pollMs"),
        MaxPower = new(file.Number("maxPowerW")),
    });

    private static MapEvseSettings EvseSettings(DeviceSettings file) => Read(file, new MapEvseSettings
    {
        Unit = (byte)file.Integer("unit"),
        Period = file.Milliseconds("pollMs"),
        MaxPower = new(file.Number("maxPowerW")),
        MaxCharge = new(file.Number("maxChargeW")),
        MaxDischarge = new(file.Number("maxDischargeW")),
        MinEfficiency = file.Number("minEfficiency"),
        MaxEfficiency = file.Number("maxEfficiency"),
        OnSecondMaster = file.Text("onSecondMaster") == Yield ? SecondMaster.Yield : SecondMaster.Fault,
    });

    // How the map is read is the same for all kinds.
    private static T Read<T>(DeviceSettings file, T settings) where T : MapSettings => settings with
    {
        Position = file.Integer("position"),
        Sign = Sign(file),
        AcceptsAssumed = file.Flag("acceptAssumed"),
    };

    private static int Sign(DeviceSettings file) => file.Text("positiveW") switch
    {
        Import or Charge => 1,
        Export or Discharge => -1,
        _ => 0,
    };
}
