using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// The published model definitions, embedded in this assembly and parsed once, when first asked for. Source:
/// github.com/sunspec/models at 7abdf898 (Apache-2.0), <c>models/</c> in this folder. What the
/// simulated devices have and no real one is in <c>simulated/</c>.
/// </summary>
public static class SunSpecModels
{
    private static readonly ConcurrentDictionary<ushort, SunSpecModel?> Parsed = new();

    /// <summary>The model with this number; null when not in the published set (a vendor's own, a draft).</summary>
    public static SunSpecModel? Find(ushort id) => Parsed.GetOrAdd(id, static number => Load(number));

    /// <summary>The model with this number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not in the published set.</exception>
    public static SunSpecModel Get(ushort id) =>
        Find(id) ?? throw new ArgumentOutOfRangeException(nameof(id), id, "no such SunSpec model in the published set");

    /// <summary>Numbers of the published models, ascending.</summary>
    public static IReadOnlyList<ushort> All { get; } =
    [
        .. typeof(SunSpecModels).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => ushort.Parse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length)))
            .Order(),
    ];

    private const string Prefix = "SunSpec.model_";
    private const string SimulatedPrefix = "Simulated.model_";
    private const string Suffix = ".json";

    private static SunSpecModel? Load(ushort id)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var file = assembly.GetManifestResourceStream($"{Prefix}{id}{Suffix}")
            ?? assembly.GetManifestResourceStream($"{SimulatedPrefix}{id}{Suffix}");
        if (file is null) return null;
        using var json = JsonDocument.Parse(file);
        return new SunSpecModel(id, ParseGroup(json.RootElement.GetProperty("group")));
    }

    private static SunSpecGroup ParseGroup(JsonElement json)
    {
        var points = new List<SunSpecPoint>();
        var offset = 0;
        foreach (var point in json.GetProperty("points").EnumerateArray())
        {
            points.Add(ParsePoint(point, offset));
            offset += points[^1].Size;
        }
        var (repeat, countPoint, fixedCount) = ParseCount(json);
        return new SunSpecGroup
        {
            Name = json.GetProperty("name").GetString()!,
            IsSync = json.GetProperty("type").GetString() == "sync",
            Repeat = repeat,
            CountPoint = countPoint,
            FixedCount = fixedCount,
            Points = points,
            Groups = json.TryGetProperty("groups", out var groups)
                ? [.. groups.EnumerateArray().Select(ParseGroup)]
                : [],
            OwnSize = offset,
        };
    }

    private static (GroupRepeat Repeat, string? CountPoint, int FixedCount) ParseCount(JsonElement json)
    {
        if (!json.TryGetProperty("count", out var count)) return (GroupRepeat.Once, null, 1);
        if (count.ValueKind == JsonValueKind.String) return (GroupRepeat.CountedByPoint, count.GetString(), 0);
        var number = count.GetInt32();
        return number == 0 ? (GroupRepeat.FillsLength, null, 0) : (GroupRepeat.FixedCount, null, number);
    }

    private static SunSpecPoint ParsePoint(JsonElement json, int offset)
    {
        var name = json.GetProperty("name").GetString()!;
        var typeName = json.GetProperty("type").GetString()!;
        var hasScale = json.TryGetProperty("sf", out var scale);
        return new SunSpecPoint
        {
            Name = name,
            Type = PointTypes.Parse(typeName)
                ?? throw new InvalidDataException($"point {name}: unknown type {typeName}"),
            Size = json.GetProperty("size").GetInt32(),
            Offset = offset,
            ScalePoint = hasScale && scale.ValueKind == JsonValueKind.String ? scale.GetString() : null,
            FixedScale = hasScale && scale.ValueKind == JsonValueKind.Number ? scale.GetInt32() : 0,
            IsWritable = Says(json, "access", "RW"),
            IsMandatory = Says(json, "mandatory", "M"),
            Units = json.TryGetProperty("units", out var units) ? units.GetString() : null,
            Symbols = json.TryGetProperty("symbols", out var symbols) ? ParseSymbols(symbols) : [],
        };
    }

    private static Dictionary<long, string> ParseSymbols(JsonElement json)
    {
        var symbols = new Dictionary<long, string>();
        foreach (var symbol in json.EnumerateArray())
            symbols.TryAdd(symbol.GetProperty("value").GetInt64(), symbol.GetProperty("name").GetString()!);
        return symbols;
    }

    private static bool Says(JsonElement json, string property, string value) =>
        json.TryGetProperty(property, out var said) && said.GetString() == value;
}
