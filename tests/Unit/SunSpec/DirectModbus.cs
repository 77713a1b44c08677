using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>A master wired straight to a device: silent or limited as the test says, and it remembers what it read.</summary>
internal sealed class DirectModbus(IModbusDevice device) : IModbus
{
    public bool IsSilent { get; set; }

    public ModbusStatus Silence { get; set; } = ModbusStatus.Timeout;

    public int Requests { get; private set; }

    public List<(ushort Start, int Count)>? Log { get; set; }

    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into)
    {
        Assert.InRange(into.Length, 1, 125);
        Assert.InRange(start + into.Length, 1, 65536);
        Requests++;
        Log?.Add((start, into.Length));
        if (IsSilent) return new(Silence);
        Span<ushort> registers = stackalloc ushort[into.Length];
        var code = device.Read(unit, start, registers);
        if (code != 0) return new(ModbusStatus.Exception, code);
        registers.CopyTo(into);
        return ModbusResult.Ok;
    }

    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) => ReadHolding(unit, start, into);

    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) => WriteMultiple(unit, address, [value]);

    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        Requests++;
        if (IsSilent) return new(Silence);
        var code = device.Write(unit, start, values);
        return code == 0 ? ModbusResult.Ok : new(ModbusStatus.Exception, code);
    }

    public void Dispose()
    {
    }
}
