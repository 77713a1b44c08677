namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>
/// A bus as one device wants it: says when the device may be spoken to next. It does not wait; who uses it asks first.
/// </summary>
internal sealed class PacedModbus(IModbus bus, TimeSpan gap) : IModbus
{
    /// <summary>A paced view of a bus, which stays its owner's.</summary>
    public static PacedModbus Over(IModbus bus, TimeSpan gap) => new(bus, gap);

    /// <summary>Monotonic time of the present turn.</summary>
    public TimeSpan Now { get; set; }

    /// <summary>Before it no request should be made.</summary>
    public TimeSpan FreeAt { get; private set; }

    /// <inheritdoc/>
    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) =>
        Noted(bus.ReadHolding(unit, start, into));

    /// <inheritdoc/>
    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) =>
        Noted(bus.ReadInput(unit, start, into));

    /// <inheritdoc/>
    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) =>
        Noted(bus.WriteSingle(unit, address, value));

    /// <inheritdoc/>
    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) =>
        Noted(bus.WriteMultiple(unit, start, values));

    /// <summary>Nothing to release; the bus is its owner's.</summary>
    public void Dispose() { }

    private ModbusResult Noted(ModbusResult result)
    {
        if (result.Status != ModbusStatus.NotSent) FreeAt = Now + gap;
        return result;
    }
}
