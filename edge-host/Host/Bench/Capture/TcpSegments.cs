using System.Buffers.Binary;
using System.Net;

namespace ChargeScape.Edge.Host.Bench.Capture;

/// <summary>What one packet carries of a TCP connection.</summary>
/// <param name="At">Time since 1970-01-01 UTC.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Receiver.</param>
/// <param name="Sequence">Of the first byte.</param>
/// <param name="IsNew">SYN: the sequence begins anew.</param>
/// <param name="Bytes">The payload.</param>
internal readonly record struct TcpSegment(
    TimeSpan At, IPEndPoint From, IPEndPoint To, uint Sequence, bool IsNew, ReadOnlyMemory<byte> Bytes);

/// <summary>Takes the TCP segments out of captured packets: Ethernet, Linux "any", BSD loopback and bare IP.</summary>
internal static class TcpSegments
{
    private const int TypeV4 = 0x0800, TypeV6 = 0x86DD, TypeVlan = 0x8100;

    /// <summary>The segment in a packet; null when there is none.</summary>
    public static TcpSegment? Of(in CapturedPacket packet)
    {
        var skip = IpOffset(packet.LinkType, packet.Bytes.Span);
        if (skip < 0 || skip >= packet.Bytes.Length) return null;
        var ip = packet.Bytes[skip..];
        return (ip.Span[0] >> 4) switch
        {
            4 => V4(packet.At, ip),
            6 => V6(packet.At, ip),
            _ => null,
        };
    }

    // Link types: 0 BSD loopback, 1 Ethernet, 12/14/101 bare IP, 113 and 276 Linux "any".
    private static int IpOffset(int linkType, ReadOnlySpan<byte> bytes)
    {
        switch (linkType)
        {
            case 0: return 4;
            case 12 or 14 or 101: return 0;
            case 113: return 16;
            case 276: return 20;
            case not 1: return -1;
        }
        var at = 12;
        while (at + 2 <= bytes.Length && BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) == TypeVlan) at += 4;
        if (at + 2 > bytes.Length) return -1;
        return BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) is TypeV4 or TypeV6 ? at + 2 : -1;
    }

    private static TcpSegment? V4(TimeSpan at, ReadOnlyMemory<byte> ip)
    {
        var bytes = ip.Span;
        var header = (bytes[0] & 0x0F) * 4;
        if (header < 20 || bytes.Length < header || bytes[9] != 6) return null;
        // Ethernet pads short packets: the IP length counts, not the packet's.
        var total = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), bytes.Length);
        return total < header ? null : Tcp(at, new(bytes[12..16]), new(bytes[16..20]), ip[header..total]);
    }

    private static TcpSegment? V6(TimeSpan at, ReadOnlyMemory<byte> ip)
    {
        var bytes = ip.Span;
        if (bytes.Length < 40 || bytes[6] != 6) return null;
        var total = Math.Min(40 + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]), bytes.Length);
        return Tcp(at, new(bytes[8..24]), new(bytes[24..40]), ip[40..total]);
    }

    private static TcpSegment? Tcp(TimeSpan at, IPAddress from, IPAddress to, ReadOnlyMemory<byte> tcp)
    {
        var bytes = tcp.Span;
        if (bytes.Length < 20) return null;
        var header = (bytes[12] >> 4) * 4;
        if (header < 20 || header > bytes.Length) return null;
        var isSyn = (bytes[13] & 0x02) != 0;
        return new(
            at, new(from, BinaryPrimitives.ReadUInt16BigEndian(bytes)),
            new(to, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), isSyn, tcp[header..]);
    }
}
