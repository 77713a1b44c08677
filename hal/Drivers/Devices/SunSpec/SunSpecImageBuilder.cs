namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Builds a <see cref="SunSpecImage"/> from named values. A point that is given no value reads as "not implemented".
/// <code>
/// var image = new SunSpecImageBuilder(unit: 1)
///     .Model(1, ("Mn", "Maker"), ("Md", "Meter"), ("SN", "1"))
///     .Model(202, ("W_SF", 0), ("A_SF", -1), ("V_SF", -1), ("W", 0), ("AphA", 0), ("PhVphA", 240))
///     .Build();
/// </code>
/// </summary>
/// <param name="unit">Modbus unit id that the image answers to.</param>
/// <param name="baseAddress">Protocol address of the marker: 0, 40000 or 50000.</param>
public sealed class SunSpecImageBuilder(byte unit, ushort baseAddress = 40000)
{
    private readonly List<(SunSpecModel Model, Dictionary<string, PointSetting> Values, int Fill)> models = [];

    /// <summary>Adds a model to the chain.</summary>
    /// <param name="model">Model number.</param>
    /// <param name="values">
    /// Numbers in the model's units, and text. Counting points (<c>NPrt</c>, <c>NCrv</c> …) say how often their groups
    /// stand, scale factors apply to the other numbers.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The model is not in the published set.</exception>
    public SunSpecImageBuilder Model(ushort model, params (string Name, PointSetting Value)[] values) =>
        Model(model, 0, values);

    /// <summary>Adds a model whose groups fill its length (160, 3 …), with this many instances of the group.</summary>
    /// <inheritdoc cref="Model(ushort, ValueTuple{string, PointSetting}[])"/>
    public SunSpecImageBuilder Model(
        ushort model, int groupInstances, params (string Name, PointSetting Value)[] values)
    {
        models.Add((SunSpecModels.Get(model), values.ToDictionary(v => v.Name, v => v.Value), groupInstances));
        return this;
    }

    /// <summary>Lays the models out and encodes the values.</summary>
    /// <exception cref="ArgumentException">
    /// A value has no point of its name, or does not fit; or the image is too long.
    /// </exception>
    public SunSpecImage Build()
    {
        var registers = new List<ushort> { SunSpecScan.Marker0, SunSpecScan.Marker1 };
        var places = new List<SunSpecPlace>();
        var points = new Dictionary<(ushort, int, string), ImagePoint>();
        foreach (var (model, values, fill) in models)
        {
            var layout = SunSpecLayout.New(model, name => (int)(values.GetValueOrDefault(name).Number ?? 0), fill);
            var start = registers.Count;
            var instance = places.Count(p => p.Model == model.Id);
            registers.AddRange(new ushort[layout.Registers]);
            if (baseAddress + registers.Count + 2 > ushort.MaxValue)
                throw new ArgumentException("the image is too long");
            places.Add(new(model.Id, (ushort)(baseAddress + start), (ushort)(layout.Registers - 2)));
            foreach (var placed in layout.Points)
                points.Add((model.Id, instance, placed.Name),
                    new(placed, start + placed.Offset, placed.ScaleOffset < 0 ? -1 : start + placed.ScaleOffset));
        }
        registers.AddRange([SunSpecScan.EndId, 0]);
        var image = new SunSpecImage(unit, baseAddress, [.. registers], places, points);
        for (var i = 0; i < models.Count; i++) Fill(image, i, places);
        return image;
    }

    private void Fill(SunSpecImage image, int index, List<SunSpecPlace> places)
    {
        var (model, values, _) = models[index];
        var instance = places.Take(index).Count(p => p.Model == model.Id);
        var all = image.PointsOf(model.Id, instance);
        foreach (var point in all) image.Clear(point);
        Put(image, image.Point(model.Id, model.Top.Points[0].Name, instance), model.Id);
        Put(image, image.Point(model.Id, model.Top.Points[1].Name, instance), places[index].Length);
        // Scale factors first: the other values are encoded with them.
        foreach (var (name, value) in values.OrderBy(v => !v.Key.EndsWith("_SF", StringComparison.Ordinal)))
            Put(image, image.Point(model.Id, name, instance), value);
    }

    private static void Put(SunSpecImage image, ImagePoint point, PointSetting value)
    {
        var fits = value.Text is { } text ? image.TrySet(point, text) : image.TrySet(point, value.Number ?? double.NaN);
        if (!fits) throw new ArgumentException($"point {point.Name} does not take {value}");
    }
}

/// <summary>A value for a point: a number in the model's units, or text.</summary>
/// <param name="Number">The number; null for text.</param>
/// <param name="Text">The text; null for a number.</param>
public readonly record struct PointSetting(double? Number, string? Text)
{
    /// <summary>From a number.</summary>
    public static implicit operator PointSetting(double number) => new(number, null);
    /// <summary>From text.</summary>
    public static implicit operator PointSetting(string text) => new(null, text);
    /// <inheritdoc/>
    public override string ToString() => Text ?? $"{Number}";
}
