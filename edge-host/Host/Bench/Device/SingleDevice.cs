using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Bench.Device;

/// <summary>
/// One device of a site file on its real wires, without the control loop. It is only read unless <see cref="Write"/> is
/// called.
/// </summary>
internal sealed class SingleDevice : IDisposable
{
    private readonly List<IDisposable> opened = [];
    private readonly PollSet news = new();
    private readonly IPolledDevice device;

    private SingleDevice(SiteConfig site, DeviceConfig config, IWires wires)
    {
        Config = config;
        device = Make(site, config, wires);
    }

    /// <summary>Its entry in the site file.</summary>
    public DeviceConfig Config { get; }

    /// <summary>Its commands; null when it takes none.</summary>
    public Latest<EvseCommand>? Commands => (device as IEvse)?.Commands;

    /// <summary>Opens its wires.</summary>
    /// <exception cref="GpioException">A digital line does not exist or is busy.</exception>
    /// <exception cref="WireException">A wire cannot be opened.</exception>
    public static SingleDevice Open(SiteConfig site, DeviceConfig config, IWires wires) => new(site, config, wires);

    /// <summary>Takes in what is there; true when a reading is new.</summary>
    public bool Read() => device.Read(MonotonicClock.Now);

    /// <summary>Writes what is commanded.</summary>
    public void Write() => device.Write(MonotonicClock.Now);

    /// <summary>Restores what stood in the device before it was commanded; to be called until true.</summary>
    public bool HandBack() => device is not IHandsBack taken || taken.HandBack(MonotonicClock.Now);

    /// <summary>Waits until there is something to do, at most so long.</summary>
    public void Wait(TimeSpan longest)
    {
        var until = MonotonicClock.Now + longest;
        news.WaitUntil(device.NextDue < until ? device.NextDue : until);
    }

    /// <summary>The newest reading as fields for people and for JSON; empty when there is none as young as
    /// that.</summary>
    public IReadOnlyList<DeviceField> Fields(TimeSpan maxAge) => DeviceFields.Of(device, maxAge, MonotonicClock.Now);

    /// <summary>The EVSE's newest reading.</summary>
    public EvseReading? Evse(TimeSpan maxAge)
    {
        var reading = default(Reading<EvseReading>);
        return device is IEvse evse && evse.Readings.TryRead(ref reading)
            ? reading.Within(maxAge, MonotonicClock.Now) : null;
    }

    /// <summary>The site lines' newest reading.</summary>
    public LinesReading? Lines(TimeSpan maxAge)
    {
        var reading = default(Reading<LinesReading>);
        return device is ISiteLines lines && lines.Readings.TryRead(ref reading)
            ? reading.Within(maxAge, MonotonicClock.Now) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var wire in opened) wire.Dispose();
        news.Dispose();
    }

    private IPolledDevice Make(SiteConfig site, DeviceConfig config, IWires wires)
    {
        try
        {
            var parts = Parts(site, config, wires);
            return config.Family switch
            {
                MeterFamily meter => meter.Make(parts),
                InverterFamily inverter => inverter.Make(parts),
                HomeBatteryFamily battery => battery.Make(parts),
                EvseFamily evse => evse.Make(parts),
                SiteLinesFamily lines => lines.Make(parts),
                _ => throw new ArgumentException($"a {config.Family.Role} is not a device of its own", nameof(config)),
            };
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private DeviceParts Parts(SiteConfig site, DeviceConfig config, IWires wires)
    {
        var buses = new Dictionary<string, object>();
        foreach (var use in config.Family.Buses) buses[use.Field] = Open(use, config, wires);
        var behind = site.Devices.FirstOrDefault(other => other.Name == config.Stage);
        var stage = behind?.Family is StageFamily family ? family.Make(Parts(site, behind, wires)) : null;
        return new(config.Name, config.Settings, buses, stage);
    }

    private object Open(BusUse use, DeviceConfig config, IWires wires)
    {
        var bus = config.Buses[use.Field];
        var ids = use.Ids?.Invoke(config.Settings);
        IDisposable wire = use.Kind switch
        {
            BusKind.Modbus => wires.OpenModbus(bus),
            BusKind.Can => wires.OpenCan(bus, ids),
            _ => wires.OpenGpio(bus),
        };
        opened.Add(wire);
        if (wire is IPollable pollable) news.Add(pollable);
        // As in the controller: a driver sends and hears its own identifiers only.
        return wire is ICanBus can && ids is not null ? new GuardedCanBus(can, ids, () => wires.Now) : wire;
    }
}
