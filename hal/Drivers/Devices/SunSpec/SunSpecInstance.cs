using System.Buffers.Binary;
using System.Net;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>One instance of a model, read from a device: decodes every point that the model defines.</summary>
public sealed class SunSpecInstance
{
    private const int MaxRegisters = 125;
    private readonly ushort[] registers;
    private readonly bool[] isRead;

    /// <summary>Takes an instance as read.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="registers">Registers from ID on; those past the array are unknown.</param>
    /// <param name="isRead">Per register: it was answered. Null = all.</param>
    public SunSpecInstance(SunSpecPlace place, ushort[] registers, bool[]? isRead = null)
    {
        Place = place;
        this.registers = registers;
        this.isRead = isRead ?? [.. Enumerable.Repeat(true, registers.Length)];
        Layout = SunSpecModels.Find(place.Model) is { } model
            ? SunSpecLayout.Over(model, place.Length, registers)
            : null;
    }

    /// <summary>Where it stands.</summary>
    public SunSpecPlace Place { get; }

    /// <summary>Its points; null when the model is not in the published set.</summary>
    public SunSpecLayout? Layout { get; }

    /// <summary>
    /// Reads an instance in requests of at most 125 registers that stay inside it. Where a request is refused, its
    /// registers are asked for one by one, so that a hole in a recording costs the points around it only.
    /// </summary>
    public static SunSpecInstance Read(IModbus bus, byte unit, SunSpecPlace place)
    {
        var registers = new ushort[place.Length + 2];
        var isRead = new bool[registers.Length];
        for (var at = 0; at < registers.Length; at += MaxRegisters)
        {
            var part = registers.AsSpan(at, Math.Min(MaxRegisters, registers.Length - at));
            if (bus.ReadHolding(unit, (ushort)(place.Address + at), part).IsOk)
                isRead.AsSpan(at, part.Length).Fill(true);
            else
                for (var i = at; i < at + part.Length; i++)
                    isRead[i] = bus.ReadHolding(unit, (ushort)(place.Address + i), registers.AsSpan(i, 1)).IsOk;
        }
        return new(place, registers, isRead);
    }

    /// <summary>Decodes a point by its unique name; not implemented when there is no such point.</summary>
    public PointValue this[string name] =>
        Layout?.Points.FirstOrDefault(p => p.Name == name) is { } point ? Decode(point) : PointValue.None;

    /// <summary>Decodes a point of <see cref="Layout"/>.</summary>
    public PointValue Decode(PlacedPoint point)
    {
        var type = point.Definition.Type;
        var size = point.Definition.Size;
        if (!IsKnown(point.Offset, size)) return PointValue.None;
        var raw = registers.AsSpan(point.Offset, size);
        if (!type.IsNumber) return AsText(type, raw);
        if (!PointCodec.TryBits(type, raw, out var bits)) return PointValue.None;

        var number = PointCodec.ToNumber(type, bits);
        if (!point.Definition.IsScaled)
            return type.IsFloat
                ? double.IsFinite(number) ? new(PointValueKind.Number, number, 0, null) : PointValue.None
                : new(PointValueKind.Integer, number, PointCodec.ToInteger(type, bits), null);
        if (ScaleOf(point) is not { } scale) return PointValue.None;
        var scaled = PointCodec.Scaled(number, scale);
        return IsSignedNotImplemented(point.Definition, bits, scaled)
            ? PointValue.None
            : new(PointValueKind.Number, scaled, 0, null);
    }

    /// <summary>
    /// The power of ten of a point: 0 when the scale factor is absent or not implemented; null when it is outside
    /// −10…10, for then nothing is known of the point's value.
    /// </summary>
    public int? ScaleOf(PlacedPoint point)
    {
        if (point.ScaleOffset < 0) return point.Definition.FixedScale;
        return IsKnown(point.ScaleOffset, 1) ? PointCodec.ScaleFrom(registers[point.ScaleOffset]) : 0;
    }

    private bool IsKnown(int offset, int size)
    {
        if (offset + size > registers.Length || offset + size > Place.Length + 2) return false;
        for (var i = offset; i < offset + size; i++)
            if (!isRead[i]) return false;
        return true;
    }

    /// <summary>
    /// SMA writes 8000 (the signed "not implemented") into unsigned points. In a percentage that would be a value far
    /// above any that exists, so there it is taken for what it means.
    /// </summary>
    private static bool IsSignedNotImplemented(SunSpecPoint point, ulong bits, double scaled) =>
        point.Type == PointType.UInt16 && bits == 0x8000 && scaled > 1000
        && point.Units is { Length: > 0 } units && units[0] == '%';

    private static PointValue AsText(PointType type, ReadOnlySpan<ushort> raw)
    {
        var text = type switch
        {
            PointType.Text => PointCodec.ToText(raw),
            PointType.Eui48 => raw.ContainsAnyExcept((ushort)0xFFFF) ? MacAddress(Bytes(raw)) : null,
            _ => raw.ContainsAnyExcept((ushort)0) ? new IPAddress(Bytes(raw)).ToString() : null,
        };
        return text is null ? PointValue.None : new(PointValueKind.Text, 0, 0, text);
    }

    /// <summary>The address is in the low 6 of the 8 bytes.</summary>
    private static string MacAddress(byte[] bytes) => BitConverter.ToString(bytes, 2).Replace('-', ':');

    private static byte[] Bytes(ReadOnlySpan<ushort> raw)
    {
        var bytes = new byte[2 * raw.Length];
        for (var i = 0; i < raw.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), raw[i]);
        return bytes;
    }
}
