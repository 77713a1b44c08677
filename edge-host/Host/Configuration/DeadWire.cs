using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>
/// A wire of any kind that leads nowhere: enough to make a device and learn whether its settings fit. It knows which
/// lines a GPIO chip's bus has, and that the kernel gives each to one device.
/// </summary>
/// <param name="bus">The bus; null when it could not be read.</param>
/// <param name="device">Who opens lines.</param>
/// <param name="holders">Who holds which line of which bus, for all devices of the site.</param>
internal sealed class DeadWire(BusConfig? bus, string device, Dictionary<(string Bus, string Line), string> holders)
    : IModbus, ICanBus, IGpio, IGpioInput, IGpioOutput
{
    private static readonly ModbusResult gone = new(ModbusStatus.Disconnected);

    public int Descriptor => -1;
    public bool IsUp => false;

    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) => gone;
    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) => gone;
    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) => gone;
    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) => gone;

    public bool TrySend(in CanFrame frame) => false;

    public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
    {
        (frame, arrivedAt) = (default, default);
        return false;
    }

    public IGpioInput OpenInput(string line) => Held(line);
    public IGpioOutput OpenOutput(string line) => Held(line);

    public void Refresh()
    {
        // No edges ever come.
    }

    public bool TryRead(out bool isActive) => isActive = false;
    public bool TryWrite(bool isActive) => false;
    public bool TryReadBack(out bool isActive) => isActive = false;

    public void Dispose()
    {
        // Nothing was opened.
    }

    private DeadWire Held(string line)
    {
        if (bus is not { Link: BusLink.GpioChip }) return this;
        if (!bus.Lines.Any(known => known.Name == line))
            throw new ArgumentException($"the bus \"{bus.Name}\" has no line \"{line}\"");
        if (!holders.TryAdd((bus.Name, line), device) && holders[(bus.Name, line)] is var holder && holder != device)
            throw new ArgumentException($"the line \"{line}\" of \"{bus.Name}\" already belongs to \"{holder}\"");
        return this;
    }
}
