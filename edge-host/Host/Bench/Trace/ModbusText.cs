using System.Buffers.Binary;

namespace ChargeScape.Edge.Host.Bench.Trace;

/// <summary>Says in words what a Modbus frame asks or answers.</summary>
internal static class ModbusText
{
    private const int Header = 7;
    private const int CrcLength = 2;

    /// <summary>The words of a frame on a serial line, whose CRC is not looked at; null when the bytes are too
    /// few.</summary>
    public static string? OfSerial(ReadOnlySpan<byte> bytes, bool isRequest)
    {
        if (bytes.Length < 3 + CrcLength) return null;
        var pdu = bytes[1..^CrcLength];
        return $"unit {bytes[0]} {(isRequest ? Request(pdu) : Answer(pdu))}";
    }

    /// <summary>The words of a Modbus TCP frame; null when the bytes are no whole frame.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes, bool isRequest)
    {
        if (bytes.Length < Header + 2) return null;
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (bytes[2] != 0 || bytes[3] != 0 || bytes.Length < 6 + length || length < 3) return null;
        var pdu = bytes.Slice(Header, length - 1);
        var more = bytes.Length > 6 + length ? " + more" : "";
        return $"unit {bytes[6]} {(isRequest ? Request(pdu) : Answer(pdu))}{more}";
    }

    private static string Request(ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length < 5) return $"function {pdu[0]}";
        var first = BinaryPrimitives.ReadUInt16BigEndian(pdu[1..]);
        var second = BinaryPrimitives.ReadUInt16BigEndian(pdu[3..]);
        return pdu[0] switch
        {
            3 => $"read holding {first}, {second} registers",
            4 => $"read input {first}, {second} registers",
            6 => $"write {first} = {second}",
            16 when pdu.Length > 6 => $"write {first} = {Registers(pdu[6..])}",
            var other => $"function {other}",
        };
    }

    private static string Answer(ReadOnlySpan<byte> pdu) => pdu[0] switch
    {
        >= 0x80 => $"exception {pdu[1]}{Name(pdu[1])}",
        3 or 4 => Registers(pdu[2..]),
        6 or 16 => "written",
        var other => $"function {other}",
    };

    private static string Registers(ReadOnlySpan<byte> bytes)
    {
        var values = new List<int>();
        for (var i = 0; i + 1 < bytes.Length; i += 2) values.Add(BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]));
        return string.Join(' ', values);
    }

    private static string Name(byte code) => code switch
    {
        1 => " (illegal function)",
        2 => " (illegal address)",
        3 => " (illegal value)",
        4 => " (device failure)",
        6 => " (busy)",
        10 => " (gateway: no path)",
        11 => " (gateway: the device is silent)",
        _ => "",
    };
}
