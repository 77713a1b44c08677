using System.Text;

namespace ChargeScape.Edge.Hal.Gpio.Kernel;

/// <summary>
/// The structures of the kernel's GPIO character device, version 2, as bytes in the machine's order. Source:
/// linux/gpio.h.
/// <code>
/// gpio_v2_line_request, 592 bytes: 0 offsets (64 × u32)   256 consumer (32)   288 flags (u64)
///   296 number of attributes   320 attributes (10 × 24: id u32, padding, value u64, lines u64)
///   560 number of lines   564 buffer   588 descriptor
/// gpio_v2_line_info, 256 bytes: 0 name (32)   32 consumer (32)   64 offset   72 flags (u64)
/// gpiochip_info, 68 bytes: 0 name (32)   32 label (32)   64 number of lines
/// gpio_v2_line_values, 16 bytes: 0 bits (u64)   8 lines (u64)
/// </code>
/// </summary>
internal static class LineWire
{
    public const nuint GetChip = 0x8044_B401, GetLineInfo = 0xC100_B405, GetLine = 0xC250_B407;
    public const nuint GetValues = 0xC010_B40E, SetValues = 0xC010_B40F;
    public const int ChipBytes = 68, InfoBytes = 256, RequestBytes = 592, ValuesBytes = 16, EventBytes = 48;
    public const int NameBytes = 32;

    private const ulong FlagActiveLow = 1 << 1, FlagInput = 1 << 2, FlagOutput = 1 << 3;
    private const ulong FlagRising = 1 << 4, FlagFalling = 1 << 5;
    private const ulong FlagPullUp = 1 << 8, FlagPullDown = 1 << 9, FlagNoBias = 1 << 10;
    private const ulong FlagUsed = 1;
    private const uint AttributeOutput = 2, AttributeDebounce = 3;
    private const int ConsumerAt = 256, FlagsAt = 288, AttributeCountAt = 296, AttributesAt = 320, LineCountAt = 560;
    private const int DescriptorAt = 588;

    /// <summary>An input; with edges, every change makes its descriptor readable.</summary>
    public static void WriteInput(in ChipLine line, uint offset, string consumer, bool withEdges, Span<byte> into)
    {
        var edges = withEdges ? FlagRising | FlagFalling : 0;
        Write(line, offset, consumer, FlagInput | edges, into);
        // The kernel debounces with the edges' interrupt.
        if (withEdges && line.Debounce > TimeSpan.Zero)
            WriteAttribute(AttributeDebounce, (uint)line.Debounce.TotalMicroseconds, into);
    }

    /// <summary>An output that is driven inactive from the moment it is claimed.</summary>
    public static void WriteOutput(in ChipLine line, uint offset, string consumer, Span<byte> into)
    {
        Write(line, offset, consumer, FlagOutput, into);
        WriteAttribute(AttributeOutput, 0, into);
    }

    /// <summary>The descriptor that a granted request holds.</summary>
    public static int Descriptor(ReadOnlySpan<byte> request) => BitConverter.ToInt32(request[DescriptorAt..]);

    /// <summary>The values of a request's only line.</summary>
    public static void WriteValue(bool isActive, Span<byte> into)
    {
        BitConverter.TryWriteBytes(into, isActive ? 1UL : 0);
        BitConverter.TryWriteBytes(into[8..], 1UL);
    }

    public static bool ReadValue(ReadOnlySpan<byte> values) => (values[0] & 1) != 0;

    public static void WriteInfoOffset(uint offset, Span<byte> into)
    {
        into[..InfoBytes].Clear();
        BitConverter.TryWriteBytes(into[64..], offset);
    }

    public static string Name(ReadOnlySpan<byte> infoOrChip) => Text(infoOrChip);

    /// <summary>A chip's label, or the program that uses a line.</summary>
    public static string SecondName(ReadOnlySpan<byte> infoOrChip) => Text(infoOrChip[NameBytes..]);

    public static uint LineCount(ReadOnlySpan<byte> chip) => BitConverter.ToUInt32(chip[64..]);

    public static bool IsUsed(ReadOnlySpan<byte> info) => (BitConverter.ToUInt64(info[72..]) & FlagUsed) != 0;

    private static void Write(in ChipLine line, uint offset, string consumer, ulong flags, Span<byte> into)
    {
        into[..RequestBytes].Clear();
        BitConverter.TryWriteBytes(into, offset);
        // One byte stays zero: the text ends there.
        Encoding.UTF8.GetEncoder().Convert(
            consumer, into.Slice(ConsumerAt, NameBytes - 1), flush: true, out _, out _, out _);
        flags |= line.IsActiveLow ? FlagActiveLow : 0;
        flags |= line.Bias switch
        {
            LineBias.None => FlagNoBias,
            LineBias.PullUp => FlagPullUp,
            LineBias.PullDown => FlagPullDown,
            _ => 0,
        };
        BitConverter.TryWriteBytes(into[FlagsAt..], flags);
        BitConverter.TryWriteBytes(into[LineCountAt..], 1u);
    }

    private static void WriteAttribute(uint id, uint value, Span<byte> into)
    {
        BitConverter.TryWriteBytes(into[AttributeCountAt..], 1u);
        BitConverter.TryWriteBytes(into[AttributesAt..], id);
        BitConverter.TryWriteBytes(into[(AttributesAt + 8)..], (ulong)value);
        BitConverter.TryWriteBytes(into[(AttributesAt + 16)..], 1UL);
    }

    private static string Text(ReadOnlySpan<byte> from)
    {
        var bytes = from[..NameBytes];
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
