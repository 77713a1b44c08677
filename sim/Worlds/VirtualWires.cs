using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// The wires of virtual time: the home hangs on one end, the controller's drivers open the other by bus name.
/// </summary>
internal sealed class VirtualWires : IWires
{
    /// <summary>One Modbus TCP transaction on a home's network.</summary>
    public static readonly TimeSpan Transaction = TimeSpan.FromMilliseconds(4);

    private readonly Dictionary<string, TimedModbus> modbus = [];
    private readonly Dictionary<string, IModbusDevice> attached = [];
    private readonly Dictionary<string, InMemoryCanBus> can = [];
    private readonly List<(string Bus, InMemoryCanEndpoint Node)> nodes = [];
    private readonly HashSet<string> starved = [];
    private readonly SiteConfig site;
    private readonly Func<TimeSpan> clock;
    private readonly ulong seed;

    public VirtualWires(SiteConfig site, Func<TimeSpan> clock, ulong seed)
    {
        this.seed = seed;
        this.site = site;
        this.clock = clock;
        Lines = new InMemoryGpioChip("lines", Devices.Lines.All);
        foreach (var bus in site.Buses)
        {
            if (bus.Kind != BusKind.Can) continue;
            // 8 data bytes and a 29-bit identifier with the worst stuffing are 160 bit.
            can[bus.Name] = new InMemoryCanBus(clock, TimeSpan.FromSeconds(160.0 / bus.BitRate));
        }
    }

    /// <summary>Calls on these wires take no time; what they would have taken is added up.</summary>
    public void Rest(TimeSpan time) { }

    /// <summary>The digital lines.</summary>
    public InMemoryGpioChip Lines { get; }

    /// <summary>Modbus connections by bus.</summary>
    public IReadOnlyDictionary<string, TimedModbus> Modbuses => modbus;

    /// <summary>Puts a device behind a Modbus bus.</summary>
    public void Attach(string bus, IModbusDevice device)
    {
        attached[bus] = device;
        modbus[bus] = new TimedModbus(
            device, Transaction, site.Buses.First(b => b.Name == bus).Timeout, clock,
            SplitMix64.Stream(seed, $"wire of {bus}"));
    }

    /// <summary>Joins a CAN bus as a device of the home.</summary>
    public InMemoryCanEndpoint AttachCan(string bus) => Join(bus);

    /// <summary>Joins a CAN bus as somebody who has no business there.</summary>
    public InMemoryCanEndpoint AttachIntruder(string bus) => can[bus].Attach();

    /// <summary>An intruder wins every arbitration: whoever else sends is never through. Or it lets them again.</summary>
    public void Starve(string bus, bool isStarved)
    {
        if (isStarved) starved.Add(bus);
        else starved.Remove(bus);
        foreach (var (of, node) in nodes)
            if (of == bus) node.IsMuted = isStarved;
    }

    private InMemoryCanEndpoint Join(string bus)
    {
        var node = can[bus].Attach();
        node.IsMuted = starved.Contains(bus);
        nodes.Add((bus, node));
        return node;
    }

    /// <summary>A scenario's words for a wire that is cut, or worse; false when there is none such.</summary>
    public bool TryChange(SiteRoles roles, string what, string value)
    {
        switch (what)
        {
            case "meter":
                modbus[roles.Meter].IsSilent = value == "silent";
                return true;
            case "inverter" when roles.Inverter is { } bus:
                modbus[bus].IsSilent = value == "silent";
                return true;
            case "module":
                can[roles.Module!].IsSilent = value == "silent";
                return true;
            case "der" when roles.Der is { } bus:
                modbus[bus].IsSilent = value == "silent";
                return true;
            case "meter_wire":
                Suffer(roles.Meter, value, roles.Inverter);
                return true;
            case "evse_wire" when (roles.Der ?? roles.Quasar) is { } bus:
                Suffer(bus, value, roles.Inverter);
                return true;
            default:
                return false;
        }
    }

    // Where two are swapped the other one's device answers.
    private void Suffer(string bus, string value, string? other)
    {
        var trouble = Enum.TryParse<WireTrouble>(value, ignoreCase: true, out var known) ? known : WireTrouble.None;
        modbus[bus].Suffer(trouble, other is null ? null : attached[other]);
    }

    /// <inheritdoc/>
    public IModbus OpenModbus(string bus) => modbus[bus];

    /// <inheritdoc/>
    public ICanBus OpenCan(string bus, CanIds? ids) => Join(bus);

    /// <inheritdoc/>
    public IGpio OpenGpio(string bus) => Lines.Attach();

    /// <inheritdoc/>
    public TimeSpan Now => clock();
}
