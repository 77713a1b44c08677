using System.Text;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Registers to values and back, one point at a time, without allocating (text excepted). Big-endian, high register
/// first. Source: SunSpec Device Information Model Specification V1.2.1.1.
/// </summary>
internal static class PointCodec
{
    private static ReadOnlySpan<double> PowersOfTen => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];

    /// <summary>Largest magnitude of a scale factor that the specification allows.</summary>
    public const int MaxScale = 10;

    /// <summary>
    /// raw × 10^scale. Negative powers divide by an exact power of ten: 411 with −1 is 41.1 and not its neighbour.
    /// </summary>
    public static double Scaled(double raw, int scale) =>
        scale >= 0 ? raw * PowersOfTen[scale] : raw / PowersOfTen[-scale];

    /// <summary>The power of ten in a scale-factor register: 0 when not implemented, null outside −10…10.</summary>
    public static int? ScaleFrom(ushort register) => (short)register switch
    {
        short.MinValue => 0,
        >= -MaxScale and <= MaxScale and var scale => scale,
        _ => null,
    };

    /// <summary>The register bits of a number, zero-extended; false when they say "not implemented".</summary>
    public static bool TryBits(PointType type, ReadOnlySpan<ushort> registers, out ulong bits)
    {
        bits = type.Registers switch
        {
            1 => registers[0],
            2 => (uint)registers[0] << 16 | registers[1],
            _ => (ulong)registers[0] << 48 | (ulong)registers[1] << 32 | (ulong)registers[2] << 16 | registers[3],
        };
        return type switch
        {
            PointType.Float32 => !float.IsNaN(BitConverter.UInt32BitsToSingle((uint)bits)),
            PointType.Float64 => !double.IsNaN(BitConverter.UInt64BitsToDouble(bits)),
            _ => bits != type.NotImplemented,
        };
    }

    /// <summary>Writes the low bits of <paramref name="bits"/> into the registers of a number.</summary>
    public static void PutBits(PointType type, ulong bits, Span<ushort> registers)
    {
        for (var i = type.Registers - 1; i >= 0; i--, bits >>= 16) registers[i] = (ushort)bits;
    }

    /// <summary>The number that bits stand for, before scaling.</summary>
    public static double ToNumber(PointType type, ulong bits) => type switch
    {
        PointType.Float32 => BitConverter.UInt32BitsToSingle((uint)bits),
        PointType.Float64 => BitConverter.UInt64BitsToDouble(bits),
        _ => type.IsSigned ? Signed(type, bits) : bits,
    };

    /// <summary>The integer that bits stand for; not for floats.</summary>
    public static Int128 ToInteger(PointType type, ulong bits) => type.IsSigned ? Signed(type, bits) : bits;

    /// <summary>
    /// The bits nearest to <paramref name="value"/> ÷ 10^scale (integers: within half a least significant bit). False
    /// when the value is NaN, infinite, outside the type's range, or would read as "not implemented".
    /// </summary>
    public static bool TryEncode(PointType type, double value, int scale, out ulong bits)
    {
        bits = 0;
        if (!double.IsFinite(value)) return false;
        switch (type)
        {
            case PointType.Float32:
                bits = BitConverter.SingleToUInt32Bits((float)value);
                return float.IsFinite((float)value);
            case PointType.Float64:
                bits = BitConverter.DoubleToUInt64Bits(value);
                return true;
        }
        var raw = Math.Round(Scaled(value, -scale), MidpointRounding.AwayFromZero);
        // Most points by far.
        if (type == PointType.Int16)
        {
            if (raw is < -short.MaxValue or > short.MaxValue) return false;
            bits = (ushort)(short)raw;
            return true;
        }
        var (low, high) = Range(type);
        if (raw < low || raw > high) return false;
        bits = (type.IsSigned ? (ulong)(long)raw : (ulong)raw) & Mask(type);
        // An accumulator's zero is both "fresh" and "not implemented"; the specification does not tell them apart.
        return bits != type.NotImplemented || type is PointType.Acc16 or PointType.Acc32 or PointType.Acc64;
    }

    /// <summary>Text without its padding; null when not implemented (all zero) or not valid UTF-8.</summary>
    public static string? ToText(ReadOnlySpan<ushort> registers)
    {
        if (registers.Length > 256 || !registers.ContainsAnyExcept((ushort)0)) return null;
        Span<byte> bytes = stackalloc byte[2 * registers.Length];
        for (var i = 0; i < registers.Length; i++)
        {
            bytes[2 * i] = (byte)(registers[i] >> 8);
            bytes[2 * i + 1] = (byte)registers[i];
        }
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]).Trim();
    }

    /// <summary>
    /// Writes text, padded with NUL; false when it does not fit. The empty text is written as 0080, as the
    /// specification asks.
    /// </summary>
    public static bool TryPutText(string text, Span<ushort> registers)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 2 * registers.Length) return false;
        registers.Clear();
        for (var i = 0; i < bytes.Length; i++) registers[i / 2] |= (ushort)(i % 2 == 0 ? bytes[i] << 8 : bytes[i]);
        if (bytes.Length == 0) registers[0] = 0x0080;
        return true;
    }

    private static long Signed(PointType type, ulong bits) => type.Registers switch
    {
        1 => (short)bits,
        2 => (int)bits,
        _ => (long)bits,
    };

    private static ulong Mask(PointType type) => type.Registers switch
    {
        1 => 0xFFFF,
        2 => 0xFFFF_FFFF,
        _ => ulong.MaxValue,
    };

    /// <summary>Lowest and highest raw number. 64-bit ends are the last doubles inside.</summary>
    private static (double Low, double High) Range(PointType type) => type switch
    {
        PointType.ScaleFactor => (-MaxScale, MaxScale),
        PointType.Bitfield16 => (0, 0x7FFF),
        PointType.Int64 => (-9223372036854774784.0, 9223372036854774784.0),
        PointType.UInt64 or PointType.Acc64 or PointType.Bitfield64 => (0, 18446744073709549568.0),
        _ when type.IsSigned => (-(double)(Mask(type) >> 1), Mask(type) >> 1),
        _ => (0, type is PointType.Acc16 or PointType.Acc32 ? Mask(type) : Mask(type) - 1),
    };
}
