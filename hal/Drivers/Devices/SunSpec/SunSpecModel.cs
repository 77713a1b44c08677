namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>A point as a model defines it.</summary>
public sealed class SunSpecPoint
{
    /// <summary>Name inside its group, for example <c>WphA</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Type.</summary>
    public required PointType Type { get; init; }

    /// <summary>Registers it takes.</summary>
    public required int Size { get; init; }

    /// <summary>Registers from the start of its group's own points; in the top group the ID register is 0.</summary>
    public required int Offset { get; init; }

    /// <summary>Name of the point with the power of ten, in this group or one around it; null = none.</summary>
    public string? ScalePoint { get; init; }

    /// <summary>Fixed power of ten; 0 when there is none or another point holds it.</summary>
    public int FixedScale { get; init; }

    /// <summary>A scale applies.</summary>
    public bool IsScaled => ScalePoint is not null || FixedScale != 0;

    /// <summary>May be written.</summary>
    public bool IsWritable { get; init; }

    /// <summary>Every device with this model has it.</summary>
    public bool IsMandatory { get; init; }

    /// <summary>Unit as the model says it; null when it says none.</summary>
    public string? Units { get; init; }

    /// <summary>Names of an enumeration's values or of a bit field's bit numbers.</summary>
    public IReadOnlyDictionary<long, string> Symbols { get; init; } = NoSymbols;

    private static readonly Dictionary<long, string> NoSymbols = [];
}

/// <summary>How often a group stands in an instance.</summary>
public enum GroupRepeat : byte
{
    /// <summary>Once.</summary>
    Once,
    /// <summary>As often as the point <see cref="SunSpecGroup.CountPoint"/> says.</summary>
    CountedByPoint,
    /// <summary>As often as it fits into the device's length.</summary>
    FillsLength,
    /// <summary>A fixed number of times, <see cref="SunSpecGroup.FixedCount"/>.</summary>
    FixedCount,
}

/// <summary>Points that stand together, followed by their sub-groups.</summary>
public sealed class SunSpecGroup
{
    /// <summary>Name, for example <c>Crv</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Must be written in one request.</summary>
    public required bool IsSync { get; init; }

    /// <summary>Repetition.</summary>
    public required GroupRepeat Repeat { get; init; }

    /// <summary>Name of the counting point, in a group around this one.</summary>
    public string? CountPoint { get; init; }

    /// <summary>Number of instances when the model fixes it.</summary>
    public int FixedCount { get; init; } = 1;

    /// <summary>Own points, in register order.</summary>
    public required IReadOnlyList<SunSpecPoint> Points { get; init; }

    /// <summary>Sub-groups, after the points, in register order.</summary>
    public required IReadOnlyList<SunSpecGroup> Groups { get; init; }

    /// <summary>Registers of the own points.</summary>
    public required int OwnSize { get; init; }
}

/// <summary>A SunSpec information model, as published in the SunSpec Alliance's model files.</summary>
public sealed class SunSpecModel
{
    private readonly Dictionary<string, SunSpecPoint> byName;

    internal SunSpecModel(ushort id, SunSpecGroup top)
    {
        Id = id;
        Top = top;
        byName = top.Points.ToDictionary(p => p.Name);
    }

    /// <summary>Model number, for example 701.</summary>
    public ushort Id { get; }

    /// <summary>The top group; its first two points are ID and L.</summary>
    public SunSpecGroup Top { get; }

    /// <summary>A point of the top group; null when the model has none of that name.</summary>
    public SunSpecPoint? Find(string name) => byName.GetValueOrDefault(name);
}
