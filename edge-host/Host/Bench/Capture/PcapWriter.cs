using System.Buffers.Binary;

namespace ChargeScape.Edge.Host.Bench.Capture;

/// <summary>
/// A capture file that Wireshark and tcpdump read: classic pcap, microseconds, packets that begin with the IP header.
/// Source: draft-ietf-opsawg-pcap, LINKTYPE_RAW = 101.
/// </summary>
internal sealed class PcapWriter : IDisposable
{
    private const uint Magic = 0xA1B2_C3D4;
    private const int LongestPacket = 65_535;
    private const uint LinkTypeRaw = 101;

    private readonly Stream file;
    private readonly byte[] header = new byte[24];

    /// <summary>Writes the file's header.</summary>
    public PcapWriter(Stream file)
    {
        this.file = file;
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), LongestPacket);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), LinkTypeRaw);
        file.Write(header);
        file.Flush();
    }

    /// <summary>Adds a packet.</summary>
    /// <param name="at">Time since 1970-01-01 UTC.</param>
    /// <param name="packet">From the IP header on.</param>
    public void Write(TimeSpan at, ReadOnlySpan<byte> packet)
    {
        var microseconds = at.Ticks / TimeSpan.TicksPerMicrosecond;
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(microseconds / 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)(microseconds % 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), (uint)packet.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), (uint)packet.Length);
        file.Write(header.AsSpan(0, 16));
        file.Write(packet);
        file.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
