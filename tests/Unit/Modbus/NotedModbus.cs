using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>Notes every request that gets as far as the wire: "R 10+2", "W6 10=5", "W16 10=5,6".</summary>
internal sealed class NotedModbus(IModbus wire) : IModbus
{
    public List<string> Requests { get; } = [];

    /// <summary>What happened to the requests since the last call.</summary>
    public string[] Take()
    {
        string[] all = [.. Requests];
        Requests.Clear();
        return all;
    }

    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into)
    {
        Requests.Add($"R {start}+{into.Length}");
        return wire.ReadHolding(unit, start, into);
    }

    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into)
    {
        Requests.Add($"RI {start}+{into.Length}");
        return wire.ReadInput(unit, start, into);
    }

    public ModbusResult WriteSingle(byte unit, ushort address, ushort value)
    {
        Requests.Add($"W6 {address}={value}");
        return wire.WriteSingle(unit, address, value);
    }

    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        Requests.Add($"W16 {start}={string.Join(",", values.ToArray())}");
        return wire.WriteMultiple(unit, start, values);
    }

    public void Dispose() => wire.Dispose();
}
