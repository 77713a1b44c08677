namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Trip curves of models 707–710 (voltage, frequency; low, high). After the header stands, per set, ReadOnly and then
/// must-trip, may-trip and momentary-cessation curve, each a count of active points and NPt points. Source: model
/// files.
/// </summary>
internal static class TripCurves
{
    /// <summary>Lowest frequency that a setting may name.</summary>
    public const double LeastHertz = 40;
    /// <summary>Highest.</summary>
    public const double MostHertz = 75;
    private const double MostPercent = 300;
    private const double MostSeconds = 86_400;

    // Offsets from the ID register.
    private const int Ena = 2, NPt = 5, NCrvSet = 6, LevelScale = 7, TimeScale = 8, FirstCurve = 10;

    /// <summary>The must-trip curve in force; not known without a block, or when it is not whole.</summary>
    public static TripCurve MustTrip(PollBlock? block) => Curve(block, 0);

    /// <summary>The momentary-cessation curve in force.</summary>
    public static TripCurve MomentaryCessation(PollBlock? block) => Curve(block, 2);

    private static TripCurve Curve(PollBlock? block, int which)
    {
        if (block is null || block.Registers.Length <= FirstCurve) return default;
        var registers = block.Registers;
        var isFrequency = block.Place.Model is 709 or 710;
        var size = isFrequency ? 4 : 3;
        if (registers[NCrvSet] is 0 or 0xFFFF || registers[NPt] is 0 or > 100 || registers[Ena] > 1) return default;
        var start = FirstCurve + which * (1 + size * registers[NPt]);
        if (start >= registers.Length) return default;
        var count = registers[start];
        if (count > TripPoints.Most || count > registers[NPt] || start + 1 + count * size > registers.Length)
            return default;
        if (PointCodec.ScaleFrom(registers[LevelScale]) is not { } levelScale
            || PointCodec.ScaleFrom(registers[TimeScale]) is not { } timeScale) return default;

        Span<TripPoint> corners = stackalloc TripPoint[TripPoints.Most];
        for (var i = 0; i < count; i++)
        {
            var point = registers.Slice(start + 1 + i * size, size);
            var level = isFrequency
                ? Value(PointType.UInt32, point, levelScale, LeastHertz, MostHertz)
                : Value(PointType.UInt16, point, levelScale, 0, MostPercent);
            var seconds = Value(PointType.UInt32, point[(size - 2)..], timeScale, 0, MostSeconds);
            if (level is null || seconds is null) return default;
            corners[i] = new(level.Value, seconds.Value);
        }
        return new(registers[Ena] == 1, corners[..count]);
    }

    private static double? Value(PointType type, ReadOnlySpan<ushort> registers, int scale, double low, double high)
    {
        if (!PointCodec.TryBits(type, registers, out var bits)) return null;
        var value = PointCodec.Scaled(bits, scale);
        return value >= low && value <= high ? value : null;
    }
}
