namespace ChargeScape.Edge.Hal.Devices.BatteryCan;

/// <summary>Fields of the 35x frames. A field past the frame's end, or with the marker of an unused one, is
/// null.</summary>
internal static class LittleEndian
{
    private const int UnusedUnsigned = 0xFFFF;
    private const int UnusedSigned = -0x8000;

    /// <summary>A data frame of this identifier with room for at least <paramref name="bytes"/>.</summary>
    public static bool Is(in CanFrame frame, uint id, int bytes) =>
        frame.Id == id && !frame.IsExtended && frame.Length >= bytes;

    public static double? Unsigned(in CanFrame frame, int at, double step)
    {
        var raw = frame[at] | (frame[at + 1] << 8);
        return frame.Length < at + 2 || raw == UnusedUnsigned ? null : raw * step;
    }

    public static double? Signed(in CanFrame frame, int at, double step)
    {
        var raw = (short)(frame[at] | (frame[at + 1] << 8));
        return frame.Length < at + 2 || raw == UnusedSigned ? null : raw * step;
    }

    /// <summary>Rounded to the nearest step and clamped to what a field can say; null is the marker.</summary>
    public static void Unsigned(Span<byte> into, int at, double? value, double step) =>
        Put(into, at, value is { } v && !double.IsNaN(v)
            ? (int)Math.Round(Math.Clamp(v / step, 0, UnusedUnsigned - 1)) : UnusedUnsigned);

    /// <summary>The same with a sign.</summary>
    public static void Signed(Span<byte> into, int at, double? value, double step) =>
        Put(into, at, value is { } v && !double.IsNaN(v)
            ? (int)Math.Round(Math.Clamp(v / step, UnusedSigned + 1, 0x7FFF)) : UnusedSigned);

    private static void Put(Span<byte> into, int at, int raw) =>
        (into[at], into[at + 1]) = ((byte)raw, (byte)(raw >> 8));
}
