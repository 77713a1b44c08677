namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>How a number lies in registers.</summary>
public enum Encoding
{
    /// <summary>Unsigned, one register.</summary>
    U16,
    /// <summary>Two's complement, one register.</summary>
    S16,
    /// <summary>Unsigned, two registers.</summary>
    U32,
    /// <summary>Two's complement, two registers.</summary>
    S32,
    /// <summary>Unsigned, four registers. Exact up to 2⁵³ counts, as a <see cref="double"/> is.</summary>
    U64,
    /// <summary>Two's complement, four registers. Exact up to ±2⁵³ counts.</summary>
    S64,
    /// <summary>IEEE 754 single, two registers; NaN and infinities mean "no value".</summary>
    F32,
    /// <summary>IEEE 754 double, four registers; NaN and infinities mean "no value".</summary>
    F64,
}

/// <summary>Which register of a wide number comes first. Bytes within a register are always big-endian.</summary>
public enum WordOrder
{
    /// <summary>Most significant register at the lowest address: the usual order, and SunSpec's.</summary>
    HighFirst,
    /// <summary>Least significant register at the lowest address.</summary>
    LowFirst,
}

/// <summary>Whether a device counts in this product's direction (positive into the site or the car).</summary>
public enum Sign
{
    /// <summary>As we do.</summary>
    AsOurs,
    /// <summary>The other way round; the field turns it.</summary>
    Reversed,
}

/// <summary>Registers fetched in one request.</summary>
public sealed record Block
{
    /// <summary>Names the registers from <paramref name="Start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// More than one request can carry (125), none, or past address 65535.
    /// </exception>
    public Block(ushort Start, ushort Count)
    {
        ModbusPdu.RequireRange(Start, Count, ModbusPdu.MaxRead);
        this.Start = Start;
        this.Count = Count;
    }

    /// <summary>Address of the first register, as on the wire (from 0).</summary>
    public ushort Start { get; }

    /// <summary>How many, 1…125.</summary>
    public ushort Count { get; }

    /// <summary>The block holds the whole of <paramref name="field"/>.</summary>
    public bool Contains(Field field) => field.Address >= Start && field.Address + field.Width <= Start + Count;
}

/// <summary>One quantity in a register map: where it is, how it is coded, what one count is worth.</summary>
public sealed record Field
{
    private readonly ulong? notAvailable;
    private readonly double factor;

    /// <summary>Describes a quantity.</summary>
    /// <param name="Address">Its first register, as on the wire (from 0).</param>
    /// <param name="Encoding">How the number lies there.</param>
    /// <param name="Scale">
    /// What one count is worth in the quantity's unit; not 0. Negative turns the sign, as <paramref name="Sign"/> does.
    /// </param>
    /// <param name="NotAvailable">
    /// The raw value that means "no value", as the vendor's table gives it (0x8000 and −32768 are the same).
    /// </param>
    /// <param name="Sign">The device's direction.</param>
    /// <param name="WordOrder">Order of the registers of a wide number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A mistake in the table.</exception>
    public Field(
        ushort Address, Encoding Encoding, double Scale = 1, long? NotAvailable = null, Sign Sign = Sign.AsOurs,
        WordOrder WordOrder = WordOrder.HighFirst)
    {
        Width = Encoding switch
        {
            Encoding.U16 or Encoding.S16 => 1,
            Encoding.U32 or Encoding.S32 or Encoding.F32 => 2,
            Encoding.U64 or Encoding.S64 or Encoding.F64 => 4,
            _ => throw new ArgumentOutOfRangeException(nameof(Encoding), Encoding, "unknown encoding"),
        };
        if (!double.IsFinite(Scale) || Scale == 0)
            throw new ArgumentOutOfRangeException(nameof(Scale), Scale, "a count must be worth something");
        if (Address + Width > ModbusPdu.AddressSpace)
            throw new ArgumentOutOfRangeException(nameof(Address), Address, "registers end at address 65535");
        this.Address = Address;
        this.Encoding = Encoding;
        this.WordOrder = WordOrder;
        factor = Sign == Sign.Reversed ? -Scale : Scale;
        notAvailable = NotAvailable is { } raw ? Bits(raw) : null;
    }

