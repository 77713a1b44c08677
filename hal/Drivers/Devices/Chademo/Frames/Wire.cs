namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>The few encodings CHAdeMO uses. Values outside a field are clamped to it, NaN becomes 0.</summary>
internal static class Wire
{
    /// <summary>A CHAdeMO data frame: this identifier, 11 bit, 8 bytes.</summary>
    public static bool Is(in CanFrame frame, uint id) => frame.Id == id && !frame.IsExtended && frame.Length == 8;

    /// <summary>Little-endian word at a byte.</summary>
    public static int Word(in CanFrame frame, int at) => frame[at] | (frame[at + 1] << 8);

    /// <summary>Writes a little-endian word, rounded to the nearest step.</summary>
    public static void Word(Span<byte> into, int at, double value)
    {
        var raw = (int)Math.Round(Clamped(value, ushort.MaxValue));
        into[at] = (byte)raw;
        into[at + 1] = (byte)(raw >> 8);
    }

    /// <summary>A byte, rounded to the nearest step.</summary>
    public static byte Byte(double value) => (byte)Math.Round(Clamped(value, byte.MaxValue));

    /// <summary>A discharge current: 255 − A, so that 0xFF is 0 A.</summary>
    public static byte Complement(Amperes current) => (byte)(255 - Byte(current.Value));

    /// <summary>The current behind 255 − A.</summary>
    public static Amperes Complement(byte raw) => new(255 - raw);

    private static double Clamped(double value, double max) => double.IsNaN(value) ? 0 : Math.Clamp(value, 0, max);
}
