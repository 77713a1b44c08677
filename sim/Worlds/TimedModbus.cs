using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// A Modbus connection in virtual time. The call returns at once; the time that it would have taken is added up, and
/// the world keeps the poller busy for so long.
/// </summary>
internal sealed class TimedModbus(IModbusDevice device, TimeSpan transaction, TimeSpan timeout) : IModbus
{
    private readonly InMemoryModbus wire = new(device);

    /// <summary>The device is dead.</summary>
    public bool IsSilent
    {
        get => wire.IsSilent;
        set => wire.IsSilent = value;
    }

    /// <summary>Time on the wire since this was last asked.</summary>
    public TimeSpan TakeElapsed()
    {
        var elapsed = busy;
        busy = TimeSpan.Zero;
        return elapsed;
    }

    private TimeSpan busy;

    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) =>
        Timed(wire.ReadHolding(unit, start, into));

    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) =>
        Timed(wire.ReadInput(unit, start, into));

    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) =>
        Timed(wire.WriteSingle(unit, address, value));

    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) =>
        Timed(wire.WriteMultiple(unit, start, values));

    /// <summary>Nothing to release: the device is the home's.</summary>
    public void Dispose() { }

    private ModbusResult Timed(ModbusResult result)
    {
        busy += result.Status == ModbusStatus.Timeout ? timeout : transaction;
        return result;
    }
}
