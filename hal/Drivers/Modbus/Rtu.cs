namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// Frames of a serial line: unit id, PDU, CRC. Source: MODBUS over Serial Line Specification and Implementation Guide
/// V1.02, §2.5.1.
/// </summary>
internal static class Rtu
{
    public const int CrcLength = 2;
    public const int MaxFrame = 1 + ModbusPdu.MaxLength + CrcLength;
    public const byte Broadcast = 0;

    private static readonly ushort[] table = MakeTable();

    /// <summary>Appends the CRC to <paramref name="length"/> bytes of unit id and PDU; returns the frame's
    /// length.</summary>
    public static int Seal(Span<byte> frame, int length)
    {
        var crc = Crc(frame[..length]);
        (frame[length], frame[length + 1]) = ((byte)crc, (byte)(crc >> 8));
        return length + CrcLength;
    }

    /// <summary>The last two bytes are the CRC of those before; the CRC of the whole is then 0.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> frame) => frame.Length > 1 + CrcLength && Crc(frame) == 0;

    /// <summary>CRC-16 with the polynomial 0xA001, low byte first on the wire.</summary>
    public static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFu;
        var by = table;
        foreach (var value in bytes) crc = crc >> 8 ^ by[(byte)(crc ^ value)];
        return (ushort)crc;
    }

    /// <summary>
    /// Silence that ends a frame: 3.5 characters, and 1.75 ms above 19 200 Bd, where counting characters would ask too
    /// much of an interrupt.
    /// </summary>
    public static TimeSpan Silence(int baud, TimeSpan character) =>
        baud > 19_200 ? TimeSpan.FromMicroseconds(1750) : character * 3.5;

    /// <summary>
    /// Length of the answer that begins with <paramref name="frame"/>: 0 = cannot be told yet, −1 = no answer begins
    /// so.
    /// </summary>
    public static int AnswerLength(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 2) return 0;
        switch (frame[1])
        {
            case ModbusPdu.WriteSingle or ModbusPdu.WriteMultiple:
                return 1 + ModbusPdu.EchoLength + CrcLength;
            case ModbusPdu.ReadHolding or ModbusPdu.ReadInput:
                if (frame.Length < 3) return 0;
                var bytes = frame[2];
                return bytes is > 0 and <= 2 * ModbusPdu.MaxRead && bytes % 2 == 0 ? 3 + bytes + CrcLength : -1;
            case >= ModbusPdu.ExceptionBit:
                return 1 + ModbusPdu.ExceptionLength + CrcLength;
            default:
                return -1;
        }
    }

    /// <summary>As <see cref="AnswerLength"/>, for a request; −1 also for functions whose length is not
    /// known.</summary>
    public static int RequestLength(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 2) return 0;
        switch (frame[1])
        {
            case ModbusPdu.ReadHolding or ModbusPdu.ReadInput or ModbusPdu.WriteSingle:
                return 1 + 5 + CrcLength;
            case ModbusPdu.WriteMultiple:
                if (frame.Length < 7) return 0;
                var length = 7 + frame[6] + CrcLength;
                return length <= MaxFrame ? length : -1;
            default:
                return -1;
        }
    }

    private static ushort[] MakeTable()
    {
        var made = new ushort[256];
        for (var i = 0; i < 256; i++)
        {
            var crc = (uint)i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
            made[i] = (ushort)crc;
        }
        return made;
    }
}
