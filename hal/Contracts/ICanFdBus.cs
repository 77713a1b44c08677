using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal;

/// <summary>
/// A CAN frame of either kind: classic with 0…8 bytes, or FD with 0…8, 12, 16, 20, 24, 32, 48 or 64 bytes. The default
/// is an empty classic frame with identifier 0.
/// </summary>
public readonly struct CanFdFrame : IEquatable<CanFdFrame>
{
    /// <summary>Most bytes that a frame carries.</summary>
    public const int MostBytes = 64;

    private readonly CanFdBytes bytes;

    /// <summary>Makes an FD frame.</summary>
    /// <param name="id">11-bit or 29-bit identifier without flags.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="isExtended">29-bit identifier.</param>
    /// <param name="hasRateSwitch">The data part goes at the bus's higher bit rate.</param>
    /// <exception cref="ArgumentException">
    /// A length that FD does not have, or an identifier that does not fit.
    /// </exception>
    public CanFdFrame(uint id, ReadOnlySpan<byte> data, bool isExtended = false, bool hasRateSwitch = false)
    {
        if (!IsLength(data.Length)) throw new ArgumentException("CAN FD has no frame of this length", nameof(data));
        if (id > (isExtended ? 0x1FFF_FFFFu : 0x7FFu))
            throw new ArgumentException("CAN identifier out of range", nameof(id));
        (Id, IsExtended, HasRateSwitch, IsFd, Length) = (id, isExtended, hasRateSwitch, true, (byte)data.Length);
        data.CopyTo(bytes);
    }

    /// <summary>The same frame as a classic one.</summary>
    public CanFdFrame(in CanFrame classic)
    {
        (Id, IsExtended, Length) = (classic.Id, classic.IsExtended, classic.Length);
        Span<byte> all = bytes;
        classic.CopyTo(all);
    }

    /// <summary>11-bit or 29-bit identifier without flags.</summary>
    public uint Id { get; }
    /// <summary>29-bit identifier.</summary>
    public bool IsExtended { get; }
    /// <summary>An FD frame; otherwise a classic one, also when it came over a bus that carries both.</summary>
    public bool IsFd { get; }
    /// <summary>The data part goes at the bus's higher bit rate; FD only.</summary>
    public bool HasRateSwitch { get; }
    /// <summary>Number of data bytes.</summary>
    public byte Length { get; }

    /// <summary>Data byte 0…63; 0 past the length.</summary>
    public byte this[int index] => bytes[index];

    /// <summary>Whether FD has a frame with so many bytes.</summary>
    public static bool IsLength(int count) => count is (>= 0 and <= 8) or 12 or 16 or 20 or 24 or 32 or 48 or 64;

    /// <summary>Copies the data bytes; <paramref name="into"/> must hold <see cref="Length"/>.</summary>
    public void CopyTo(Span<byte> into) => ((ReadOnlySpan<byte>)bytes)[..Length].CopyTo(into);

    /// <inheritdoc/>
    public bool Equals(CanFdFrame other) =>
        (Id, IsExtended, IsFd, HasRateSwitch, Length)
            == (other.Id, other.IsExtended, other.IsFd, other.HasRateSwitch, other.Length)
        && ((ReadOnlySpan<byte>)bytes).SequenceEqual(other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CanFdFrame other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, IsExtended, Length, bytes[0]);

    /// <summary>The same frame.</summary>
    public static bool operator ==(in CanFdFrame left, in CanFdFrame right) => left.Equals(right);

    /// <summary>Another frame.</summary>
    public static bool operator !=(in CanFdFrame left, in CanFdFrame right) => !left.Equals(right);

    /// <summary>As candump writes it: <c>123#…</c> classic, <c>123##1…</c> FD with its flags.</summary>
    public override string ToString()
    {
        var mark = IsFd ? $"##{(HasRateSwitch ? 1 : 0)}" : "#";
        ReadOnlySpan<byte> all = bytes;
        return $"{Id.ToString(IsExtended ? "X8" : "X3")}{mark}{Convert.ToHexString(all[..Length])}";
    }

    [InlineArray(MostBytes)]
    private struct CanFdBytes
    {
        private byte first;
    }
}

/// <summary>
/// A CAN bus that carries FD frames too. A driver uses either the methods of <see cref="ICanBus"/>, which pass over FD
/// frames, or these: both take from one queue.
/// </summary>
public interface ICanFdBus : ICanBus
{
    /// <summary>As <see cref="ICanBus.TrySend"/>; an FD frame is refused when the bus is classic.</summary>
    bool TrySend(in CanFdFrame frame);

    /// <summary>As <see cref="ICanBus.TryReceive"/>, frames of both kinds.</summary>
    bool TryReceive(out CanFdFrame frame, out TimeSpan arrivedAt);
}
