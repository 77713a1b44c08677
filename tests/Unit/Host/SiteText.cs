using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>The shipped site files, and changed copies of the demo's.</summary>
internal static class SiteText
{
    private static readonly JsonDocumentOptions lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    public static string Root { get; } = FindRoot();
    public static string SchemaFile { get; } = Path.Combine(Root, "edge-host/Host/Configuration/site.schema.json");
    public static IReadOnlyList<string> Shipped { get; } =
        Directory.GetFiles(Path.Combine(Root, "edge-host/Host/sites"), "*.json");

    public static JsonObject Demo() => Strict(Path.Combine(Root, "edge-host/Host/sites/demo-split-phase.json"));

    /// <summary>A file without comments and trailing commas, as a JSON Schema validator reads it.</summary>
    public static JsonObject Strict(string path) =>
        JsonNode.Parse(File.ReadAllText(path), documentOptions: lenient)!.AsObject();

    /// <summary>The demo's site with one value changed; null takes it out. A path names array items by index.</summary>
    public static JsonObject DemoWith(string path, JsonNode? value)
    {
        var root = Demo();
        JsonNode node = root;
        var steps = path.Split('.');
        foreach (var step in steps[..^1]) node = int.TryParse(step, out var index) ? node[index]! : node[step]!;
        if (value is null) node.AsObject().Remove(steps[^1]);
        else node[steps[^1]] = value;
        return root;
    }

    public static byte[] Bytes(JsonNode site) =>
        Encoding.UTF8.GetBytes(site.ToJsonString(new() { WriteIndented = true }));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ChargeScape.Edge.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
