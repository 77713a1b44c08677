using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChargeScape.Edge.Tests.Mutation;

/// <summary><c>./edge mutate</c>: does a test fall when the control side is changed?</summary>
public static class MutateVerb
{
    public const string Usage = """
        usage: ./edge mutate [--file GLOB] [--judged] [--since REF] [--sample N] [--quick] [--workers N] [--json]

        Changes edge-host/Control in one place at a time (Stryker makes the changes) and runs the examples of
        tests/Control against each. One that survives must stand in tests/Mutation/equivalent.tsv with the reason.

          --file GLOB     these files only, below edge-host/Control: 'Trips/*,Mode.cs', '**/MeterWatch.cs'
          --judged        only files that tests/Mutation/judged.txt names: no mutant of theirs survived, the last time
          --since REF     only files that differ from this commit
          --sample N      N of the mutants, always the same ones while their lines are the same
          --quick         only the examples of the same folder, and none that takes more than 0.12 s: a first look.
                          What it kills is killed; what survives is to be judged again without it
          --workers N     processes at a time (2)
          --json          the result as JSON on the standard output, nothing else there

        report: artifacts/mutate/report.txt, a line per mutant
        exit codes: 0 no surviving one is unlisted and none is listed in vain; 1 some are, or it could not be done;
        2 wrong arguments; 130 ended by Ctrl-C
        """;

    private sealed record Wanted(int? Sample, string? Glob, string? Since, int Workers, bool IsQuick, bool IsJudged, bool IsJson);

