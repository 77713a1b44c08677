namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// The points that a driver polls, compiled for one model instance: one request reads the header, the points and their
/// scale factors, and a point decodes from a table of (offset, type, scale) without allocating.
/// </summary>
internal sealed class PollBlock
{
    /// <summary>Most registers in one request. Source: MODBUS Application Protocol V1.1b3, 6.3.</summary>
    private const int MaxRegisters = 125;

    private readonly SunSpecPlace place;
    private readonly Entry[] entries;
    private readonly ushort[] registers;
    private readonly bool mayScaleVary;
    private bool areScalesLearnt;

    /// <summary>
    /// Compiles points of a model's top group; those that the model or the device's length lacks read as not
    /// implemented.
    /// </summary>
    public PollBlock(SunSpecPlace place, IReadOnlyList<string> names, bool mayScaleVary)
    {
        this.place = place;
        this.mayScaleVary = mayScaleVary;
        var model = SunSpecModels.Get(place.Model);
        entries = [.. names.Select(name => Compile(model, name))];
        var last = entries.Max(e => Math.Max(e.Offset + e.Type.Registers, e.ScaleOffset + 1));
        if (last > MaxRegisters)
            throw new InvalidOperationException($"the points of model {place.Model} do not fit into one request");
        registers = new ushort[Math.Max(2, last)];
    }

    /// <summary>Reads the block and checks that it still is what was discovered.</summary>
    public SunSpecTrouble Poll(IModbus bus, byte unit, out ModbusResult result)
    {
        result = bus.ReadHolding(unit, place.Address, registers);
        if (!result.IsOk) return SunSpecTrouble.NoAnswer;
        if (registers[0] != place.Model || registers[1] != place.Length) return SunSpecTrouble.HeaderMoved;
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

    /// <summary>A point's bits (enumeration, bit field); null when not implemented.</summary>
    public uint? Bits(int point)
    {
        ref readonly var entry = ref entries[point];
        return TryBits(entry, out var bits) ? (uint)bits : null;
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
        foreach (ref var entry in entries.AsSpan())
        {
            if (entry.ScaleOffset < 0) continue;
            if (PointCodec.ScaleFrom(registers[entry.ScaleOffset]) is not { } scale) return SunSpecTrouble.ScaleInvalid;
            if (areScalesLearnt && !mayScaleVary && scale != entry.Scale) return SunSpecTrouble.ScaleChanged;
            entry.Scale = (sbyte)scale;
        }
        areScalesLearnt = true;
        return SunSpecTrouble.None;
    }

    private bool TryBits(in Entry entry, out ulong bits)
    {
        bits = 0;
        return entry.Offset >= 0
            && PointCodec.TryBits(entry.Type, registers.AsSpan(entry.Offset, entry.Type.Registers), out bits);
    }

    private Entry Compile(SunSpecModel model, string name)
    {
        if (model.Find(name) is not { } point || point.Offset + point.Size > place.Length + 2)
            return new() { Offset = -1, ScaleOffset = -1, Type = PointType.Int16 };
        var scale = point.ScalePoint is null ? null : model.Find(point.ScalePoint);
        return new()
        {
            Offset = (short)point.Offset,
            ScaleOffset = (short)(scale is not null && scale.Offset < place.Length + 2 ? scale.Offset : -1),
            Type = point.Type,
            Scale = (sbyte)point.FixedScale,
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
