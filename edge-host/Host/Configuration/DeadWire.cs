using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>A wire of any kind that leads nowhere: enough to make a device and learn whether its settings
/// fit.</summary>
internal sealed class DeadWire : IModbus, ICanBus, IGpio, IGpioInput, IGpioOutput
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

    public IGpioInput OpenInput(string line) => this;
    public IGpioOutput OpenOutput(string line) => this;

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
}
