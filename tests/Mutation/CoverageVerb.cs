using System.Diagnostics;
using System.Xml.Linq;

namespace ChargeScape.Edge.Tests.Mutation;

/// <summary><c>./edge coverage</c>: every branch of the control side is taken by an example.</summary>
public static class CoverageVerb
{
    private const string Usage = """
        usage: ./edge coverage

        Runs the examples of tests/Control and looks which branches of edge-host/Control they take. A line with one that
        none takes must stand in tests/Mutation/untaken.tsv with the reason.

        report: artifacts/coverage/coverage.cobertura.xml
        exit codes: 0 none is unlisted and none is listed in vain; 1 some are, or it could not be done; 2 wrong arguments
        """;

    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(10);

    /// <summary>A line with branches that no example takes.</summary>
    public sealed record Untaken(string File, int Line, int Missing, string Text);

    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h"])
        {
            output.WriteLine(Usage);
            return 0;
        }
        if (args.Length > 0)
        {
            errors.WriteLine($"edge coverage: '{args[0]}' is not understood\n\n{Usage}");
            return 2;
        }
        var report = Measure(errors);
        if (report is null) return 1;
        var (branches, untaken) = Read(XDocument.Load(report), (file, line) =>
            File.ReadAllLines(RepositoryRoot.File("edge-host", "Control", file))[line - 1].Trim());
        var listed = Equivalents.Read(File.ReadLines(RepositoryRoot.File("tests", "Mutation", "untaken.tsv")));
        return Tell(branches, untaken, listed, report, output);
    }

    /// <summary>Reads a Cobertura report: how many branches there are, and the lines with untaken ones.</summary>
    public static (int Branches, IReadOnlyList<Untaken> Untaken) Read(XDocument report, Func<string, int, string> text)
    {
        const string folder = "Control/";
        var (branches, untaken) = (0, new Dictionary<(string, int), Untaken>());
        foreach (var type in report.Descendants("class"))
        {
            var file = (string)type.Attribute("filename")!;
            file = file[(file.LastIndexOf(folder, StringComparison.Ordinal) is var at and >= 0 ? at + folder.Length : 0)..];
            foreach (var line in type.Element("lines")!.Elements("line"))
            {
                // "75% (3/4)"
                if ((string?)line.Attribute("condition-coverage") is not { } covered) continue;
                var counts = covered.Split('(', '/', ')');
                var (taken, all) = (int.Parse(counts[1], null), int.Parse(counts[2], null));
                branches += all;
                var number = (int)line.Attribute("number")!;
                if (taken < all) untaken[(file, number)] = new(file, number, all - taken, text(file, number));
            }
        }
        return (branches, [.. untaken.Values.OrderBy(one => one.File, StringComparer.Ordinal).ThenBy(one => one.Line)]);
    }

    private static int Tell(
        int branches, IReadOnlyList<Untaken> untaken, Equivalents listed, string report, TextWriter output)
    {
        var unlisted = untaken.Where(line => !listed.Excuse(line.File, line.Text)).ToList();
        var vain = listed.Stale(listed.Files.ToHashSet(), untaken.Select(line => (line.File, line.Text))).ToList();
        foreach (var line in unlisted)
            output.WriteLine($"UNTAKEN {line.File}:{line.Line} {line.Missing} of its branches: {line.Text}");
        foreach (var line in vain) output.WriteLine($"LISTED IN VAIN {line}");
        var missing = untaken.Sum(line => line.Missing);
        var open = unlisted.Sum(line => line.Missing);
        var owed = untaken.Where(line => listed.IsOpen(line.File, line.Text)).Sum(line => line.Missing);
        output.WriteLine($"{branches} branches: {branches - missing} taken ({100.0 * (branches - missing) / branches:0.0} %), "
            + $"{missing - open - owed} that none can take, {owed} listed as open, {open} unlisted; {report}");
        return unlisted.Count == 0 && vain.Count == 0 ? 0 : 1;
    }

    private static string? Measure(TextWriter errors)
    {
        var folder = RepositoryRoot.File("artifacts", "coverage");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var log = Path.Combine(folder, "log.txt");
        var start = new ProcessStartInfo("bash") { WorkingDirectory = RepositoryRoot.Path };
        string[] words =
        [
            "-c", """
                exec >"$1" 2>&1 </dev/null
                exec dotnet test tests/Control --no-build -c Release --nologo -v quiet --results-directory "$2" \
                  --collect 'XPlat Code Coverage' -- \
                  'DataCollectionRunSettings.DataCollectors.DataCollector.Configuration.Include=[ChargeScape.Edge.Control]*'
                """, "coverage", log, folder,
        ];
        foreach (var word in words) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var inTime = process.WaitForExit(AtMost);
        if (!inTime) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        var written = Directory.GetFiles(folder, "coverage.cobertura.xml", SearchOption.AllDirectories);
        if (inTime && process.ExitCode == 0 && written.Length == 1) return written[0];
        errors.WriteLine($"edge coverage: the examples did not run to their end, or one failed: see {log}");
        return null;
    }
}
