namespace ChargeScape.Edge.Hal;

/// <summary>How a Modbus request ended.</summary>
public enum ModbusStatus : byte
{
    /// <summary>Answered in full.</summary>
    Ok,
    /// <summary>The device answered with an exception; see <see cref="ModbusResult.ExceptionCode"/>.</summary>
    Exception,
    /// <summary>Nothing that belongs to the request came in time.</summary>
    Timeout,
    /// <summary>No connection, or it was lost.</summary>
    Disconnected,
    /// <summary>An answer came that breaks the protocol (length, function, unit, byte count, CRC). The link was
    /// resynchronised.</summary>
    BadReply,
    /// <summary>Nothing left this machine: the write is outside what the driver owns, or the device is being left
    /// alone for a while because it is dead or slow. It cost no time on the wire.</summary>
    NotSent,
}

/// <summary>Outcome of one Modbus transaction. Trouble on a wire is a value, never an exception.</summary>
public readonly record struct ModbusResult(ModbusStatus Status, byte ExceptionCode = 0)
{
    /// <summary>The request was answered in full.</summary>
    public bool IsOk => Status == ModbusStatus.Ok;
    /// <summary>Success.</summary>
    public static ModbusResult Ok => default;
}

/// <summary>
/// A Modbus master on one bus or connection, holding and input registers only. Blocking and bounded by its timeout; one
/// thread at a time. Allocates nothing per request. Source: MODBUS Application Protocol V1.1b3.
/// </summary>
public interface IModbus : IDisposable
{
    /// <summary>Function 3. <paramref name="into"/> holds 1…125 registers and is untouched unless the result is
    /// Ok.</summary>
    ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into);

    /// <summary>Function 4, as <see cref="ReadHolding"/>.</summary>
    ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into);

    /// <summary>Function 6.</summary>
    ModbusResult WriteSingle(byte unit, ushort address, ushort value);

    /// <summary>Function 16, 1…123 registers.</summary>
    ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values);
}

/// <summary>A master whose timeout can be another one for each request.</summary>
public interface IAdjustableModbus : IModbus
{
    /// <summary>Longest wait for an answer, 1 ms…60 s.</summary>
    TimeSpan Timeout { get; set; }
}

/// <summary>What a Modbus server asks of the device behind it. Called on the server's thread; must not block.</summary>
public interface IModbusDevice
{
    /// <summary>Fills <paramref name="into"/>; returns 0, or a Modbus exception code (2 = illegal address).</summary>
    byte Read(byte unit, ushort start, Span<ushort> into);

    /// <summary>Takes all of <paramref name="values"/> or none; returns 0, or a Modbus exception code.</summary>
    byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values);
}
