using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// The protocol data unit, master side: what is asked and whether an answer fits it. The same on TCP and on a serial
/// line, so it knows neither transaction ids nor CRCs. Source: MODBUS Application Protocol V1.1b3 §6.3, 6.4, 6.6,
/// 6.12 and 7.
/// </summary>
internal static class ModbusPdu
{
    public const byte ReadHolding = 3;
    public const byte ReadInput = 4;
    public const byte WriteSingle = 6;
    public const byte WriteMultiple = 16;
    public const byte ExceptionBit = 0x80;

    public const int MaxLength = 253;
    public const int ExceptionLength = 2;
    public const int MaxRead = 125;
    public const int MaxWrite = 123;

    public const int AddressSpace = 0x1_0000;

    /// <summary>A confirmed write repeats function, address, and value (6) or count (16).</summary>
    public const int EchoLength = 5;

    /// <summary>A count or range no frame can carry is a mistake of the caller, not of the wire.</summary>
    public static void RequireRange(ushort start, int count, int max)
    {
        if (count < 1 || count > max)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"a request carries 1…{max} registers");
        if (start + count > AddressSpace)
            throw new ArgumentOutOfRangeException(nameof(start), start, "registers end at address 65535");
    }

    /// <summary>Function 3 or 4; returns the length.</summary>
    public static int PutRead(Span<byte> pdu, byte function, ushort start, int count)
    {
        RequireRange(start, count, MaxRead);
        pdu[0] = function;
        BinaryPrimitives.WriteUInt16BigEndian(pdu[1..], start);
        BinaryPrimitives.WriteUInt16BigEndian(pdu[3..], (ushort)count);
        return 5;
    }

    /// <summary>Function 6; returns the length.</summary>
    public static int PutWriteSingle(Span<byte> pdu, ushort address, ushort value)
    {
        pdu[0] = WriteSingle;
        BinaryPrimitives.WriteUInt16BigEndian(pdu[1..], address);
        BinaryPrimitives.WriteUInt16BigEndian(pdu[3..], value);
        return 5;
    }

    /// <summary>Function 16; returns the length.</summary>
    public static int PutWriteMultiple(Span<byte> pdu, ushort start, ReadOnlySpan<ushort> values)
    {
        RequireRange(start, values.Length, MaxWrite);
        pdu[0] = WriteMultiple;
        BinaryPrimitives.WriteUInt16BigEndian(pdu[1..], start);
        BinaryPrimitives.WriteUInt16BigEndian(pdu[3..], (ushort)values.Length);
        pdu[5] = (byte)(2 * values.Length);
        PutRegisters(pdu[6..], values);
        return 6 + 2 * values.Length;
    }

    /// <summary>Length of the answer that <paramref name="request"/> calls for, unless it is an exception.</summary>
    public static int AnswerLength(ReadOnlySpan<byte> request) => request[0] is WriteSingle or WriteMultiple
        ? EchoLength
        : 2 + 2 * BinaryPrimitives.ReadUInt16BigEndian(request[3..]);

    /// <summary>
    /// Judges <paramref name="reply"/> as the answer to <paramref name="request"/>. <paramref name="into"/> is filled
    /// only when the result is Ok and the request was a read.
    /// </summary>
    public static ModbusResult Check(ReadOnlySpan<byte> request, ReadOnlySpan<byte> reply, Span<ushort> into)
    {
        var bad = new ModbusResult(ModbusStatus.BadReply);
        if (reply.Length < 2) return bad;
        var function = request[0];
        if (reply[0] == (function | ExceptionBit))
            return reply.Length == ExceptionLength && reply[1] != 0 ? new(ModbusStatus.Exception, reply[1]) : bad;
        if (reply[0] != function) return bad;

        if (function is WriteSingle or WriteMultiple)
            return reply.SequenceEqual(request[..EchoLength]) ? ModbusResult.Ok : bad;

        var bytes = 2 * into.Length;
        if (reply[1] != bytes || reply.Length != 2 + bytes) return bad;
        GetRegisters(reply[2..], into);
        return ModbusResult.Ok;
    }

    /// <summary>Big-endian registers of a frame to numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void GetRegisters(ReadOnlySpan<byte> from, Span<ushort> into)
    {
        var raw = MemoryMarshal.Cast<byte, ushort>(from)[..into.Length];
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(raw, into);
        else raw.CopyTo(into);
    }

    /// <summary>Numbers to big-endian registers of a frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutRegisters(Span<byte> into, ReadOnlySpan<ushort> values)
    {
        var raw = MemoryMarshal.Cast<byte, ushort>(into)[..values.Length];
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(values, raw);
        else values.CopyTo(raw);
    }
}
