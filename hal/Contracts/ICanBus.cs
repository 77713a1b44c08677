using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal;

/// <summary>A classic CAN data frame: 0…8 bytes, 11-bit or 29-bit identifier.</summary>
public readonly record struct CanFrame
{
    /// <summary>Makes a frame; bytes past <paramref name="data"/> are 0.</summary>
    /// <exception cref="ArgumentException">More than 8 bytes, or an identifier that does not fit.</exception>
    public CanFrame(uint id, ReadOnlySpan<byte> data, bool isExtended = false)
    {
        if (data.Length > 8) throw new ArgumentException("a classic CAN frame carries at most 8 bytes", nameof(data));
        if (id > (isExtended ? 0x1FFF_FFFFu : 0x7FFu))
            throw new ArgumentException("CAN identifier out of range", nameof(id));
        Id = id;
        IsExtended = isExtended;
        Length = (byte)data.Length;
        Span<byte> all = stackalloc byte[8];
        all.Clear();
        data.CopyTo(all);
        Payload = BinaryPrimitives.ReadUInt64LittleEndian(all);
    }

    /// <summary>11-bit or 29-bit identifier without flags.</summary>
    public uint Id { get; }
    /// <summary>29-bit identifier.</summary>
    public bool IsExtended { get; }
    /// <summary>Data length, 0…8.</summary>
    public byte Length { get; }
    /// <summary>The 8 data bytes, byte 0 in the lowest bits; bytes past <see cref="Length"/> are 0.</summary>
    public ulong Payload { get; }

    /// <summary>Data byte 0…7; 0 past the length.</summary>
    public byte this[int index] => (byte)(Payload >> (8 * index));

    /// <summary>Copies the data bytes; <paramref name="into"/> must hold 8.</summary>
    public void CopyTo(Span<byte> into) => BinaryPrimitives.WriteUInt64LittleEndian(into, Payload);

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> all = stackalloc byte[8];
        CopyTo(all);
        return $"{(IsExtended ? Id.ToString("X8") : Id.ToString("X3"))}#{Convert.ToHexString(all[..Length])}";
    }
}

/// <summary>One CAN bus. One thread at a time. Never blocks; a lost link is recovered by the port itself.</summary>
public interface ICanBus : IPollable, IDisposable
{
    /// <summary>Link up: frames can be sent and received as far as this end can tell.</summary>
    bool IsUp { get; }

    /// <summary>Queues a frame; false when the link is down or its buffer is full. A false frame is gone.</summary>
    bool TrySend(in CanFrame frame);

    /// <summary>Next received frame with the monotonic time it arrived; false when there is none now.</summary>
    bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt);
}
