using System.Net;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Hal.Trace;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Composition;

/// <summary>The product's wires: sockets as the site file describes them. A peer that is not there yet is met
/// later.</summary>
public sealed class SocketWires(IReadOnlyList<BusConfig> buses) : IWires
{
    private readonly List<TappedBus> taps = [];

    /// <inheritdoc/>
    public IReadOnlyList<TappedBus> Taps => taps;

    /// <inheritdoc/>
    /// <exception cref="WireException">The serial line cannot be had.</exception>
    public IModbus OpenModbus(string bus)
    {
        var config = Find(bus);
        if (config.Link == BusLink.ModbusRtu) return OpenRtu(config);
        var options = new ModbusTcpOptions(config.Host, config.Port)
        {
            Timeout = config.Timeout,
            ConnectTimeout = config.Timeout,
            MinimumGap = config.MinimumGap,
            Tap = TapOf(config),
        };
        return config.HasCardPort ? CardPorts.Modbus(options) : new ModbusTcpMaster(options);
    }

    /// <inheritdoc/>
    /// <exception cref="WireException">The host's name is not known, or the interface or adapter cannot be
    /// had.</exception>
    public ICanBus OpenCan(string bus, CanIds? ids)
    {
        var config = Find(bus);
        try
        {
            ICanBus can = config.Link switch
            {
                BusLink.SocketCan when config.HasCardPort => CardPorts.Can(config),
                BusLink.SocketCan => new SocketCanBus(config.Interface, ids, config.HasFd),
                BusLink.SlcanSerial => new SlcanSerialBus(new(config.Path, config.Baud), config.BitRate),
                _ => new SlcanTcpBus(new(AddressOf(config), config.Port), config.BitRate),
            };
            return new TracedCanBus(can, TapOf(config));
        }
        catch (Exception refused) when (refused is CanException or SerialException)
        {
            throw new WireException($"bus \"{bus}\": {refused.Message}", refused);
        }
    }

    /// <inheritdoc/>
    public IGpio OpenGpio(string bus)
    {
        var config = Find(bus);
        if (config.HasCardPort) return CardPorts.Gpio(config);
        return config.Link == BusLink.GpioChip
            ? new ChipGpio(config.Chip, config.Lines) : new GpioSocketClient(config.Path);
    }

    private WireTap TapOf(BusConfig config)
    {
        var tap = new WireTap();
        taps.Add(new(config, tap));
        return tap;
    }

    // Unlike a peer on the network, a line that is missing, busy or not permitted is a mistake of this machine. One
    // that goes away later is met again.
    private ModbusRtuMaster OpenRtu(BusConfig config)
    {
        var master = new ModbusRtuMaster(
            new(config.Serial!) { Timeout = config.Timeout, HearsItself = config.HearsItself, Tap = TapOf(config) });
        try
        {
            master.Open();
            return master;
        }
        catch (SerialException why)
        {
            master.Dispose();
            throw new WireException($"bus \"{config.Name}\": {why.Message}", why);
        }
    }

    private BusConfig Find(string bus)
    {
        foreach (var config in buses)
            if (config.Name == bus) return config;
        throw new ArgumentException($"there is no bus \"{bus}\"", nameof(bus));
    }

    private static IPAddress AddressOf(BusConfig config)
    {
        if (IPAddress.TryParse(config.Host, out var address)) return address;
        try
        {
            return Dns.GetHostAddresses(config.Host)[0];
        }
        catch (Exception unknown) when (unknown is System.Net.Sockets.SocketException or ArgumentException)
        {
            throw new WireException(
                $"bus \"{config.Name}\": the host {config.Host} is not known: {unknown.Message}", unknown);
        }
    }
}

/// <summary>A wire that cannot be opened; the message names the bus.</summary>
public sealed class WireException(string message, Exception? inner = null) : Exception(message, inner);
