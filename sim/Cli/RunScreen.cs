using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Sim.Judge;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Cli;

/// <summary>
/// What <c>run</c> says: a bar while it works on a terminal, each run or, of many seeds, each scenario with the runs
/// that
/// did not hold; or a JSON object per run.
/// </summary>
internal sealed class RunScreen(long runs, bool isJson) : IDisposable
{
    private const int BarWidth = 30;
    // Not for a browser: umlauts and quotes may stand as they are.
    private static readonly JsonSerializerOptions Readable = new() { Encoder =
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly bool isTerminal = !Console.IsErrorRedirected;
    private readonly List<RunReport> ofScenario = [];
    private long done;

    /// <summary>Runs that did not hold.</summary>
    public long Bad { get; private set; }

    /// <summary>Moves the bar on.</summary>
    public void Progress(Scenario scenario, ulong seed, TimeSpan at)
    {
        if (!isTerminal) return;
        var share = Math.Clamp((done + at / scenario.Length) / runs, 0, 1);
        var filled = (int)(share * BarWidth);
        var bar = new string('#', filled).PadRight(BarWidth, '.');
        Console.Error.Write($"\r[{bar}] {done}/{runs} {scenario.Name} seed {seed}\e[K");
    }

    /// <summary>A run is over.</summary>
    /// <param name="scenario">What ran.</param>
    /// <param name="report">What it came to.</param>
    /// <param name="took">Wall time.</param>
    /// <param name="isOneOfMany">Only what did not hold is shown whole.</param>
    public void Show(Scenario scenario, RunReport report, TimeSpan took, bool isOneOfMany)
    {
        done++;
        if (!report.Held) Bad++;
        ofScenario.Add(report);
        Wipe();
        if (isJson) Console.Out.WriteLine(ToJson(report, took));
        else if (!isOneOfMany || !report.Held) ShowWhole(scenario, report, took);
    }

    /// <summary>All runs of a scenario are over.</summary>
    public void Done(Scenario scenario)
    {
        if (!isJson && ofScenario.Count > 1)
        {
            var held = ofScenario.Count(report => report.Held);
            Console.Out.WriteLine($"{(held == ofScenario.Count ? "held  " : "FAILED")} {scenario.Name}: {held} of "
                + $"{ofScenario.Count} runs held, seeds {ofScenario[0].Seed}…{ofScenario[^1].Seed}{Slowest()}");
        }
        ofScenario.Clear();
    }

    /// <summary>The last line.</summary>
    public void Sum(bool isInterrupted)
    {
        Wipe();
        if (isInterrupted) Console.Error.WriteLine($"interrupted: {done} of {runs} runs done, {Bad} failed");
        else if (!isJson) Console.Out.WriteLine($"{runs} runs, {Bad} failed");
    }

    public void Dispose() => Wipe();

    private void Wipe()
    {
        if (isTerminal) Console.Error.Write("\r\e[K");
    }

    private string Slowest()
    {
        var slowest = ofScenario.SelectMany(report => report.Findings.Breaches).MaxBy(breach => breach.Reaction);
        return slowest?.Reaction is { } reaction
            ? $"; slowest reaction {Text(reaction.TotalSeconds)} s ({slowest.Limit})"
            : "";
    }

    private static void ShowWhole(Scenario scenario, RunReport report, TimeSpan took)
    {
        var speed = report.Simulated / took;
        var outcome = report.Outcome switch
        {
            Outcome.Held => "held   ", Outcome.Failed => "FAILED ", _ => "INVALID",
        };
        Console.Out.WriteLine($"{outcome}{report.Scenario} (seed {report.Seed}, "
            + $"{report.Simulated.TotalSeconds:0} s in {took.TotalSeconds:0.0} s, {speed:0}×, "
            + $"trace {report.Trace:x16})");
        Console.Out.WriteLine($"       {scenario.About.Trim()}");
        foreach (var premise in report.Premises)
            Console.Out.WriteLine($"  {(premise.Held ? "given " : "ABSENT")} {premise.Claim}: {premise.Seen}");
        foreach (var verdict in report.Verdicts)
            Console.Out.WriteLine($"  {(verdict.Held ? "ok    " : "FAILED")} {verdict.Claim}: {verdict.Seen}");
        foreach (var limit in report.Findings.Limits.Where(limit => limit.Over > 0)) ShowLimit(limit);
    }

    private static void ShowLimit(LimitFinding limit)
    {
        var isKnown = limit.Ratio is < double.PositiveInfinity;
        var ratio = isKnown ? $", {Text(limit.Ratio!.Value)} × the physical floor" : "";
        var amperes = limit.AmpereSeconds > 0 ? $", {Text(limit.AmpereSeconds)} A·s" : "";
        Console.Out.WriteLine($"  {(limit.IsHeld ? "judge " : "BREACH")} {limit.Limit}, {limit.Bound}: over by "
            + $"{Text(limit.Over)} {limit.Unit}{amperes}{ratio}, {Text(limit.Late)} {limit.Unit} of it late; "
            + string.Join(", ", limit.Breaches.Take(4).Select(InWords))
            + (limit.Breaches.Count > 4 ? $" and {limit.Breaches.Count - 4} more" : ""));
    }

    private static string InWords(Breach breach) =>
        $"{breach.Id} {Text(breach.From.TotalSeconds)}…{Text(breach.Until.TotalSeconds)} s"
        + (breach.PeakUnit.Length > 0 ? $" by up to {Text(breach.Peak)} {breach.PeakUnit}" : "");

    private static string ToJson(RunReport report, TimeSpan took) => new JsonObject
    {
        ["scenario"] = report.Scenario, ["seed"] = report.Seed, ["phase_ms"] = report.Phase.TotalMilliseconds,
        ["outcome"] = report.Outcome.ToString().ToLowerInvariant(), ["held"] = report.Held,
        ["simulated_s"] = report.Simulated.TotalSeconds, ["wall_s"] = Math.Round(took.TotalSeconds, 3),
        ["trace"] = report.Trace.ToString("x16", CultureInfo.InvariantCulture),
        ["premises"] = ToJson(report.Premises), ["expectations"] = ToJson(report.Verdicts),
        ["limits"] = new JsonArray([.. report.Findings.Limits.Select(ToJson)]),
    }.ToJsonString(Readable);

    private static JsonArray ToJson(IEnumerable<Verdict> verdicts) =>
        new([.. verdicts.Select(verdict => (JsonNode)new JsonObject
        {
            ["claim"] = verdict.Claim, ["held"] = verdict.Held, ["seen"] = verdict.Seen,
        })]);

    // The unit is the last word of a name that has one; a limit that is only true or false counts in seconds.
    private static JsonNode ToJson(LimitFinding limit)
    {
        var unit = limit.Unit.ToLowerInvariant();
        var json = new JsonObject
        {
            ["limit"] = limit.Limit, ["bound"] = limit.Bound, ["held"] = limit.IsHeld,
            ["promise_s"] = Math.Round(limit.Promise.TotalSeconds, 2), [$"over_{unit}"] = Rounded(limit.Over),
            [$"floor_{unit}"] = Rounded(limit.Floor), [$"late_{unit}"] = Rounded(limit.Late),
            // Null: never exceeded, or the floor is nothing and any excess too much.
            ["over_to_floor"] = limit.Ratio is { } ratio and < double.PositiveInfinity ? Rounded(ratio) : null,
        };
        if (limit.AmpereSeconds > 0) json["over_as"] = Rounded(limit.AmpereSeconds);
        json["breaches"] = new JsonArray([.. limit.Breaches.Select(breach => (JsonNode)new JsonObject
        {
            ["id"] = breach.Id, ["held"] = breach.IsHeld, ["from_s"] = Rounded(breach.From.TotalSeconds),
            ["until_s"] = Rounded(breach.Until.TotalSeconds),
            ["reaction_s"] = breach.Reaction is { } reaction ? Rounded(reaction.TotalSeconds) : null,
            ["promise_s"] = Rounded(breach.Promise.TotalSeconds), ["peak"] = Rounded(breach.Peak),
            ["peak_unit"] = breach.PeakUnit,
            [$"over_{unit}"] = Rounded(breach.Over), [$"floor_{unit}"] = Rounded(breach.Floor),
            [$"late_{unit}"] = Rounded(breach.Late),
        })]);
        return json;
    }

    private static double Rounded(double value) => Math.Round(value, 4);

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
