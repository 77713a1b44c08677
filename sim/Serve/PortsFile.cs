using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Sim.Serve;

/// <summary>
/// Where a served home is to be found, as JSON: <c>buses</c> by the names of the site file, and <c>set</c>, the values
/// for the host's <c>--set</c> that point the site file at them.
/// </summary>
internal static class PortsFile
{
    private static readonly JsonSerializerOptions layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the file beside itself and renames it: whoever sees it sees all of it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(
        string path, string siteFile, IReadOnlyList<ServedWire> wires, IReadOnlyList<string> siteOverrides)
    {
        var buses = new JsonObject();
        foreach (var wire in wires)
        {
            buses[wire.Bus] = wire.Path is { } socket
                ? new JsonObject { ["path"] = socket }
                : new JsonObject { ["host"] = "127.0.0.1", ["port"] = wire.Port };
        }
        var set = siteOverrides.Concat(wires.SelectMany(wire => wire.Overrides));
        var all = new JsonObject
        {
            ["pid"] = Environment.ProcessId,
            ["site"] = siteFile,
            ["buses"] = buses,
            ["set"] = new JsonArray([.. set.Select(value => (JsonNode)value)]),
        };
        var half = $"{path}.{Environment.ProcessId}.part";
        try
        {
            File.WriteAllText(half, all.ToJsonString(layout) + "\n");
            File.Move(half, path, overwrite: true);
        }
        finally
        {
            File.Delete(half);
        }
    }
}
