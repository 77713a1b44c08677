using System.Buffers.Binary;
using System.Net;

namespace ChargeScape.Edge.Host.Bench.Capture;

/// <summary>
/// Puts the bytes of one TCP connection back into packets with true lengths, sequence numbers and checksums (RFC 791,
/// RFC 9293), so that a protocol analyser follows the stream. The packets' borders are those of the reads and writes,
/// not those of the wire.
/// </summary>
internal sealed class TcpConversation(PcapWriter file, IPEndPoint client, IPEndPoint server)
{
    private const int IpHeader = 20, TcpHeader = 20;
    private const byte Syn = 0x02, Push = 0x08, Ack = 0x10, Fin = 0x01;
    private readonly byte[] packet = new byte[IpHeader + TcpHeader + 2048];
    private uint clientNext = 1, serverNext = 1;
    private ushort ipId;
    private bool isOpen;

    /// <summary>The client connected.</summary>
    public void Open(TimeSpan at)
    {
        if (isOpen) Close(at);
        isOpen = true;
        (clientNext, serverNext) = (0, 0);
        Put(at, true, Syn, 0, 0, default);
        clientNext = 1;
        Put(at, false, Syn | Ack, 0, 1, default);
        serverNext = 1;
        Put(at, true, Ack, 1, 1, default);
    }

    /// <summary>Bytes went one way.</summary>
    public void Carry(TimeSpan at, bool isFromClient, ReadOnlySpan<byte> bytes)
    {
        // A trace that was switched on in the middle of a connection begins like a new one.
        if (!isOpen) Open(at);
        if (isFromClient)
        {
            Put(at, true, Push | Ack, clientNext, serverNext, bytes);
            clientNext += (uint)bytes.Length;
            return;
        }
        Put(at, false, Push | Ack, serverNext, clientNext, bytes);
        serverNext += (uint)bytes.Length;
    }

    /// <summary>The connection ended.</summary>
    public void Close(TimeSpan at)
    {
        if (!isOpen) return;
        isOpen = false;
        Put(at, true, Fin | Ack, clientNext, serverNext, default);
    }

    private void Put(
        TimeSpan at, bool isFromClient, byte flags, uint sequence, uint acknowledged, ReadOnlySpan<byte> bytes)
    {
        var (from, to) = isFromClient ? (client, server) : (server, client);
        var length = IpHeader + TcpHeader + bytes.Length;
        var all = packet.AsSpan(0, length);
        all[..(IpHeader + TcpHeader)].Clear();
        all[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(all[2..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(all[4..], ++ipId);
        (all[8], all[9]) = (64, 6);
        from.Address.TryWriteBytes(all[12..], out _);
        to.Address.TryWriteBytes(all[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(all[10..], Checksum(all[..IpHeader], 0));

        var tcp = all[IpHeader..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], (flags & Ack) == 0 ? 0 : acknowledged);
        (tcp[12], tcp[13]) = (TcpHeader / 4 << 4, flags);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 65_000);
        bytes.CopyTo(tcp[TcpHeader..]);
        // The pseudo header: both addresses, the protocol and the length.
        var pseudo = Sum(all[12..20]) + 6u + (uint)tcp.Length;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(tcp, pseudo));
        file.Write(at, all);
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (var i = 0; i < bytes.Length; i += 2)
            sum += (uint)(bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        return sum;
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes, uint already)
    {
        var sum = already + Sum(bytes);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
