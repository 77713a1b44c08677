using System.Buffers.Binary;

namespace ChargeScape.Edge.Host.Bench.Capture;

/// <summary>A captured packet.</summary>
/// <param name="At">Time since 1970-01-01 UTC.</param>
/// <param name="LinkType">How it begins.</param>
/// <param name="Bytes">What was captured of it.</param>
internal readonly record struct CapturedPacket(TimeSpan At, int LinkType, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Reads capture files: classic pcap in either byte order with micro- or nanoseconds, and pcapng. A file that breaks
/// off is read as far as it goes. Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
/// </summary>
internal static class PcapReader
{
    private const uint MagicMicro = 0xA1B2_C3D4, MagicNano = 0xA1B2_3C4D, SectionHeader = 0x0A0D_0D0A;
    private const uint ByteOrder = 0x1A2B_3C4D;
    private const int FileHeader = 24, RecordHeader = 16;
    private const uint InterfaceBlock = 1, PacketBlock = 6;

    /// <summary>The bytes are a capture file.</summary>
    public static bool IsCapture(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12) return false;
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(file);
        return magic is MagicMicro or MagicNano or SectionHeader
            || BinaryPrimitives.ReverseEndianness(magic) is MagicMicro or MagicNano;
    }

    /// <summary>Every packet in the order of the file.</summary>
    public static IEnumerable<CapturedPacket> Read(ReadOnlyMemory<byte> file)
    {
        if (!IsCapture(file.Span)) return [];
        return BinaryPrimitives.ReadUInt32LittleEndian(file.Span) == SectionHeader
            ? ReadBlocks(file) : ReadRecords(file);
    }

    private static IEnumerable<CapturedPacket> ReadRecords(ReadOnlyMemory<byte> file)
    {
        if (file.Length < FileHeader) yield break;
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(file.Span);
        var isBig = magic is not (MagicMicro or MagicNano);
        var isNano = magic == MagicNano || BinaryPrimitives.ReverseEndianness(magic) == MagicNano;
        var link = (int)(U32(file, 20, isBig) & 0xFFFF);
        for (var at = FileHeader; at + RecordHeader <= file.Length;)
        {
            var fraction = U32(file, at + 4, isBig);
            var time = TimeSpan.FromSeconds(U32(file, at, isBig))
                + new TimeSpan(isNano ? fraction / 100 : fraction * TimeSpan.TicksPerMicrosecond);
            var length = U32(file, at + 8, isBig);
            at += RecordHeader;
            if (length > file.Length - at) yield break;
            yield return new(time, link, file.Slice(at, (int)length));
            at += (int)length;
        }
    }

    private static IEnumerable<CapturedPacket> ReadBlocks(ReadOnlyMemory<byte> file)
    {
        var isBig = false;
        var interfaces = new List<(int Link, double TicksPerUnit)>();
        for (var at = 0; at + 12 <= file.Length;)
        {
            var isSection = U32(file, at, isBig) == SectionHeader;
            if (isSection)
            {
                isBig = U32(file, at + 8, false) != ByteOrder;
                interfaces.Clear();
            }
            var length = U32(file, at + 4, isBig);
            if (length < 12 || length % 4 != 0 || length > file.Length - at) yield break;
            var body = file.Slice(at + 8, (int)length - 12);
            var type = U32(file, at, isBig);
            at += (int)length;
            if (type == InterfaceBlock && body.Length >= 8)
                interfaces.Add((U16(body, 0, isBig), Resolution(body, isBig)));
            if (type != PacketBlock || body.Length < 20) continue;
            var which = U32(body, 0, isBig);
            var caught = U32(body, 12, isBig);
            if (which >= interfaces.Count || caught > body.Length - 20) continue;
            var units = (ulong)U32(body, 4, isBig) << 32 | U32(body, 8, isBig);
            var time = new TimeSpan((long)(units * interfaces[(int)which].TicksPerUnit));
            yield return new(time, interfaces[(int)which].Link, body.Slice(20, (int)caught));
        }
    }

    // Option 9 (if_tsresol): a power of ten, or of two with the highest bit; microseconds without it.
    private static double Resolution(ReadOnlyMemory<byte> body, bool isBig)
    {
        for (var at = 8; at + 4 <= body.Length;)
        {
            var code = U16(body, at, isBig);
            var length = U16(body, at + 2, isBig);
            if (code == 0 || at + 4 + length > body.Length) break;
            if (code == 9 && length >= 1)
            {
                var value = body.Span[at + 4];
                var perSecond = (value & 0x80) != 0 ? Math.Pow(2, value & 0x7F) : Math.Pow(10, value);
                return TimeSpan.TicksPerSecond / perSecond;
            }
            at += 4 + (length + 3 & ~3);
        }
        return TimeSpan.TicksPerMicrosecond;
    }

    private static uint U32(ReadOnlyMemory<byte> bytes, int at, bool isBig) => isBig
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[at..])
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]);

    private static ushort U16(ReadOnlyMemory<byte> bytes, int at, bool isBig) => isBig
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[at..])
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span[at..]);
}
