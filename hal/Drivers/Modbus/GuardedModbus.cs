namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// A bus on which a driver can write only what it owns: any other write ends in <see cref="ModbusStatus.NotSent"/>
/// before the wire. Reads pass. A driver that keeps no other reference to its bus cannot write past its allow-list.
/// </summary>
/// <param name="bus">The wire; it stays its owner's, disposing this leaves it open.</param>
/// <param name="unit">The only unit that may be written to.</param>
/// <param name="writable">Each write must lie within one of these.</param>
public sealed class GuardedModbus(IModbus bus, byte unit, params IReadOnlyList<Block> writable) : IModbus
{
    /// <summary>Writes refused so far, wrapping. More than 0 is a bug in a driver or in a device's map.</summary>
    public uint Refusals { get; private set; }

    /// <inheritdoc/>
    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) => bus.ReadHolding(unit, start, into);

    /// <inheritdoc/>
    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) => bus.ReadInput(unit, start, into);

    /// <inheritdoc/>
    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) =>
        IsOwned(unit, address, 1) ? bus.WriteSingle(unit, address, value) : Refusal();

    /// <inheritdoc/>
    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) =>
        IsOwned(unit, start, values.Length) ? bus.WriteMultiple(unit, start, values) : Refusal();

    /// <summary>Nothing to release.</summary>
    public void Dispose() { }

    private bool IsOwned(byte to, ushort start, int count)
    {
        if (to != unit) return false;
        for (var i = 0; i < writable.Count; i++)
            if (start >= writable[i].Start && start + count <= writable[i].Start + writable[i].Count) return true;
        return false;
    }

    private ModbusResult Refusal()
    {
        Refusals++;
        return new(ModbusStatus.NotSent);
    }
}
