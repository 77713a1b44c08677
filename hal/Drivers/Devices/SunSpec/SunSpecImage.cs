namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Called under the image's lock after a master's write has been placed and before it is answered; points read as
/// written. Returns 0 to keep it, or a Modbus exception code, and then the registers are put back.
/// </summary>
/// <param name="image">The image written to.</param>
/// <param name="write">What was written; ask <see cref="ImageWrite.Touches"/>.</param>
public delegate byte ImageWritten(SunSpecImage image, in ImageWrite write);

/// <summary>The registers that one write request covered.</summary>
/// <param name="Index">First register, from the base address.</param>
/// <param name="Count">Number of registers.</param>
public readonly record struct ImageWrite(int Index, int Count)
{
    /// <summary>The request wrote this point.</summary>
    public bool Touches(ImagePoint point) =>
        point.Index < Index + Count && Index < point.Index + point.Definition.Size;
}

/// <summary>
/// The whole register image of a SunSpec device: marker, models in order, end model. Points are set by value and read
/// over Modbus; a master's writes are checked against the model before they count. Safe for one updating thread beside
/// a server's threads; allocates nothing after it was built. Made by <see cref="SunSpecImageBuilder"/>.
/// </summary>
public sealed class SunSpecImage : IModbusDevice
{
    private const byte IllegalAddress = 2;
    private const byte IllegalValue = 3;
    private readonly ushort[] registers;
    private readonly Dictionary<(ushort Model, int Instance, string Name), ImagePoint> byName;
    /// <summary>Per register: the point that it belongs to; null for the marker.</summary>
    private readonly ImagePoint?[] owners;

    internal SunSpecImage(
        byte unit, ushort baseAddress, ushort[] registers, IReadOnlyList<SunSpecPlace> models,
        Dictionary<(ushort Model, int Instance, string Name), ImagePoint> points)
    {
        Unit = unit;
        BaseAddress = baseAddress;
        Models = models;
        this.registers = registers;
        byName = points;
        owners = new ImagePoint?[registers.Length];
        foreach (var point in points.Values)
            for (var i = 0; i < point.Definition.Size; i++)
                owners[point.Index + i] = point;
    }

    /// <summary>The unit id that it answers to.</summary>
    public byte Unit { get; }

    /// <summary>Protocol address of the marker.</summary>
    public ushort BaseAddress { get; }

    /// <summary>The models and where they stand.</summary>
    public IReadOnlyList<SunSpecPlace> Models { get; }

    /// <summary>Registers from the marker to the end model.</summary>
    public int Length => registers.Length;

    /// <summary>Hold it to change several points as one: masters wait meanwhile. May be entered again.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What to do with a master's write; null = keep it.</summary>
    public ImageWritten? Written { get; set; }

    /// <summary>Looks a point up; keep the result.</summary>
    /// <param name="model">Model number.</param>
    /// <param name="name">Unique name, for example <c>W</c> or <c>Prt_0_DCW</c>.</param>
    /// <param name="instance">Which of several instances of the model, from 0.</param>
    /// <exception cref="ArgumentException">The image has no such point.</exception>
    public ImagePoint Point(ushort model, string name, int instance = 0) =>
        byName.TryGetValue((model, instance, name), out var point)
            ? point
            : throw new ArgumentException($"the image has no point {name} in model {model} ({instance})");

    /// <summary>Protocol address of a point's first register.</summary>
    public ushort AddressOf(ImagePoint point) => (ushort)(BaseAddress + point.Index);

    internal IEnumerable<ImagePoint> PointsOf(ushort model, int instance) =>
        byName.Where(p => p.Key.Model == model && p.Key.Instance == instance).Select(p => p.Value);

    /// <summary>
    /// Sets a number, in the model's units, to within half a least significant bit. False, and nothing changed, when it
    /// is not finite, does not fit the point's type and scale, or would read as "not implemented".
    /// </summary>
    public bool TrySet(ImagePoint point, double value)
    {
        lock (Gate) return TrySetHeld(point, value);
    }

