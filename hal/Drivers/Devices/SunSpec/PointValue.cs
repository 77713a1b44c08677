using System.Globalization;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>What kind of value a point holds.</summary>
public enum PointValueKind : byte
{
    /// <summary>Not implemented, or beyond the device's length, or not readable.</summary>
    None,
    /// <summary>Unscaled integer, enumeration or bits: <see cref="PointValue.Integer"/>.</summary>
    Integer,
    /// <summary>Scaled or floating point: <see cref="PointValue.Number"/>.</summary>
    Number,
    /// <summary>Text or address: <see cref="PointValue.Text"/>.</summary>
    Text,
}

/// <summary>A decoded point: scale applied, in the model's units.</summary>
/// <param name="Kind">Which of the others counts.</param>
/// <param name="Number">The value as a number; also set for integers.</param>
/// <param name="Integer">The exact integer.</param>
/// <param name="Text">Text without padding.</param>
public readonly record struct PointValue(PointValueKind Kind, double Number, Int128 Integer, string? Text)
{
    /// <summary>Not implemented.</summary>
    public static PointValue None => default;

    /// <summary>The number; null when there is none.</summary>
    public double? AsNumber => Kind is PointValueKind.Integer or PointValueKind.Number ? Number : null;

    /// <summary>The integer; null when there is none.</summary>
    public Int128? AsInteger => Kind == PointValueKind.Integer ? Integer : null;

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        PointValueKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        PointValueKind.Number => Number.ToString(CultureInfo.InvariantCulture),
        PointValueKind.Text => Text!,
        _ => "not implemented",
    };
}
