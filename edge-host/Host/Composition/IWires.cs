using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Hal.Trace;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Composition;

/// <summary>
/// Where the bytes go: real sockets in the product, in-memory wires in virtual time. Names are those of the site file's
/// <c>buses</c>, so that the same site file builds the same system on both.
/// </summary>
public interface IWires
{
    /// <summary>Waits for a short time that a device needs.</summary>
    void Rest(TimeSpan time) => SerialPort.Rest(time);
    /// <summary>Opens a Modbus bus.</summary>
    IModbus OpenModbus(string bus);
    /// <summary>Opens a CAN bus.</summary>
    /// <param name="bus">Name of the bus.</param>
    /// <param name="ids">What its driver has to do with; the kernel may filter by it. Null: everything.</param>
    ICanBus OpenCan(string bus, CanIds? ids);
    /// <summary>Opens the digital lines; each call is a client of its own.</summary>
    IGpio OpenGpio(string bus);

    /// <summary>Monotonic time as the wires keep it; frames are stamped by it.</summary>
    TimeSpan Now => MonotonicClock.Now;

    /// <summary>Where the opened buses can be listened to; none where they cannot.</summary>
    IReadOnlyList<TappedBus> Taps => [];
}

/// <summary>A bus that was opened, and where to listen to it.</summary>
/// <param name="Bus">Its entry in the site file.</param>
/// <param name="Tap">The tap.</param>
public sealed record TappedBus(BusConfig Bus, WireTap Tap);