    /// <summary>Its first register, as on the wire (from 0).</summary>
    public ushort Address { get; }

    /// <summary>How the number lies there.</summary>
    public Encoding Encoding { get; }

    /// <summary>Order of the registers of a wide number.</summary>
    public WordOrder WordOrder { get; }

    /// <summary>Registers it takes: 1, 2 or 4.</summary>
    public int Width { get; }

    /// <summary>
    /// The value in <paramref name="registers"/>, whose first has address <paramref name="start"/>; null when the
    /// device says that it has none, and never NaN or infinite.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The registers do not hold the field.</exception>
    public double? Decode(ReadOnlySpan<ushort> registers, ushort start)
    {
        var at = registers.Slice(Address - start, Width);
        ulong raw = 0;
        for (var i = 0; i < Width; i++) raw = raw << 16 | at[Place(i)];
        if (raw == notAvailable) return null;
        var counts = Encoding switch
        {
            Encoding.S16 => (short)raw,
            Encoding.S32 => (int)raw,
            Encoding.S64 => (long)raw,
            Encoding.F32 => BitConverter.UInt32BitsToSingle((uint)raw),
            Encoding.F64 => BitConverter.UInt64BitsToDouble(raw),
            _ => (double)raw,
        };
        // + 0.0 turns a negative zero, which a reversed sign makes, into zero.
        var value = counts * factor + 0.0;
        return double.IsFinite(value) ? value : null;
    }

    /// <summary>
    /// Puts <paramref name="value"/> into <paramref name="registers"/>, whose first has address
    /// <paramref name="start"/>, rounded to the nearest count. False, and nothing is written, when the value is not
    /// finite, does not fit, or would read as "no value".
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The registers do not hold the field.</exception>
    public bool TryEncode(double value, Span<ushort> registers, ushort start)
    {
        var at = registers.Slice(Address - start, Width);
        if (!TryRaw(value / factor, out var raw) || raw == notAvailable) return false;
        for (var i = Width - 1; i >= 0; i--, raw >>= 16) at[Place(i)] = (ushort)raw;
        return true;
    }

    private int Place(int significance) => WordOrder == WordOrder.HighFirst ? significance : Width - 1 - significance;

    private bool TryRaw(double counts, out ulong raw)
    {
        raw = 0;
        if (Encoding is Encoding.F32 or Encoding.F64)
        {
            var isSingle = Encoding == Encoding.F32;
            raw = isSingle ? BitConverter.SingleToUInt32Bits((float)counts) : BitConverter.DoubleToUInt64Bits(counts);
            return isSingle ? float.IsFinite((float)counts) : double.IsFinite(counts);
        }
        var whole = Math.Round(counts, MidpointRounding.AwayFromZero);
        var isSigned = Encoding is Encoding.S16 or Encoding.S32 or Encoding.S64;
        var span = Math.ScaleB(1, 16 * Width);
        // The upper ends are exclusive because 2⁶⁴ − 1 is no double. A NaN fails both comparisons.
        if (!(whole >= (isSigned ? -span / 2 : 0) && whole < (isSigned ? span / 2 : span))) return false;
        raw = (isSigned ? (ulong)(long)whole : (ulong)whole) & Mask;
        return true;
    }

    private ulong Mask => Width == 4 ? ulong.MaxValue : (1ul << 16 * Width) - 1;

    private ulong Bits(long raw)
    {
        var fits = Width == 4 || (raw >= -(1L << 16 * Width - 1) && raw < 1L << 16 * Width);
        if (!fits) throw new ArgumentOutOfRangeException(nameof(raw), raw, "\"not available\" does not fit the field");
        return (ulong)raw & Mask;
    }
}
