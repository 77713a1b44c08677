using System.Buffers.Binary;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// The protocol data unit, server side: one request in, one answer out, for any bytes whatever. Source: MODBUS
/// Application Protocol V1.1b3, the state diagrams of §6.3, 6.4, 6.6 and 6.12.
/// </summary>
internal static class ModbusAnswer
{
    public const byte IllegalFunction = 1;
    public const byte IllegalAddress = 2;
    public const byte IllegalValue = 3;

    /// <summary>
    /// Answers <paramref name="request"/> (1…253 bytes) into <paramref name="reply"/> (253 bytes); returns the
    /// answer's length. The device is asked only for what the request proves to be complete and in range.
    /// </summary>
    public static int To(ReadOnlySpan<byte> request, byte unit, IModbusDevice device, Span<byte> reply) =>
        request[0] switch
        {
            ModbusPdu.ReadHolding or ModbusPdu.ReadInput => Read(request, unit, device, reply),
            ModbusPdu.WriteSingle => WriteSingle(request, unit, device, reply),
            ModbusPdu.WriteMultiple => WriteMultiple(request, unit, device, reply),
            _ => Refusal(request, IllegalFunction, reply),
        };

    private static int Read(ReadOnlySpan<byte> request, byte unit, IModbusDevice device, Span<byte> reply)
    {
        if (request.Length != 5) return Refusal(request, IllegalValue, reply);
        var start = BinaryPrimitives.ReadUInt16BigEndian(request[1..]);
        var count = BinaryPrimitives.ReadUInt16BigEndian(request[3..]);
        if (count is 0 or > ModbusPdu.MaxRead) return Refusal(request, IllegalValue, reply);
        if (start + count > ModbusPdu.AddressSpace) return Refusal(request, IllegalAddress, reply);

        Span<ushort> registers = stackalloc ushort[count];
        registers.Clear();
        var code = device.Read(unit, start, registers);
        if (code != 0) return Refusal(request, code, reply);
        reply[0] = request[0];
        reply[1] = (byte)(2 * count);
        ModbusPdu.PutRegisters(reply[2..], registers);
        return 2 + 2 * count;
    }

    private static int WriteSingle(ReadOnlySpan<byte> request, byte unit, IModbusDevice device, Span<byte> reply)
    {
        if (request.Length != 5) return Refusal(request, IllegalValue, reply);
        var address = BinaryPrimitives.ReadUInt16BigEndian(request[1..]);
        var value = BinaryPrimitives.ReadUInt16BigEndian(request[3..]);
        return Confirmation(request, device.Write(unit, address, new ReadOnlySpan<ushort>(ref value)), reply);
    }

    private static int WriteMultiple(ReadOnlySpan<byte> request, byte unit, IModbusDevice device, Span<byte> reply)
    {
        if (request.Length < 6) return Refusal(request, IllegalValue, reply);
        var start = BinaryPrimitives.ReadUInt16BigEndian(request[1..]);
        var count = BinaryPrimitives.ReadUInt16BigEndian(request[3..]);
        if (count is 0 or > ModbusPdu.MaxWrite) return Refusal(request, IllegalValue, reply);
        if (request[5] != 2 * count || request.Length != 6 + 2 * count) return Refusal(request, IllegalValue, reply);
        if (start + count > ModbusPdu.AddressSpace) return Refusal(request, IllegalAddress, reply);

        Span<ushort> values = stackalloc ushort[count];
        ModbusPdu.GetRegisters(request[6..], values);
        return Confirmation(request, device.Write(unit, start, values), reply);
    }

    private static int Confirmation(ReadOnlySpan<byte> request, byte code, Span<byte> reply)
    {
        if (code != 0) return Refusal(request, code, reply);
        request[..ModbusPdu.EchoLength].CopyTo(reply);
        return ModbusPdu.EchoLength;
    }

    private static int Refusal(ReadOnlySpan<byte> request, byte code, Span<byte> reply)
    {
        reply[0] = (byte)(request[0] | ModbusPdu.ExceptionBit);
        reply[1] = code;
        return 2;
    }
}
