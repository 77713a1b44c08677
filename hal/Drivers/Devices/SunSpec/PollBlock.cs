namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// The points that a driver polls, compiled for one model instance: one request reads the header, the points and their
/// scale factors, and a point decodes from a table of (offset, type, scale) without allocating.
/// </summary>
internal sealed class PollBlock
{
    /// <summary>Most registers in one request. Source: MODBUS Application Protocol V1.1b3, 6.3.</summary>
    public const int MaxRegisters = 125;

    private readonly Entry[] entries;
    private readonly ushort[] registers;
    private readonly bool mayScaleVary;
    private readonly bool mustLearnTwice;
    private int learnt;

    /// <summary>
    /// Compiles points of a model by their unique names (<c>W</c>, <c>Prt_0_DCW</c>); those that the model or the
    /// device's length lacks, or that do not fit into one request, read as not implemented.
    /// </summary>
    /// <param name="place">The instance.</param>
    /// <param name="names">Its points, by which they are then asked for: the first one is 0.</param>
    /// <param name="mayScaleVary">Scale factors may change from one poll to the next.</param>
    /// <param name="mustLearnTwice">They changed before, so two polls must agree on them before a value counts.</param>
    /// <param name="isWhole">Reads as much of the instance as one request holds, whatever the points.</param>
    public PollBlock(
        SunSpecPlace place, IReadOnlyList<string> names, bool mayScaleVary, bool mustLearnTwice = false,
        bool isWhole = false)
    {
        Place = place;
        this.mayScaleVary = mayScaleVary;
        this.mustLearnTwice = mustLearnTwice;
        var layout = SunSpecLayout.Filled(SunSpecModels.Get(place.Model), place.Length);
        var byName = layout.Points.ToDictionary(point => point.Name);
        entries = [.. names.Select(name => Compile(byName.GetValueOrDefault(name)))];
        var needed = entries.Max(e => Math.Max(e.Offset + e.Type.Registers, e.ScaleOffset + 1));
        registers = new ushort[isWhole ? Math.Min(MaxRegisters, place.Length + 2) : Math.Max(2, needed)];
    }

    /// <summary>The instance.</summary>
    public SunSpecPlace Place { get; }

    /// <summary>What the last good poll read, from the ID register on.</summary>
    public ReadOnlySpan<ushort> Registers => registers;

    /// <summary>Reads the block and checks that it still is what was discovered.</summary>
    public SunSpecTrouble Poll(IModbus bus, byte unit, out ModbusResult result)
    {
        result = bus.ReadHolding(unit, Place.Address, registers);
        if (!result.IsOk) return SunSpecTrouble.NoAnswer;
        if (registers[0] != Place.Model || registers[1] != Place.Length) return SunSpecTrouble.HeaderMoved;
        return CheckScales();
    }

    /// <summary>A point as a number, scale applied; false when not implemented or not finite.</summary>
    public bool TryNumber(int point, out double value)
    {
        value = 0;
        ref readonly var entry = ref entries[point];
        if (!TryBits(entry, out var bits)) return false;
        value = PointCodec.Scaled(PointCodec.ToNumber(entry.Type, bits), entry.Scale);
        return double.IsFinite(value);
    }

    /// <summary>A point as a number; null when not implemented.</summary>
    public double? Number(int point) => TryNumber(point, out var value) ? value : null;

    /// <summary>A point's bits (enumeration, bit field); null when not implemented.</summary>
    public uint? Bits(int point)
    {
        ref readonly var entry = ref entries[point];
        return TryBits(entry, out var bits) ? (uint)bits : null;
    }

    /// <summary>The device has the point and it is implemented at present.</summary>
    public bool Has(int point) => TryBits(entries[point], out _);

    /// <summary>The device's length holds the point, implemented or not.</summary>
    public bool Holds(int point) => entries[point].Offset >= 0;

    /// <summary>Where a point stands and how it is written.</summary>
    public WireField Field(int point)
    {
        ref readonly var entry = ref entries[point];
        return new((ushort)(Place.Address + entry.Offset), entry.Type, entry.Scale);
    }

    /// <summary>Size of one least significant bit of a point; 0 for floats.</summary>
    public double Resolution(int point) =>
        entries[point].Type.IsFloat ? 0 : PointCodec.Scaled(1, entries[point].Scale);

    /// <summary>
    /// Scale factors are static while a device runs. The first poll after discovery learns them; a later one that
    /// differs is a fault of wire or device, and believing it would move the decimal point of a measurement.
    /// </summary>
    private SunSpecTrouble CheckScales()
    {
        var areAsBefore = true;
        foreach (ref var entry in entries.AsSpan())
        {
            if (entry.ScaleOffset < 0) continue;
            if (PointCodec.ScaleFrom(registers[entry.ScaleOffset]) is not { } scale) return SunSpecTrouble.ScaleInvalid;
            if (scale == entry.Scale) continue;
            if (learnt == LearntForGood && !mayScaleVary) return SunSpecTrouble.ScaleChanged;
            areAsBefore = false;
            entry.Scale = (sbyte)scale;
        }
        if (learnt == LearntForGood) return SunSpecTrouble.None;
        learnt = mustLearnTwice && !mayScaleVary && (learnt == 0 || !areAsBefore) ? 1 : LearntForGood;
        return learnt == LearntForGood ? SunSpecTrouble.None : SunSpecTrouble.ScaleChanged;
    }

    private const int LearntForGood = 2;

    private bool TryBits(in Entry entry, out ulong bits)
    {
        bits = 0;
        return entry.Offset >= 0
            && PointCodec.TryBits(entry.Type, registers.AsSpan(entry.Offset, entry.Type.Registers), out bits);
    }

    private Entry Compile(PlacedPoint? point)
    {
        var end = Math.Min(Place.Length + 2, MaxRegisters);
        // A scale factor that stands beyond the request is not an absent one.
        if (point is null || !point.Definition.Type.IsNumber || point.Offset + point.Definition.Size > end
            || (point.ScaleOffset >= MaxRegisters && point.ScaleOffset < Place.Length + 2))
            return new() { Offset = -1, ScaleOffset = -1, Type = PointType.Int16 };
        return new()
        {
            Offset = (short)point.Offset,
            ScaleOffset = (short)(point.ScaleOffset < end ? point.ScaleOffset : -1),
            Type = point.Definition.Type,
            Scale = (sbyte)point.Definition.FixedScale,
        };
    }

    private struct Entry
    {
        public short Offset;
        public short ScaleOffset;
        public PointType Type;
        public sbyte Scale;
    }
}

/// <summary>A point on the wire: where it stands, its type and the power of ten in force.</summary>
/// <param name="Address">Protocol address of its first register.</param>
/// <param name="Type">Type.</param>
/// <param name="Scale">Power of ten.</param>
internal readonly record struct WireField(ushort Address, PointType Type, sbyte Scale);
