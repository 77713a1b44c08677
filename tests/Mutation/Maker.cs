using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace ChargeScape.Edge.Tests.Mutation;

/// <summary>
/// Lets Stryker make the assembly with every mutant in it, and its list. What it made is kept until a source of the
/// control side or Stryker's settings change.
/// </summary>
internal sealed class Maker(string artifacts)
{
    private const string Assembly = "ChargeScape.Edge.Control.dll";
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(15);

    private string Made => Path.Combine(artifacts, "made");
    private string Stamp => Path.Combine(Made, "of");

    /// <summary>Where the example tests lie beside the made assembly.</summary>
    public string Running => Path.Combine(artifacts, "running");

    /// <exception cref="InvalidOperationException">Stryker did not do it; its log is named.</exception>
    public IReadOnlyList<Mutant> Make(Action<string> say, CancellationToken ended)
    {
        Directory.CreateDirectory(Made);
        var report = Path.Combine(Made, "mutants.json");
        var of = Sources();
        if (!File.Exists(Stamp) || File.ReadAllText(Stamp) != of)
        {
            File.Delete(Stamp);
            say("Stryker makes the mutants (a minute or two)…");
            Stryker(report, ended);
            File.WriteAllText(Stamp, of);
        }
        BesideTheTests();
        return Mutant.Read(report);
    }

    private void Stryker(string report, CancellationToken ended)
    {
        var log = Path.Combine(artifacts, "stryker.log");
        var work = Path.Combine(artifacts, "stryker");
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = RepositoryRoot.File("tests", "Mutants"),
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("""
            exec >"$1" 2>&1 </dev/null
            dotnet tool restore && exec dotnet stryker --config-file stryker-config.json --concurrency 1 \
              --output "$2" --skip-version-check
            """);
        start.ArgumentList.Add("stryker");
        start.ArgumentList.Add(log);
        start.ArgumentList.Add(work);
        start.Environment["CHARGESCAPE_MUTANTS"] = Made;
        using var process = Process.Start(start)!;
        using var stop = ended.Register(() => process.Kill(entireProcessTree: true));
        var inTime = process.WaitForExit(AtMost);
        if (!inTime) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        ended.ThrowIfCancellationRequested();
        var written = Directory.Exists(work)
            ? Directory.GetFiles(work, "mutation-report.json", SearchOption.AllDirectories) : [];
        if (!inTime || process.ExitCode != 0 || written.Length != 1)
            throw new InvalidOperationException($"Stryker did not make the mutants: see {log}");
        File.Copy(written[0], report, overwrite: true);
    }

    private void BesideTheTests()
    {
        var tests = RepositoryRoot.File("tests", "Control", "bin", "Release", "net10.0");
        const string examples = "ChargeScape.Edge.Tests.Control.dll";
        if (IsSame(Path.Combine(tests, examples), Path.Combine(Running, examples))
            && IsSame(Path.Combine(Made, Assembly), Path.Combine(Running, Assembly))) return;
        if (Directory.Exists(Running)) Directory.Delete(Running, recursive: true);
        Directory.CreateDirectory(Running);
        foreach (var file in Directory.GetFiles(tests, "*.dll").Where(file => Path.GetFileName(file) != Assembly))
            File.Copy(file, Path.Combine(Running, Path.GetFileName(file)));
        File.Copy(Path.Combine(Made, Assembly), Path.Combine(Running, Assembly));
    }

    private static bool IsSame(string one, string other) =>
        File.Exists(one) && File.Exists(other) && File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));

    private static string Sources()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] folders = [RepositoryRoot.File("edge-host", "Control"), RepositoryRoot.File("hal", "Contracts")];
        var files = folders.SelectMany(folder => Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Append(RepositoryRoot.File("tests", "Mutants", "stryker-config.json"))
            .Append(RepositoryRoot.File(".config", "dotnet-tools.json"));
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(File.ReadAllBytes(file));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
