using System.Diagnostics;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Report;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Cli;

/// <summary><c>run</c>: scenario files in virtual time, judged at the true plant.</summary>
internal static class RunVerb
{
    public const string Usage = """
        usage: chargescape-sim run [SCENARIO…] [--seed N] [--repeat N] [--without RULE] [--truth FILE]
                                   [--report FILE] [--json]

          SCENARIO        a scenario file (YAML), a folder of them, or the name of one that ships with the simulator;
                          without any, all that ship are run
          --seed N        first seed (1); the seed also decides where the controller's grid lies against the events
          --repeat N      run each scenario with N seeds in a row (1); one failure fails it
          --without RULE  delete a rule (main_breaker, wrong_sign, …, alignment, isolation) to see that it is missed
          --truth FILE    write the true plant as JSON lines at 10 Hz (of the last run)
          --report FILE   write one page (HTML, nothing else needed) that shows what happened and why
          --json          one JSON object per run instead of a table

        A run is held, failed (an expectation, or a limit that the judge watches in every run), or invalid: the pressure
        that the scenario says it needs was not there, which is as bad.

        exit codes: 0 every run held; 1 one did not; 2 wrong arguments or files; 130 interrupted by Ctrl-C
        """;

    public static int Run(Arguments arguments)
    {
        var asked = new Asked(
            (ulong)arguments.Number("--seed", 1, 0, long.MaxValue), arguments.Number("--repeat", 1, 1, 1_000_000),
            Rules(arguments.Option("--without")), arguments.Flag("--json"), arguments.Option("--truth"),
            arguments.Option("--report"));
        var words = arguments.Rest();
        if (ScenarioFiles.EmptyFolders(words) is [var folder, ..])
            throw new UsageException($"no scenario (*.yaml) in the folder '{folder}'");
        if (Load(ScenarioFiles.Find(words)) is not { } loaded) return 2;

        using var interrupt = new Interrupt();
        using var screen = new RunScreen(loaded.Count * asked.Repeat, asked.IsJson);
        var page = asked.Report is null ? null : new ReportPage();
        // A page that cannot be written is told before the time is spent.
        using var pageFile = asked.Report is { } path ? Open("--report", path, to => new StreamWriter(to)) : null;
        var isInterrupted = false;
        try
        {
            foreach (var (scenario, site) in loaded)
            {
                for (var i = 0L; i < asked.Repeat; i++)
                    RunOnce(scenario, site, asked.Seed + (ulong)i, asked, screen, page, interrupt);
                screen.Done(scenario);
            }
        }
        catch (OperationCanceledException)
        {
            isInterrupted = true;
        }
        if (page is not null) pageFile!.Write(page.Html());
        screen.Sum(isInterrupted);
        return isInterrupted ? 130 : screen.Bad == 0 ? 0 : 1;
    }

    private sealed record Asked(ulong Seed, long Repeat, RuleSet Rules, bool IsJson, string? Truth, string? Report);

    private static RuleSet Rules(string? without) => without is null
        ? RuleSet.All
        : RuleNames.AllWithout(without) ?? throw new UsageException($"there is no rule '{without}'");

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

    private static void RunOnce(
        Scenario scenario, SiteConfig site, ulong seed, Asked asked, RunScreen screen, ReportPage? page,
        Interrupt interrupt)
    {
        var begun = Stopwatch.GetTimestamp();
        using var truth = asked.Truth is { } path ? Open("--truth", path, to => new TruthWriter(to)) : null;
        var recorder = page is null ? null : new Recorder(scenario.Length);
        var report = ScenarioRun.Run(scenario, site, asked.Rules, seed, new()
        {
            Progress = at =>
            {
                interrupt.Check();
                screen.Progress(scenario, seed, at);
            },
            Truth = truth,
            Recorder = recorder,
        });
        screen.Show(scenario, report, Stopwatch.GetElapsedTime(begun), asked.Repeat > 1);
        page?.Add(scenario, site, report, recorder!);
    }

    private static T Open<T>(string option, string path, Func<string, T> open)
    {
        try
        {
            return open(path);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option}: {trouble.Message}");
        }
    }
}
