using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>Which bus of a site file each simulated device hangs on, found by the families of the devices.</summary>
/// <param name="Meter">Bus of the meter.</param>
/// <param name="MeterUnit">Its Modbus unit.</param>
/// <param name="Inverter">Bus of the inverter; null when the site has none.</param>
/// <param name="InverterUnit">Its Modbus unit.</param>
/// <param name="Car">CAN bus of a CHAdeMO car; null when the charger is an integrated one.</param>
/// <param name="Module">CAN bus of its power module.</param>
/// <param name="Quasar">Modbus bus of an integrated charger; null when the site has a CHAdeMO outlet.</param>
/// <param name="Der">Modbus bus of a bidirectional SunSpec inverter; null when the site has none.</param>
/// <param name="DerUnit">Its Modbus unit.</param>
/// <param name="Lines">Bus of the digital lines.</param>
internal sealed record SiteRoles(
    string Meter, byte MeterUnit, string? Inverter, byte InverterUnit, string? Car, string? Module, string? Quasar,
    string? Der, byte DerUnit, string Lines)
{
    /// <summary>How many modules the power stage has.</summary>
    public int Modules { get; private init; } = 1;
    /// <summary>Address of the first.</summary>
    public byte FirstModule { get; private init; }
    /// <summary>Lines of the grid operator's relays, in order.</summary>
    public IReadOnlyList<string> RelayLines { get; private init; } = [];
    /// <summary>Lines of the relays that take loads off, in order.</summary>
    public IReadOnlyList<string> ShedLines { get; private init; } = [];
    /// <summary>The site has a transfer switch.</summary>
    public bool HasTransferSwitch { get; private init; }
    /// <summary>They are rectifiers with the V1.13 protocol.</summary>
    public bool IsRectifier { get; private init; }

    /// <summary>Finds the roles.</summary>
    /// <exception cref="InvalidOperationException">The site has no device of a kind that the simulated home
    /// needs.</exception>
    public static SiteRoles Of(SiteConfig site)
    {
        var meter = Find<MeterFamily>(site) ?? throw Missing("meter");
        var evse = Find<EvseFamily>(site) ?? throw Missing("EVSE");
        var lines = Find<SiteLinesFamily>(site) ?? throw Missing("site lines");
        var inverter = Find<InverterFamily>(site);
        var isQuasar = evse.Family == QuasarFamily.Evse;
        var isDer = evse.Family == SunSpecFamilies.Evse;
        var isCar = evse.Family == ChademoFamily.Evse;
        if (!isQuasar && !isDer && !isCar)
            throw new InvalidOperationException($"the simulated home has no charger of the family {evse.Family.Name}");
        var stage = !isCar ? null : Find<StageFamily>(site) ?? throw Missing("power stage");
        return new(
            BusOf(meter, BusKind.Modbus), Unit(meter), inverter is null ? null : BusOf(inverter, BusKind.Modbus),
            inverter is null ? (byte)0 : Unit(inverter), isCar ? BusOf(evse, BusKind.Can) : null,
            stage is null ? null : BusOf(stage, BusKind.Can), isQuasar ? BusOf(evse, BusKind.Modbus) : null,
            isDer ? BusOf(evse, BusKind.Modbus) : null, isDer ? Unit(evse) : (byte)0, BusOf(lines, BusKind.Gpio))
        {
            Modules = stage?.Settings.Integer("modules") ?? 1,
            FirstModule = (byte)(stage?.Settings.Integer("firstAddress") ?? 0),
            RelayLines = [.. Enumerable.Range(1, GridRelays.Most)
                .Select(relay => lines.Settings.Text($"relay{relay}Line")).Where(line => line.Length > 0)],
            ShedLines = [.. Enumerable.Range(1, ShedCommand.Most)
                .Select(line => lines.Settings.Text($"shed{line}Line")).Where(line => line.Length > 0)],
            HasTransferSwitch = lines.Settings.Text("onGridLine").Length > 0,
            IsRectifier = stage?.Family == InfyFamily.Rectifier,
        };
    }

    private static DeviceConfig? Find<TFamily>(SiteConfig site) =>
        site.Devices.FirstOrDefault(device => device.Family is TFamily);

    private static string BusOf(DeviceConfig device, BusKind kind) =>
        device.Buses[device.Family.Buses.First(use => use.Kind == kind).Field];

    private static byte Unit(DeviceConfig device) => (byte)device.Settings.Integer("unit");

    private static InvalidOperationException Missing(string what) =>
        new($"the site file has no {what}; the simulated home needs one");
}
