using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>Frames of a serial line, made apart from the code under test.</summary>
internal static class RtuFrames
{
    /// <summary>The bytes and their CRC, computed bit by bit as the specification's appendix B draws it.</summary>
    public static byte[] Sealed(params byte[] bytes)
    {
        var crc = 0xFFFF;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xA001;
        }
        return [.. bytes, (byte)crc, (byte)(crc >> 8)];
    }

    /// <summary>The right answer to a read or a write; registers hold <paramref name="first"/> + i.</summary>
    public static byte[] Answer(byte[] request, ushort first = 1000)
    {
        if (request[1] is ModbusPdu.WriteSingle or ModbusPdu.WriteMultiple) return Sealed(request[..6]);
        var count = request[4] << 8 | request[5];
        var answer = new byte[3 + 2 * count];
        (answer[0], answer[1], answer[2]) = (request[0], request[1], (byte)(2 * count));
        for (var i = 0; i < count; i++)
            (answer[3 + 2 * i], answer[4 + 2 * i]) = ((byte)((first + i) >> 8), (byte)(first + i));
        return Sealed(answer);
    }

    public static byte[] Refusal(byte[] request, byte code) => Sealed(request[0], (byte)(request[1] | 0x80), code);
}
