namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// The wire of virtual time: calls a device directly, with the argument checks and the "untouched unless Ok" of the
/// real masters. Takes no time and allocates nothing.
/// </summary>
public sealed class InMemoryModbus(IModbusDevice device) : IModbus
{
    /// <summary>The device is dead: requests end in <see cref="ModbusStatus.Timeout"/> and do not reach it.</summary>
    public bool IsSilent { get; set; }

    /// <inheritdoc/>
    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into)
    {
        ModbusPdu.RequireRange(start, into.Length, ModbusPdu.MaxRead);
        if (IsSilent) return new(ModbusStatus.Timeout);
        Span<ushort> registers = stackalloc ushort[into.Length];
        registers.Clear();
        var code = device.Read(unit, start, registers);
        if (code != 0) return new(ModbusStatus.Exception, code);
        registers.CopyTo(into);
        return ModbusResult.Ok;
    }

    /// <inheritdoc/>
    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) => ReadHolding(unit, start, into);

    /// <inheritdoc/>
    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) =>
        WriteMultiple(unit, address, new ReadOnlySpan<ushort>(ref value));

    /// <inheritdoc/>
    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        ModbusPdu.RequireRange(start, values.Length, ModbusPdu.MaxWrite);
        if (IsSilent) return new(ModbusStatus.Timeout);
        var code = device.Write(unit, start, values);
        return code == 0 ? ModbusResult.Ok : new(ModbusStatus.Exception, code);
    }

    /// <summary>Nothing to release; the device is the caller's.</summary>
    public void Dispose() { }
}
