using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Sim.Serve;

/// <summary>
/// A scenario's home behind real wires: Modbus TCP for meter, inverter and an integrated charger; for car, module and
/// lines what the site file says: slcan on TCP or the kernel's CAN, a Unix socket or a gpio-sim chip of the kernel. Its
/// devices are those of virtual time. One thread moves it (<see cref="HomeThread"/>).
/// </summary>
internal sealed class ServedHome : ISurroundings, IDisposable
{
    private readonly SiteRoles roles;
    private readonly ModbusTcpServer meter;
    private readonly ModbusTcpServer? inverter;
    private readonly CanEnd? car;
    private readonly CanEnd? module;
    private readonly ModbusTcpServer? quasar;
    private readonly ModbusTcpServer? der;
    private readonly LinesEnd lines;

    /// <summary>Opens the wires.</summary>
    /// <param name="scenario">The home.</param>
    /// <param name="site">Names the buses and gives bit rates and units.</param>
    /// <param name="seed">Decides all that is chance.</param>
    /// <param name="socket">Path of the lines' socket.</param>
    /// <exception cref="InvalidOperationException">The site lacks a device that the home needs.</exception>
    /// <exception cref="IOException">A wire cannot be opened.</exception>
    public ServedHome(Scenario scenario, SiteConfig site, ulong seed, string socket)
    {
        roles = SiteRoles.Of(site);
        car = roles.Car is { } carBus ? new CanEnd(Bus(site, carBus)) : null;
        module = roles.Module is { } moduleBus ? new CanEnd(Bus(site, moduleBus)) : null;
        lines = new LinesEnd(Bus(site, roles.Lines), socket);
        // A frame for the module wakes the thread that moves it, so it need not look for one.
        var ends = new HomeEnds(
            car?.Node, module?.Node, () => null, lines.Attach(), lines.Attach(), SilenceQuasar);
        Home = new SimulatedHome(
            scenario, roles, SimulatedHome.PlantOf(scenario, site, roles, seed), ends, this, seed);
        Devices = [.. new SimDevice?[] { Home.Meter, Home.Inverter, Home.Car, Home.Module, Home.Quasar, Home.Der,
            Home.Panel }
            .OfType<SimDevice>()];
        // Opened last: whoever connects finds the home complete.
        meter = new ModbusTcpServer(Home.Meter.Image);
        inverter = Home.Inverter is { } pv ? new ModbusTcpServer(pv.Image) : null;
        // The charger takes one client at a time.
        quasar = Home.Quasar is { } charger ? new ModbusTcpServer(charger.Image, new() { MaxClients = 1 }) : null;
        der = Home.Der is { } inverterOfCar ? new ModbusTcpServer(inverterOfCar.Image) : null;
        lines.Open();
        Wires =
        [
            new(roles.Meter, meter.Port, null),
            .. inverter is null ? Array.Empty<ServedWire>() : [new(roles.Inverter!, inverter.Port, null)],
            .. quasar is null ? Array.Empty<ServedWire>() : [new(roles.Quasar!, quasar.Port, null)],
            .. der is null ? Array.Empty<ServedWire>() : [new(roles.Der!, der.Port, null)],
            .. new[] { car?.Wire, module?.Wire, lines.Wire }.OfType<ServedWire>(),
        ];
    }

    /// <summary>The plant with its devices.</summary>
    public SimulatedHome Home { get; }

    /// <summary>What gets turns.</summary>
    public IReadOnlyList<SimDevice> Devices { get; }

    /// <summary>Readable when a frame for the module has come; null when there is no module.</summary>
    public IPollable? ModuleNews => module?.Node;

    /// <summary>Where a controller finds the home.</summary>
    public IReadOnlyList<ServedWire> Wires { get; }

    /// <summary>Every line and its level; null when it cannot be read.</summary>
    public IEnumerable<(string Name, bool? Level)> Levels() => lines.Levels();

    /// <inheritdoc/>
    public bool TryChange(string what, string value)
    {
        var isSilent = value == "silent";
        switch (what)
        {
            case "meter":
                meter.IsSilent = isSilent;
                return true;
            case "inverter" when inverter is not null:
                inverter.IsSilent = isSilent;
                return true;
            case "der" when der is not null:
                der.IsSilent = isSilent;
                return true;
            case "module" when module is not null:
                module.IsSilent = isSilent;
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        meter.Dispose();
        inverter?.Dispose();
        quasar?.Dispose();
        der?.Dispose();
        car?.Dispose();
        module?.Dispose();
        lines.Dispose();
    }

    private void SilenceQuasar(bool isSilent)
    {
        if (quasar is not null) quasar.IsSilent = isSilent;
    }

    private static BusConfig Bus(SiteConfig site, string bus) => site.Buses.First(b => b.Name == bus);
}

/// <summary>Where a bus of the site file is served: a TCP port on 127.0.0.1, or the path of a Unix socket.</summary>
internal sealed record ServedWire(string Bus, int? Port, string? Path)
{
    /// <summary>What points the host's site file here: values for its <c>--set</c>.</summary>
    public IEnumerable<string> Overrides => Path is null
        ? [$"buses.{Bus}.host=127.0.0.1", $"buses.{Bus}.port={Port}"]
        : [$"buses.{Bus}.path={Path}"];
}
