using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Sim.Serve;

/// <summary>
/// The home's end of a CAN bus of the site file: a bus of its own on a TCP port where the site says slcan, a node on
/// the kernel's interface where it says SocketCAN.
/// </summary>
internal sealed class CanEnd : IDisposable
{
    private readonly string bus;
    private readonly SlcanHub? hub;
    private readonly KernelNode? kernel;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    /// <exception cref="CanException">The interface cannot be had.</exception>
    public CanEnd(BusConfig config)
    {
        bus = config.Name;
        if (config.Link == BusLink.SocketCan)
        {
            kernel = new KernelNode(new SocketCanBus(config.Interface));
            Node = kernel;
            return;
        }
        hub = new SlcanHub(config.BitRate);
        Node = hub.Attach();
    }

    /// <summary>The device's node.</summary>
    public ICanBus Node { get; }

    /// <summary>Fault: the device's wire is cut.</summary>
    public bool IsSilent
    {
        set
        {
            if (hub is not null) hub.IsSilent = value;
            if (kernel is not null) kernel.IsSilent = value;
        }
    }

    /// <summary>Where a controller finds it; null where its site file says so already.</summary>
    public ServedWire? Wire => hub is null ? null : new(bus, hub.EndPoint.Port, null);

    /// <inheritdoc/>
    public void Dispose()
    {
        Node.Dispose();
        hub?.Dispose();
    }

    private sealed class KernelNode(SocketCanBus bus) : ICanBus
    {
        public bool IsSilent { get; set; }

        public bool IsUp => bus.IsUp;

        public int Descriptor => bus.Descriptor;

        public bool TrySend(in CanFrame frame) => IsSilent || bus.TrySend(frame);

        public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
        {
            while (bus.TryReceive(out frame, out arrivedAt))
                if (!IsSilent) return true;
            (frame, arrivedAt) = (default, default);
            return false;
        }

        public void Dispose() => bus.Dispose();
    }
}
