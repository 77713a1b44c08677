using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChargeScape.Edge.Tests.Mutation;

/// <summary>One change that Stryker made to the control side.</summary>
/// <param name="Id">The number by which the made assembly knows it; another one after each change of the sources.</param>
/// <param name="File">Path below edge-host/Control, with /.</param>
/// <param name="Line">From 1.</param>
/// <param name="Key">The changed line with its change as ⟦what stood there→what stands there⟧, without line numbers
/// and with single spaces: it survives that the lines around it move.</param>
public sealed partial record Mutant(int Id, string File, int Line, string Key)
{
    /// <summary>Reads Stryker's report: those that were compiled and are not part of another one.</summary>
    public static IReadOnlyList<Mutant> Read(string report)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(report));
        var read = new List<Mutant>();
        foreach (var file in document.RootElement.GetProperty("files").EnumerateObject())
        {
            var path = file.Name.Replace('\\', '/');
            const string folder = "edge-host/Control/";
            var at = path.LastIndexOf(folder, StringComparison.Ordinal);
            if (at >= 0) path = path[(at + folder.Length)..];
            var source = file.Value.GetProperty("source").GetString()!.Split('\n');
            foreach (var mutant in file.Value.GetProperty("mutants").EnumerateArray())
            {
                if (mutant.GetProperty("status").GetString() is "CompileError" or "Ignored") continue;
                var place = mutant.GetProperty("location");
                var (start, end) = (place.GetProperty("start"), place.GetProperty("end"));
                var line = start.GetProperty("line").GetInt32();
                var key = KeyOf(
                    source, line - 1, start.GetProperty("column").GetInt32() - 1, end.GetProperty("line").GetInt32() - 1,
                    end.GetProperty("column").GetInt32() - 1, mutant.GetProperty("replacement").GetString()!);
                read.Add(new(
                    int.Parse(mutant.GetProperty("id").GetString()!, null), path, line, key));
            }
        }
        return read;
    }

    /// <summary>The key of a change between two places of a source, counted from 0.</summary>
    public static string KeyOf(
        string[] source, int firstLine, int firstColumn, int lastLine, int lastColumn, string replacement)
    {
        var before = source[firstLine][..firstColumn];
        var after = source[lastLine][lastColumn..];
        var original = firstLine == lastLine
            ? source[firstLine][firstColumn..lastColumn]
            : string.Join(' ', [source[firstLine][firstColumn..], .. source[(firstLine + 1)..lastLine],
                source[lastLine][..lastColumn]]);
        return Blanks().Replace($"{before}⟦{original}→{replacement}⟧{after}", " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
