using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Host.Bench;
using ChargeScape.Edge.Host.Bench.Scan;
using ChargeScape.Edge.Host.Commissioning;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>site new</c>: a valid site file from a scan and a few questions.</summary>
internal static class SiteNewVerb
{
    private const string WholeFile = "$";
    private static readonly JsonSerializerOptions form = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private static readonly Option<FileInfo> output = new("--out")
    {
        Description = "File to write; one that is there is left alone",
        HelpName = "FILE",
        DefaultValueFactory = _ => new("site.json"),
    };
    private static readonly Option<FileInfo?> answersFile = new("--answers")
    {
        Description = "Answers as JSON, {\"service.mainBreakerA\": 100, …}, in place of a person",
        HelpName = "FILE",
    };
    private static readonly Option<string?> range = new("--scan")
    {
        Description = "Look for meters and inverters there first, such as 192.168.1.0/24",
        HelpName = "RANGE",
    };

    private sealed record Made(string File, string Site, int Buses, int Devices);

    public static Command Make()
    {
        var make = new Command(
            "new",
            "Write a new site file from a scan and a few questions, or from a file of answers.\n"
            + "Exit codes: 0 written and valid, 1 it cannot be written, 2 arguments or answers, 130 interrupted.")
        {
            output, answersFile, range, ScanVerb.Port, ScanVerb.Unit, BenchOptions.Json,
        };
        make.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return new("site", "Site files.") { make };
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        var file = parsed.GetRequiredValue(output);
        // Before the first question: nobody wants to answer them all for nothing.
        if (file.Exists || Directory.Exists(file.FullName))
            return BenchOptions.Wrong($"{file} is there already; give another --out, or move it away");
        FileAnswers? written = null;
        if (parsed.GetValue(answersFile) is { } from)
        {
            if (BenchFile.Read(from) is not { } text) return ExitCode.Wrong;
            written = FileAnswers.Read(text, from.ToString(), out var error);
            if (written is null) return BenchOptions.Wrong(error);
        }
        var findings = new List<ScanFinding>();
        if (parsed.GetValue(range) is { } where && ScanVerb.Find(parsed, where, findings, stop) is { } code)
            return code;
        JsonObject site;
        try
        {
            IAnswers answers = written is null ? new PersonAnswers(Console.In, Console.Error) : written;
            site = new SiteInterview(answers, findings).Run();
        }
        catch (UnansweredException)
        {
            return BenchOptions.Wrong("the input ended before everything was answered; nothing was written");
        }
        if (stop.IsCancellationRequested) return ExitCode.Interrupted;
        return Finish(parsed, file, site, written?.Errors ?? []);
    }

    private static int Finish(ParseResult parsed, FileInfo file, JsonObject site, IReadOnlyList<string> wrongAnswers)
    {
        foreach (var error in wrongAnswers) Console.Error.WriteLine(error);
        if (wrongAnswers.Count > 0) return BenchOptions.Wrong("nothing was written");
        var text = Encoding.UTF8.GetBytes(site.ToJsonString(form) + "\n");
        var read = SiteFile.Parse(text, file.ToString(), []);
        foreach (var error in read.Errors)
            Console.Error.WriteLine($"{(error.Path == WholeFile ? "" : $"{error.Path}: ")}{error.Message}");
        if (read.Errors.Count > 0)
            return BenchOptions.Wrong("these answers do not fit each other; nothing was written");
        try
        {
            using var stream = new FileStream(file.FullName, FileMode.CreateNew);
            stream.Write(text);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"chargescape-edge: {trouble.Message}");
            return ExitCode.Failed;
        }
        var made = new Made(file.ToString(), read.Site!.Id, read.Site.Buses.Count, read.Site.Devices.Count);
        Console.Out.WriteLine(parsed.GetValue(BenchOptions.Json)
            ? JsonLine.Of(made)
            : $"{made.File}: written: site {made.Site}, {made.Buses} buses, {made.Devices} devices");
        Console.Error.WriteLine(
            $"next: bench device {file} --device meter --watch, switch a load on, and see that p_site_w grows");
        return ExitCode.Good;
    }
}
