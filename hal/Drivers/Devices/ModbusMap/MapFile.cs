using System.Collections.Concurrent;
using System.Reflection;
using ChargeScape.Edge.Hal.Configuration;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>A map that was read, or everything that is wrong with its file.</summary>
/// <param name="Map">Null when there are errors.</param>
/// <param name="Errors">All of them, with line and JSON path.</param>
public sealed record MapResult(DeviceMap? Map, IReadOnlyList<ConfigError> Errors);

/// <summary>Finds and reads maps: those shipped in this folder by name, a user's own by path.</summary>
public static class MapFile
{
    private const string Prefix = "ModbusMap.";
    private const string Suffix = ".json";
    private const int MostErrors = 200;

    // A shipped map is read once; it cannot change.
    private static readonly ConcurrentDictionary<string, MapResult> shipped = new();

    /// <summary>Names of the shipped maps.</summary>
    public static IReadOnlyList<string> Shipped { get; } =
    [
        .. typeof(MapFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a shipped map by its name, or a file whose path ends in ".json".</summary>
    public static MapResult Read(string name)
    {
        if (name.EndsWith(Suffix, StringComparison.Ordinal)) return ReadPath(name);
        if (Shipped.Contains(name)) return shipped.GetOrAdd(name, static known => Parse(Text(known), known));
        var known = string.Join(", ", Shipped);
        return new(null, [new(name, 1, "$", $"no such map; shipped are {known}; a path ends in .json")]);
    }

    /// <summary>The text of a shipped map.</summary>
    public static byte[] Text(string name)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{name}{Suffix}")
            ?? throw new ArgumentException("no such map", nameof(name));
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Reads the text of a map.</summary>
    /// <param name="text">UTF-8 JSON; comments and trailing commas are allowed.</param>
    /// <param name="name">What errors call it.</param>
    public static MapResult Parse(ReadOnlySpan<byte> text, string name)
    {
        var errors = new List<ConfigError>();
        var root = ConfigTree.Parse(text, name, errors);
        if (root is null) return new(null, errors);
        if (root.Kind != ConfigNodeKind.Object)
            return new(null, [new(name, root.Line, "$", $"expected an object, found {root.Found}")]);
        var map = MapReader.Read(new(root, name, errors));
        if (errors.Count == 0) return new(map, errors);
        return new(null, [.. errors.OrderBy(error => error.Line).Take(MostErrors)]);
    }

    private static MapResult ReadPath(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw new IOException("it is a directory");
            using var file = File.OpenRead(path);
            var text = new byte[ConfigTree.MaxBytes + 1];
            return Parse(text.AsSpan(0, file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)), path);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return new(null, [new(path, 1, "$", $"the file cannot be read: {trouble.Message}")]);
        }
    }
}
