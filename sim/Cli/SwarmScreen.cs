using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Sim.Swarm;

namespace ChargeScape.Edge.Sim.Cli;

/// <summary>What <c>swarm</c> says: a bar on a terminal, runs that failed, and the table of what was reached.</summary>
internal sealed class SwarmScreen : IDisposable
{
    private const int BarWidth = 30;
    // Not for a browser: umlauts and quotes may stand as they are.
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private readonly bool isTerminal = !Console.IsErrorRedirected;
    private readonly bool isJson;
    private readonly TimeSpan? hours;
    private readonly long runs;
    private readonly ulong seed;
    private long done;
    private TimeSpan simulated;

    public SwarmScreen(ulong seed, TimeSpan? hours, long runs, bool isJson)
    {
        (this.seed, this.hours, this.runs, this.isJson) = (seed, hours, runs, isJson);
        if (!isJson) Console.Out.WriteLine($"swarm: runs from seed {seed} on");
    }

    /// <summary>Runs that failed.</summary>
    public long Failed { get; private set; }

    /// <summary>A run is over.</summary>
    public void Done(SwarmReport report, TimeSpan elapsed)
    {
        done++;
        simulated += report.Simulated;
        if (!report.Held) Failed++;
        if (!report.Held && !isJson)
        {
            Wipe();
            Console.Out.WriteLine($"FAILED seed {report.Plan.Seed}, trace {report.Trace:x16}: {report.Failures[0]}");
        }
        if (!isTerminal) return;
        var share = Math.Clamp(hours is { } limit ? elapsed / limit : (double)done / runs, 0, 1);
        var bar = new string('#', (int)(share * BarWidth)).PadRight(BarWidth, '.');
        Console.Error.Write($"\r[{bar}] {done} runs, {Simulated}, {Failed} failed\e[K");
    }

    /// <summary>A failing run was made small.</summary>
    public void Shrunk(SwarmReport smallest, string file, string? without)
    {
        Wipe();
        var again = $"./edge replay --seed {smallest.Plan.Seed}{(without is null ? "" : $" --without {without}")}";
        if (isJson)
        {
            Console.Out.WriteLine(new JsonObject
            {
                ["seed"] = smallest.Plan.Seed, ["failed"] = smallest.Failures[0].Kind,
                ["at_s"] = smallest.Failures[0].At.TotalSeconds, ["seen"] = smallest.Failures[0].Text,
                ["faults"] = Texts(smallest.Plan.Strokes.Where(stroke => stroke.IsFault).Select(stroke => stroke.Name)),
                ["scenario"] = file, ["replay"] = again,
            }.ToJsonString(Readable));
            return;
        }
        Console.Out.WriteLine($"  the smallest run with the same failure: {smallest.Plan.Faults} faults, "
            + $"{smallest.Plan.Strokes.Count - smallest.Plan.Faults} other events, {smallest.Plan.Seconds} s");
        foreach (var stroke in smallest.Plan.Strokes.Where(stroke => stroke.IsFault))
            Console.Out.WriteLine($"    {stroke.Lines[0].Milliseconds / 1000.0:0.###} s {stroke.Name}");
        Console.Out.WriteLine($"  as a scenario: {file}");
        Console.Out.WriteLine($"  the whole run: {again}");
    }

    /// <summary>The last lines.</summary>
    public void Sum(SwarmCoverage coverage, bool isInterrupted)
    {
        Wipe();
        if (isJson) Console.Out.WriteLine(ToJson(coverage, isInterrupted));
        else
        {
            Print(coverage);
            if (isInterrupted) Console.Out.WriteLine("interrupted");
            Console.Out.WriteLine($"{done} runs from seed {seed}, {Simulated}, {Failed} failed");
        }
    }

    public void Dispose() => Wipe();

    private string Simulated => $"{simulated.TotalHours.ToString("0.0", CultureInfo.InvariantCulture)} h simulated";

    private static void Print(SwarmCoverage coverage)
    {
        Console.Out.WriteLine("reached: a limit's steps (and those in which it kept what was wanted from being done), "
            + "a trip's and a mode's times, how often a fault was armed (and with power flowing)");
        foreach (var row in coverage.Table)
        {
            var count = row.Group is "limit" or "fault" ? $"{row.Times} ({row.Effective})" : $"{row.Times}";
            var note = row.Times > 0 ? "" : row.Excuse is { } why ? $"  not to be reached: {why}" : "  NOT REACHED";
            Console.Out.WriteLine($"  {row.Group,-6}{row.Name,-32}{count,22}{note}");
        }
    }

    private JsonObject ToJson(SwarmCoverage coverage, bool isInterrupted) => new()
    {
        ["seed"] = seed, ["runs"] = done, ["failed_runs"] = Failed, ["interrupted"] = isInterrupted,
        ["simulated_s"] = simulated.TotalSeconds, ["not_reached"] = Texts(coverage.Missing),
        ["reached"] = new JsonArray([.. coverage.Table.Select(row => (JsonNode)new JsonObject
        {
            ["group"] = row.Group, ["name"] = row.Name, ["times"] = row.Times, ["effective"] = row.Effective,
            ["excuse"] = row.Excuse,
        })]),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private void Wipe()
    {
        if (isTerminal) Console.Error.Write("\r\e[K");
    }
}