    public static int Run(string[] args, TextWriter output, TextWriter errors, CancellationToken ended)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            output.WriteLine(Usage);
            return 0;
        }
        if (!TryRead(args, out var wanted, out var wrong))
        {
            errors.WriteLine($"edge mutate: {wrong}\n\n{Usage}");
            return 2;
        }
        try
        {
            return Judge(wanted, output, errors, ended);
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("edge mutate: ended by hand; what was judged stands in the report");
            return 130;
        }
        catch (Exception trouble) when (trouble is InvalidOperationException or FormatException or IOException)
        {
            errors.WriteLine($"edge mutate: {trouble.Message}");
            return 1;
        }
    }

    private static bool TryRead(string[] args, out Wanted wanted, out string wrong)
    {
        wanted = new(null, null, null, 2, false, false, false);
        wrong = "";
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--json" or "--quick" or "--judged")
            {
                wanted = args[i] switch
                {
                    "--json" => wanted with { IsJson = true },
                    "--quick" => wanted with { IsQuick = true },
                    _ => wanted with { IsJudged = true },
                };
                continue;
            }
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--sample" when int.TryParse(value, out var count) && count > 0:
                    wanted = wanted with { Sample = count };
                    break;
                case "--workers" when int.TryParse(value, out var count) && count is > 0 and <= 64:
                    wanted = wanted with { Workers = count };
                    break;
                case "--file" when value is { Length: > 0 }:
                    wanted = wanted with { Glob = value };
                    break;
                case "--since" when value is { Length: > 0 } && value[0] != '-':
                    wanted = wanted with { Since = value };
                    break;
                default:
                    wrong = $"'{args[i]} {value}' is not understood";
                    return false;
            }
            i++;
        }
        return true;
    }

    private static int Judge(Wanted wanted, TextWriter output, TextWriter errors, CancellationToken ended)
    {
        var artifacts = RepositoryRoot.File("artifacts", "mutate");
        Directory.CreateDirectory(artifacts);
        var listed = Equivalents.Read(File.ReadLines(RepositoryRoot.File("tests", "Mutation", "equivalent.tsv")));
        void Say(string line) => errors.WriteLine($"edge mutate: {line}");
        var maker = new Maker(artifacts);
        var all = maker.Make(Say, ended);
        var chosen = Chosen(all, wanted).ToList();
        if (chosen.Count == 0) throw new InvalidOperationException("no mutant is in what was asked for");

        var path = Path.Combine(artifacts, "report.txt");
        using var report = new StreamWriter(path) { AutoFlush = true };
        var survived = 0;
        var pool = new Pool(maker.Running, Math.Min(wanted.Workers, chosen.Count), wanted.IsQuick, (verdict, count) =>
        {
            var excused = verdict.Killer is null && listed.Excuse(verdict.Mutant.File, verdict.Mutant.Key);
            if (verdict.Killer is null && !excused) survived++;
            report.WriteLine(Line(verdict, excused));
            if (!Console.IsErrorRedirected) errors.Write($"\r\e[K{count}/{chosen.Count}, {survived} survived");
        }, Say);
        Say($"{chosen.Count} of {all.Count} mutants…");
        var verdicts = pool.Judge(chosen, ended);
        if (!Console.IsErrorRedirected) errors.Write("\r\e[K");
        return Tell(wanted, new(all, verdicts, pool.Unfit, listed), path, output);
    }

    private sealed record Outcome(
        IReadOnlyList<Mutant> All, IReadOnlyList<Verdict> Verdicts, IReadOnlyCollection<string> Unfit,
        Equivalents Listed);

    private static int Tell(Wanted wanted, Outcome outcome, string path, TextWriter output)
    {
        var survivors = outcome.Verdicts.Where(verdict => verdict.Killer is null).Select(verdict => verdict.Mutant)
            .OrderBy(mutant => mutant.File, StringComparer.Ordinal).ThenBy(mutant => mutant.Line).ToList();
        var unlisted = survivors.Where(mutant => !outcome.Listed.Excuse(mutant.File, mutant.Key)).ToList();
        var judged = outcome.Verdicts.Select(verdict => verdict.Mutant).ToHashSet();
        var whole = outcome.All.GroupBy(mutant => mutant.File).Where(file => file.All(judged.Contains))
            .Select(file => file.Key).ToHashSet();
        // A file that is no more has no mutants either.
        if (judged.Count == outcome.All.Count) whole.UnionWith(outcome.Listed.Files);
        List<string> stale = wanted.IsQuick ? [] : [.. outcome.Listed.Stale(whole, survivors.Select(mutant => (mutant.File, mutant.Key)))];
        var killed = outcome.Verdicts.Count - survivors.Count;
        var counted = outcome.Verdicts.Count - (survivors.Count - unlisted.Count);
        var score = counted == 0 ? 100 : 100.0 * killed / counted;
        if (wanted.IsJson)
            output.WriteLine(JsonSerializer.Serialize(new
            {
                mutants = outcome.All.Count, judged = outcome.Verdicts.Count, killed,
                equivalent = survivors.Count - unlisted.Count, scorePct = Math.Round(score, 2),
                survived = unlisted.Select(mutant => new { file = mutant.File, line = mutant.Line, key = mutant.Key }),
                listedInVain = stale, failWithoutMutant = outcome.Unfit,
            }));
        else
        {
            foreach (var mutant in unlisted) output.WriteLine($"SURVIVED {mutant.File}:{mutant.Line} {mutant.Key}");
            foreach (var line in stale) output.WriteLine($"LISTED IN VAIN {line}");
            output.WriteLine($"{outcome.Verdicts.Count} of {outcome.All.Count} mutants judged: {killed} killed, "
                + $"{survivors.Count - unlisted.Count} equivalent, {unlisted.Count} survived; score {score:0.00} %; {path}");
        }
        return unlisted.Count == 0 && stale.Count == 0 && outcome.Unfit.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<Mutant> Chosen(IReadOnlyList<Mutant> all, Wanted wanted)
    {
        IEnumerable<Mutant> chosen = all;
        if (wanted.Glob is { } glob)
        {
            var patterns = glob.Split(',').Select(Pattern).ToList();
            chosen = chosen.Where(mutant => patterns.Any(pattern => pattern.IsMatch(mutant.File)));
        }
        if (wanted.IsJudged)
        {
            var judged = File.ReadLines(RepositoryRoot.File("tests", "Mutation", "judged.txt")).ToHashSet();
            chosen = chosen.Where(mutant => judged.Contains(mutant.File));
        }
        if (wanted.Since is { } since)
        {
            var changed = ChangedSince(since);
            chosen = chosen.Where(mutant => changed.Contains(mutant.File));
        }
        return wanted.Sample is { } count
            ? chosen.OrderBy(Lot, StringComparer.Ordinal).ThenBy(mutant => mutant.Id).Take(count) : chosen;
    }

    // From the change alone: the same every day and on every machine.
    private static string Lot(Mutant mutant) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{mutant.File} {mutant.Key}")));

    /// <summary>** is any path, * and ? stay within a folder.</summary>
    public static Regex Pattern(string glob) => new(
        "^" + Regex.Escape(glob).Replace(@"\*\*/", "(.*/)?").Replace(@"\*\*", ".*").Replace(@"\*", "[^/]*")
            .Replace(@"\?", "[^/]") + "$",
        RegexOptions.None, TimeSpan.FromSeconds(1));

    private static HashSet<string> ChangedSince(string commit)
    {
        const string folder = "edge-host/Control/";
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = RepositoryRoot.Path, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var word in (string[])["diff", "--name-only", "--relative", commit, "--", folder])
            start.ArgumentList.Add(word);
        using var git = Process.Start(start)!;
        var trouble = git.StandardError.ReadToEndAsync();
        var names = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        if (git.ExitCode != 0) throw new InvalidOperationException(trouble.Result.Trim());
        return [.. names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => name[folder.Length..])];
    }

    private static string Line(Verdict verdict, bool excused) =>
        $"{(verdict.Killer is null ? excused ? "equivalent" : "SURVIVED" : "killed")}\t{verdict.Mutant.File}\t"
            + $"{verdict.Mutant.Line}\t{verdict.Mutant.Key}\t{verdict.Killer}";
}
