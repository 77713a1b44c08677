using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Composition;

/// <summary>
/// Where the bytes go: real sockets in the product, in-memory wires in virtual time. Names are those of the site file's
/// <c>buses</c>, so that the same site file builds the same system on both.
/// </summary>
public interface IWires
{
    /// <summary>Opens a Modbus bus.</summary>
    IModbus OpenModbus(string bus);
    /// <summary>Opens a CAN bus.</summary>
    ICanBus OpenCan(string bus);
    /// <summary>Opens the digital lines; each call is a client of its own.</summary>
    IGpio OpenGpio(string bus);
}
