using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Keeping;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Host.Composition;

/// <summary>
/// One site, put together: devices on their wires, one poller per bus, the loop and the exchange. The host runs it on
/// threads; the simulator calls the same objects inline.
/// </summary>
public sealed class EdgeSystem : IDisposable
{
    private readonly List<IDisposable> opened;

    private EdgeSystem(
        LoopDevices devices, ControlLoop loop, IReadOnlyList<BusPoller> pollers, ControlExchange exchange,
        List<IDisposable> opened)
    {
        Devices = devices;
        Loop = loop;
        Pollers = pollers;
        Exchange = exchange;
        this.opened = opened;
    }

    /// <summary>The devices that the loop sees.</summary>
    public LoopDevices Devices { get; }
    /// <summary>The loop.</summary>
    public ControlLoop Loop { get; }
    /// <summary>One per bus that a device is visited on, in the order of the site file's buses.</summary>
    public IReadOnlyList<BusPoller> Pollers { get; }
    /// <summary>What crosses to the gateway side.</summary>
    public ControlExchange Exchange { get; }

    /// <summary>What watches each CAN bus for contradictions, by the bus's name.</summary>
    public IReadOnlyList<(string Bus, GuardedCanBus Guard)> CanGuards { get; private init; } = [];

    /// <summary>Opens the wires and makes the devices.</summary>
    /// <param name="site">The site.</param>
    /// <param name="wires">Where the bytes go.</param>
    /// <param name="rules">What the loop evaluates.</param>
    /// <param name="store">What was kept; null: nothing is, and every start is the first.</param>
    /// <exception cref="GpioException">A digital line does not exist or is busy.</exception>
    /// <exception cref="WireException">A wire cannot be opened.</exception>
    public static EdgeSystem Build(SiteConfig site, IWires wires, RuleSet rules, KeptStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(site);
        var bench = new Bench(site, wires);
        try
        {
            var devices = new LoopDevices(
                bench.Make<MeterFamily, IMeter>((family, parts) => family.Make(parts))!,
                bench.Make<InverterFamily, IInverter>((family, parts) => family.Make(parts)),
                bench.Make<EvseFamily, IEvse>((family, parts) => family.Make(parts))!,
                bench.Make<SiteLinesFamily, ISiteLines>((family, parts) => family.Make(parts))!,
                bench.Make<HomeBatteryFamily, IHomeBattery>((family, parts) => family.Make(parts)));
            var exchange = new ControlExchange();
            // Last: a wire that cannot be opened is no crash of the controller.
            var loop = new ControlLoop(site.Limits, devices, exchange, rules, store?.Begin(wires.Now));
            return new(devices, loop, bench.Pollers(), exchange, bench.Opened)
            {
                CanGuards = bench.Guards,
            };
        }
        catch
        {
            foreach (var wire in bench.Opened) wire.Dispose();
            throw;
        }
    }

    /// <summary>Closes the wires.</summary>
    public void Dispose()
    {
        foreach (var wire in opened) wire.Dispose();
    }

    // A Modbus device makes at most so many requests a turn, and the first one may have to connect before.
    private const int MostRequestsPerTurn = 4;
    // CAN and lines do not wait; a line's confirmation is waited for at most 50 ms.
    private static readonly TimeSpan LongestOwnTurn = 1.Seconds;
    private static readonly TimeSpan LongestPauseAlone = 400.Milliseconds;

    // What has been opened and made so far.
    private sealed class Bench(SiteConfig site, IWires wires)
    {
        private readonly Dictionary<string, IModbus> modbuses = [];
        private readonly Dictionary<string, (List<BusVisit> Devices, List<IPollable> Pollables)> visits = [];

        private readonly Dictionary<(string Device, string Field), BusShare> shares = [];

        public List<IDisposable> Opened { get; } = [];

        public List<(string Bus, GuardedCanBus Guard)> Guards { get; } = [];

        public TDevice? Make<TFamily, TDevice>(Func<TFamily, DeviceParts, TDevice> make)
            where TFamily : DeviceFamily where TDevice : class, IPolledDevice
        {
            foreach (var config in site.Devices)
            {
                if (config.Family is not TFamily family) continue;
                var pollables = new List<IPollable>();
                var parts = Parts(config, pollables);
                var device = make(family, parts);
                var bus = config.Buses[family.Buses[0].Field];
                if (!visits.TryGetValue(bus, out var visit)) visits[bus] = visit = ([], []);
                visit.Devices.Add(Visit(device, family, config));
                visit.Pollables.AddRange(pollables);
                return device;
            }
            return null;
        }

