using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Devices;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// The wires of virtual time: the home hangs on one end, the controller's drivers open the other by bus name.
/// </summary>
internal sealed class VirtualWires : IWires
{
    /// <summary>One Modbus TCP transaction on a home's network.</summary>
    public static readonly TimeSpan Transaction = TimeSpan.FromMilliseconds(4);

    private readonly Dictionary<string, TimedModbus> modbus = [];
    private readonly Dictionary<string, InMemoryCanBus> can = [];
    private readonly SiteConfig site;
    private readonly Func<TimeSpan> clock;

    public VirtualWires(SiteConfig site, Func<TimeSpan> clock)
    {
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
    public void Attach(string bus, IModbusDevice device) =>
        modbus[bus] = new TimedModbus(device, Transaction, site.Buses.First(b => b.Name == bus).Timeout);

    /// <summary>Joins a CAN bus as a device of the home.</summary>
    public InMemoryCanEndpoint AttachCan(string bus) => can[bus].Attach();

    /// <summary>Cuts or mends a CAN bus.</summary>
    public void CutCan(string bus, bool isCut) => can[bus].IsSilent = isCut;

    /// <inheritdoc/>
    public IModbus OpenModbus(string bus) => modbus[bus];

    /// <inheritdoc/>
    public ICanBus OpenCan(string bus, CanIds? ids) => can[bus].Attach();

    /// <inheritdoc/>
    public IGpio OpenGpio(string bus) => Lines.Attach();

    /// <inheritdoc/>
    public TimeSpan Now => clock();
}