    /// <summary>
    /// The same by one who holds <see cref="Gate"/>: to enter it again for each of many points takes longer than to set
    /// them.
    /// </summary>
    public bool TrySetHeld(ImagePoint point, double value)
    {
        if (Scale(point) is not { } scale
            || !PointCodec.TryEncode(point.Definition.Type, value, scale, out var bits)) return false;
        PointCodec.PutBits(point.Definition.Type, bits, Registers(point));
        return true;
    }

    /// <summary>Sets text; false when it does not fit or the point holds no text. Allocates.</summary>
    public bool TrySet(ImagePoint point, string text)
    {
        lock (Gate)
            return point.Definition.Type == PointType.Text && PointCodec.TryPutText(text, Registers(point));
    }

    /// <summary>Makes a point read as "not implemented".</summary>
    public void Clear(ImagePoint point)
    {
        lock (Gate) Clear(point.Definition, Registers(point));
    }

    /// <summary>Reads a number back, scaled; null when not implemented or no number.</summary>
    public double? Get(ImagePoint point)
    {
        lock (Gate)
        {
            var type = point.Definition.Type;
            if (!type.IsNumber || Scale(point) is not { } scale) return null;
            return PointCodec.TryBits(type, Registers(point), out var bits)
                ? PointCodec.Scaled(PointCodec.ToNumber(type, bits), scale)
                : null;
        }
    }

    /// <summary>Reads text back; null when not implemented or no text.</summary>
    public string? GetText(ImagePoint point)
    {
        lock (Gate) return point.Definition.Type == PointType.Text ? PointCodec.ToText(Registers(point)) : null;
    }

    /// <inheritdoc/>
    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        var index = start - BaseAddress;
        if (unit != Unit || index < 0 || index + into.Length > registers.Length) return IllegalAddress;
        lock (Gate) registers.AsSpan(index, into.Length).CopyTo(into);
        return 0;
    }

    /// <summary>
    /// Takes a write as the specification asks: every register must belong to a writable, implemented point, points of
    /// several registers must be written whole, enumerations must be in range; otherwise nothing is written.
    /// </summary>
    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        var index = start - BaseAddress;
        if (unit != Unit || index < 0 || values.IsEmpty || index + values.Length > registers.Length)
            return IllegalAddress;
        lock (Gate)
        {
            var refusal = Check(index, values);
            if (refusal != 0) return refusal;
            Span<ushort> before = stackalloc ushort[values.Length];
            var target = registers.AsSpan(index, values.Length);
            target.CopyTo(before);
            values.CopyTo(target);
            var answer = Written?.Invoke(this, new(index, values.Length)) ?? 0;
            if (answer != 0) before.CopyTo(target);
            return answer;
        }
    }

    private byte Check(int index, ReadOnlySpan<ushort> values)
    {
        for (var at = index; at < index + values.Length;)
        {
            if (owners[at] is not { Definition.IsWritable: true } point || point.Index != at) return IllegalAddress;
            var size = point.Definition.Size;
            if (at + size > index + values.Length || !IsImplemented(point)) return IllegalAddress;
            if (!IsInRange(point.Definition, values.Slice(at - index, size))) return IllegalValue;
            at += size;
        }
        return 0;
    }

    private bool IsImplemented(ImagePoint point) =>
        !point.Definition.Type.IsNumber || PointCodec.TryBits(point.Definition.Type, Registers(point), out _);

    private static bool IsInRange(SunSpecPoint point, ReadOnlySpan<ushort> values)
    {
        if (!point.Type.IsNumber) return true;
        if (!PointCodec.TryBits(point.Type, values, out var bits)) return false;
        return point.Type is not (PointType.Enum16 or PointType.Enum32)
            || point.Symbols.Count == 0 || point.Symbols.ContainsKey((long)bits);
    }

    internal static void Clear(SunSpecPoint point, Span<ushort> into)
    {
        if (point.Type.IsNumber) PointCodec.PutBits(point.Type, point.Type.NotImplemented, into);
        else into.Fill(point.Type == PointType.Eui48 ? (ushort)0xFFFF : (ushort)0);
    }

    private int? Scale(ImagePoint point) => point.ScaleIndex < 0
        ? point.Definition.FixedScale
        : PointCodec.ScaleFrom(registers[point.ScaleIndex]);

    private Span<ushort> Registers(ImagePoint point) => registers.AsSpan(point.Index, point.Definition.Size);
}