        public List<BusPoller> Pollers()
        {
            var pollers = new List<BusPoller>();
            foreach (var bus in site.Buses)
                if (visits.TryGetValue(bus.Name, out var visit))
                    pollers.Add(new(bus.Name, visit.Devices, visit.Pollables, LongestTurn(bus, visit.Devices.Count)));
            return pollers;
        }

        // A read that may have to be told apart from a late one is two requests on a serial line.
        private static TimeSpan LongestTurn(BusConfig bus, int devices) => bus.Link switch
        {
            BusLink.ModbusTcp => bus.Timeout + devices * MostRequestsPerTurn * (bus.Timeout + bus.MinimumGap),
            BusLink.ModbusRtu => devices * MostRequestsPerTurn * 2 * (bus.Timeout + 520 * bus.Serial!.Character),
            _ => LongestOwnTurn,
        };

        // A stage's bus belongs to the thread of the EVSE in front of it, so its news wakes that thread.
        private DeviceParts Parts(DeviceConfig config, List<IPollable> pollables)
        {
            var buses = new Dictionary<string, object>();
            foreach (var use in config.Family.Buses)
            {
                var wire = Open(use, config, pollables);
                buses[use.Field] = wire is IModbus modbus ? Share(modbus, config, use) : wire;
            }
            return new(config.Name, config.Settings, buses, Stage(config, pollables));
        }

        private BusVisit Visit(IPolledDevice device, DeviceFamily family, DeviceConfig config)
        {
            var isScheduled = family.Buses[0].Kind == BusKind.Modbus;
            var own = isScheduled ? shares[(config.Name, family.Buses[0].Field)] : null;
            // No rule looks at the PV inverter: its readings are shown with the next step.
            return new(device, own, family is not InverterFamily, [.. shares
                .Where(other =>
                    other.Value != own && (other.Key.Device == config.Name || other.Key.Device == config.Stage))
                .Select(other => other.Value)]);
        }

        private BusShare Share(IModbus bus, DeviceConfig config, BusUse use)
        {
            var name = config.Buses[use.Field];
            // Who has a bus for itself keeps nobody waiting, however long its turns are and however often it is tried.
            var users = site.Devices.Count(other => other.Buses.Values.Contains(name));
            var options = users == 1
                ? config.Share with { Budget = TimeSpan.MaxValue, LongestPause = LongestPauseAlone }
                : config.Share;
            return shares[(config.Name, use.Field)] = new(bus, options, () => wires.Now, wires.Rest);
        }

        private IDcPowerStage? Stage(DeviceConfig config, List<IPollable> pollables)
        {
            if (config.Stage is not { } name) return null;
            foreach (var other in site.Devices)
                if (other.Name == name && other.Family is StageFamily family)
                    return family.Make(Parts(other, pollables));
            throw new InvalidOperationException(
                $"{config.Name} names the stage {name}, which validation should have missed");
        }

        private object Open(BusUse use, DeviceConfig config, List<IPollable> pollables)
        {
            var bus = config.Buses[use.Field];
            switch (use.Kind)
            {
                case BusKind.Modbus:
                    // Several devices share a bus and its thread, so they share the master.
                    if (!modbuses.TryGetValue(bus, out var modbus))
                    {
                        modbuses[bus] = modbus = wires.OpenModbus(bus);
                        Opened.Add(modbus);
                    }
                    return modbus;
                case BusKind.Can:
                    var ids = use.Ids?.Invoke(config.Settings);
                    var can = wires.OpenCan(bus, ids);
                    Opened.Add(can);
                    pollables.Add(can);
                    if (ids is null) return can;
                    var guarded = new GuardedCanBus(can, ids, () => wires.Now);
                    Guards.Add((bus, guarded));
                    return guarded;
                default:
                    var gpio = wires.OpenGpio(bus);
                    Opened.Add(gpio);
                    pollables.Add(gpio);
                    return gpio;
            }
        }
    }
}
