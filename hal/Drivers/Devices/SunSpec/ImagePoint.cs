namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>A point of a <see cref="SunSpecImage"/>, looked up once, so that setting it is cheap.</summary>
public sealed class ImagePoint
{
    internal ImagePoint(PlacedPoint placed, int index, int scaleIndex)
    {
        Definition = placed.Definition;
        Name = placed.Name;
        Index = index;
        ScaleIndex = scaleIndex;
    }

    /// <summary>Unique name in its model instance.</summary>
    public string Name { get; }

    /// <summary>What the model says of it.</summary>
    public SunSpecPoint Definition { get; }

    /// <summary>First register, counted from the image's base address.</summary>
    internal int Index { get; }

    /// <summary>Register of its scale factor; −1 = none.</summary>
    internal int ScaleIndex { get; }
}
