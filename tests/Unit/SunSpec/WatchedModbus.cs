using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>The in-memory wire, watched: counts and logs what is asked, and fails as the test says.</summary>
internal sealed class WatchedModbus(IModbusDevice device) : IModbus
{
    private readonly InMemoryModbus wire = new(device);

    /// <summary>How every request fails; null = it does not.</summary>
    public ModbusStatus? Trouble { get; set; }

    public int Requests { get; private set; }

    public List<(ushort Start, int Count)>? Log { get; set; }

    public List<(ushort Start, ushort[] Values)>? Writes { get; set; }

    /// <summary>Functions that the device does not know; it answers them with exception 1.</summary>
    public int UnknownFunction { get; set; }

    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into)
    {
        Requests++;
        Log?.Add((start, into.Length));
        return Trouble is { } trouble ? new(trouble) : wire.ReadHolding(unit, start, into);
    }

    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) => wire.ReadInput(unit, start, into);

    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) =>
        Note(6, address, [value]) ?? wire.WriteSingle(unit, address, value);

    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) =>
        Note(16, start, values) ?? wire.WriteMultiple(unit, start, values);

    private ModbusResult? Note(int function, ushort start, ReadOnlySpan<ushort> values)
    {
        Requests++;
        Writes?.Add((start, values.ToArray()));
        if (Trouble is { } trouble) return new(trouble);
        return function == UnknownFunction ? new(ModbusStatus.Exception, 1) : null;
    }

    public void Dispose() => wire.Dispose();
}
