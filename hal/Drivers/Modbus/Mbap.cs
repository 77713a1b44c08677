using System.Buffers.Binary;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// The Modbus TCP header: transaction id, protocol (0), length of what follows, unit id. Source: MODBUS Messaging on
/// TCP/IP Implementation Guide V1.0b §3.1.3.
/// </summary>
internal static class Mbap
{
    /// <summary>Up to and with the unit id.</summary>
    public const int HeaderLength = 7;

    /// <summary>Up to and without the unit id, which the length field counts.</summary>
    public const int PrefixLength = 6;

    public const int MaxFrame = HeaderLength + ModbusPdu.MaxLength;

    /// <summary>Writes the header of a PDU of <paramref name="pduLength"/> bytes; returns the frame's length.</summary>
    public static int Put(Span<byte> frame, ushort transaction, byte unit, int pduLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame[4..], (ushort)(1 + pduLength));
        frame[6] = unit;
        return HeaderLength + pduLength;
    }

    /// <summary>
    /// Length of the whole frame that starts with <paramref name="prefix"/> (6 bytes); 0 when this is no Modbus header
    /// or the PDU would be shorter than <paramref name="minPdu"/> or longer than any can be.
    /// </summary>
    public static int FrameLength(ReadOnlySpan<byte> prefix, int minPdu)
    {
        var protocol = BinaryPrimitives.ReadUInt16BigEndian(prefix[2..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(prefix[4..]);
        return protocol == 0 && length >= 1 + minPdu && length <= 1 + ModbusPdu.MaxLength ? PrefixLength + length : 0;
    }
}
