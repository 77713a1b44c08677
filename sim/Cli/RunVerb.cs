using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Cli;

/// <summary><c>run</c>: scenario files in virtual time, judged at the true plant.</summary>
internal static class RunVerb
{
    public const string Usage = """
        usage: chargescape-sim run [SCENARIO…] [--seed N] [--repeat N] [--without RULE] [--truth FILE] [--json]

          SCENARIO        a scenario file (YAML), a folder of them, or the name of one that ships with the simulator;
                          without any, all that ship are run
          --seed N        first seed (1)
          --repeat N      run each scenario with N seeds in a row (1)
          --without RULE  delete a limit or trip (main_breaker, wrong_sign, …, alignment) to see that it is missed
          --truth FILE    write the true plant as JSON lines at 10 Hz (of the last run)
          --json          one JSON object per run instead of a table

        exit codes: 0 every expectation held; 1 one did not; 2 wrong arguments or files; 130 interrupted by Ctrl-C
        """;

    // Not for a browser: umlauts and quotes may stand as they are.
    private static readonly JsonSerializerOptions Readable = new() { Encoder =
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static int Run(Arguments arguments)
    {
        var seed = arguments.Number("--seed", 1, 0, long.MaxValue);
        var repeat = arguments.Number("--repeat", 1, 1, 1_000_000);
        var without = arguments.Option("--without");
        var json = arguments.Flag("--json");
        var truth = arguments.Option("--truth");
        var rules = without is null ? RuleSet.All : RuleNames.AllWithout(without);
        if (rules is null) throw new UsageException($"there is no rule '{without}'");
        var words = arguments.Rest();
        if (ScenarioFiles.EmptyFolders(words) is [var folder, ..])
            throw new UsageException($"no scenario (*.yaml) in the folder '{folder}'");
        var files = ScenarioFiles.Find(words);
        if (Load(files) is not { } loaded) return 2;

        var (done, failed) = (0, 0);
        using var interrupt = new Interrupt();
        try
        {
            foreach (var (scenario, site) in loaded)
            {
                for (var i = 0; i < repeat; i++, done++)
                {
                    var report = Run(
                        scenario, site, rules, (ulong)(seed + i), json, truth, interrupt, out var took);
                    if (json) Console.Out.WriteLine(ToJson(report, took));
                    else Show(scenario, report, took);
                    if (!report.Held) failed++;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"interrupted: {done} of {loaded.Count * repeat} runs done, {failed} failed");
            return 130;
        }
        if (!json) Console.Out.WriteLine($"{loaded.Count * repeat} runs, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static List<(Scenario, SiteConfig)>? Load(IReadOnlyList<string> files)
    {
        var loaded = new List<(Scenario, SiteConfig)>();
        var errors = new List<string>();
        foreach (var file in files)
        {
            var (scenario, trouble) = ScenarioFile.Read(file);
            errors.AddRange(trouble.Select(error => error.ToString()));
            if (scenario is null) continue;
            var (site, siteTrouble) = ScenarioRun.ReadSite(scenario);
            errors.AddRange(siteTrouble.Select(error => $"{file}: {error}"));
            if (site is not null) loaded.Add((scenario, site));
        }
        foreach (var error in errors) Console.Error.WriteLine(error);
        return errors.Count == 0 ? loaded : null;
    }

    private static RunReport Run(
        Scenario scenario, SiteConfig site, RuleSet rules, ulong seed, bool isQuiet, string? truth,
        Interrupt interrupt, out TimeSpan took)
    {
        var begun = Stopwatch.GetTimestamp();
        var isShown = !isQuiet && !Console.IsErrorRedirected;
        using var file = truth is null ? null : Open(truth);
        try
        {
            return ScenarioRun.Run(scenario, site, rules, seed, at =>
            {
                interrupt.Check();
                if (isShown) Console.Error.Write($"\r{scenario.Name}: {at / scenario.Length:P0} ");
            }, file);
        }
        finally
        {
            if (isShown) Console.Error.Write("\r\e[K");
            took = Stopwatch.GetElapsedTime(begun);
        }
    }

    private static TruthWriter Open(string path)
    {
        try
        {
            return new(path);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--truth: {trouble.Message}");
        }
    }

    private static void Show(Scenario scenario, RunReport report, TimeSpan took)
    {
        var speed = report.Simulated / took;
        Console.Out.WriteLine($"{(report.Held ? "held  " : "FAILED")} {report.Scenario} (seed {report.Seed}, "
            + $"{report.Simulated.TotalSeconds:0} s in {took.TotalSeconds:0.0} s, {speed:0}×, "
            + $"trace {report.Trace:x16})");
        Console.Out.WriteLine($"       {scenario.About.Trim()}");
        foreach (var verdict in report.Verdicts)
            Console.Out.WriteLine($"  {(verdict.Held ? "ok    " : "FAILED")} {verdict.Claim}: {verdict.Seen}");
    }

    private static string ToJson(RunReport report, TimeSpan took)
    {
        var verdicts = new JsonArray([.. report.Verdicts.Select(verdict => (JsonNode)new JsonObject
        {
            ["claim"] = verdict.Claim, ["held"] = verdict.Held, ["seen"] = verdict.Seen,
        })]);
        return new JsonObject
        {
            ["scenario"] = report.Scenario, ["seed"] = report.Seed, ["held"] = report.Held,
            ["simulated_s"] = report.Simulated.TotalSeconds, ["wall_s"] = Math.Round(took.TotalSeconds, 3),
            ["trace"] = report.Trace.ToString("x16", CultureInfo.InvariantCulture), ["expectations"] = verdicts,
        }.ToJsonString(Readable);
    }
}
