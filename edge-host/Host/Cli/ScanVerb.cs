using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Host.Bench;
using ChargeScape.Edge.Host.Bench.Scan;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>bench scan</c>: what answers, and what it is.</summary>
internal static class ScanVerb
{
    /// <summary>Unit ids that devices come with: most 1, SMA 126 and 3, KOSTAL 71, Fronius meters 200 and
    /// 240.</summary>
    public const string UsualUnits = "1,3,71,126,200,240";

    private static readonly JsonSerializerOptions indented = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private static readonly Argument<string?> range = new("RANGE")
    {
        Description = "192.168.1.0/24, 192.168.1.10-20, HOST or HOST:PORT; several with commas",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> serial = new("--serial")
    {
        Description = "Scan a Modbus RTU line in place of RANGE, such as /dev/ttyUSB0; every unit id by default",
        HelpName = "TTY",
    };
    private static readonly Option<string> baud = new("--baud")
    {
        Description = "Serial: bit rates, one after the other",
        HelpName = "RATES",
        DefaultValueFactory = _ => "9600,19200",
    };
    private static readonly Option<string> parity = new("--parity")
    {
        Description = "Serial: none, even, odd; several with commas",
        HelpName = "WORDS",
        DefaultValueFactory = _ => "none,even",
    };
    /// <summary>TCP ports; also of <c>site new</c>.</summary>
    public static readonly Option<string> Port = new("--port")
    {
        Description = "TCP ports, such as 502,1502",
        HelpName = "PORTS",
        DefaultValueFactory = _ => "502",
    };
    /// <summary>Unit ids; also of <c>site new</c>.</summary>
    public static readonly Option<string> Unit = new("--unit")
    {
        Description = "Unit ids, such as 1,3,100-110",
        HelpName = "UNITS",
        DefaultValueFactory = _ => UsualUnits,
    };
    private static readonly Option<int> timeout = new("--timeout")
    {
        Description = "Longest wait for a connection and for each answer, in milliseconds",
        HelpName = "MS",
        DefaultValueFactory = _ => 500,
    };
    private static readonly Option<int> parallel = new("--parallel")
    {
        Description = "Hosts asked at a time",
        HelpName = "N",
        DefaultValueFactory = _ => 64,
    };
    private static readonly Option<bool> snippet = new("--site-snippet")
    {
        Description = "Print the device part of a site file; the findings go to standard error",
    };

    public static Command Make()
    {
        var verb = new Command(
            "scan",
            "Find Modbus devices and the SunSpec models on them. It only reads.\n"
            + "Exit codes: 0 something answered, 1 nothing did, 2 arguments, 130 interrupted.")
        {
            range, Port, Unit, serial, baud, parity, timeout, parallel, BenchOptions.Json, snippet,
        };
        verb.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return verb;
    }

    /// <summary>Scans for another verb, with its options; an exit code when it could not.</summary>
    public static int? Find(ParseResult parsed, string range, List<ScanFinding> findings, CancellationToken stop)
    {
        if (Targets(parsed, range, stop) is not var (targets, units)) return ExitCode.Wrong;
        var options = new ScanOptions(units, TimeSpan.FromMilliseconds(500), 64);
        using var progress = Progress.OfConsole();
        var scan = new TcpScan(targets, options, stop);
        scan.Run(
            finding =>
            {
                findings.Add(finding);
                progress.Note(finding.ToString());
            },
            () => progress.Show((double)scan.Done / targets.Count, $"{scan.Done}/{targets.Count}"));
        return stop.IsCancellationRequested ? ExitCode.Interrupted : null;
    }

    private static (IReadOnlyList<ScanTarget> Targets, IReadOnlyList<int> Units)? Targets(
        ParseResult parsed, string range, CancellationToken stop)
    {
        if (ScanRange.Numbers(parsed.GetRequiredValue(Port), 1, 65_535) is not { } ports)
            BenchOptions.Wrong("--port: expected port numbers such as 502,1502");
        else if (ScanRange.Numbers(parsed.GetRequiredValue(Unit), 0, 255) is not { } units)
            BenchOptions.Wrong("--unit: expected unit ids from 0 to 255 such as 1,3,100-110");
        else if (ScanRange.Parse(range, ports, out var error) is not { } targets) BenchOptions.Wrong($"range: {error}");
        else if (targets.Select(target => target.Host).Distinct().Select(host => Unknown(host, stop))
            .OfType<string>().ToList() is [_, ..] unknown)
            unknown.ForEach(message => BenchOptions.Wrong($"range: {message}"));
        else return (targets, units);
        return null;
    }

    // A name that leads nowhere is a slip of the person who typed it, and no host that does not answer.
    private static string? Unknown(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out _)) return null;
        try
        {
            var addresses = Dns.GetHostAddressesAsync(host, stop).GetAwaiter().GetResult();
            return addresses.Length > 0 ? null : $"'{host}' has no address";
        }
        catch (SocketException trouble)
        {
            return $"'{host}' cannot be resolved: {trouble.Message}";
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        var wait = parsed.GetValue(timeout);
        if (wait is < 10 or > 60_000) return BenchOptions.Wrong("--timeout: expected 10 to 60000 milliseconds");
        var most = parsed.GetValue(parallel);
        if (most is < 1 or > 256) return BenchOptions.Wrong("--parallel: expected 1 to 256 hosts");
        var longest = TimeSpan.FromMilliseconds(wait);
        if (parsed.GetValue(serial) is { } tty) return Serial(parsed, tty, longest, stop);
        if (parsed.GetValue(range) is not { } text)
            return BenchOptions.Wrong("give a RANGE such as 192.168.1.0/24, or --serial TTY");
        if (Targets(parsed, text, stop) is not var (targets, units)) return ExitCode.Wrong;
        var scan = new TcpScan(targets, new(units, longest, most), stop);
        return Report(parsed, "addresses", targets.Count, () => scan.Done, (found, progressed) =>
            scan.Run(found, () => progressed("")), stop);
    }

    private static int Serial(ParseResult parsed, string tty, TimeSpan longest, CancellationToken stop)
    {
        var isUnitGiven = parsed.GetResult(Unit) is { Implicit: false };
        if (ScanRange.Numbers(isUnitGiven ? parsed.GetRequiredValue(Unit) : "1-247", 1, 247) is not { } units)
            return BenchOptions.Wrong("--unit: expected unit ids from 1 to 247 such as 1,3,100-110");
        var rates = ScanRange.Numbers(parsed.GetRequiredValue(baud).Replace("-", "x"), 300, 4_000_000);
        if (rates is null) return BenchOptions.Wrong("--baud: expected bit rates such as 9600,19200");
        var settings = new List<(int, SerialParity)>();
        foreach (var word in parsed.GetRequiredValue(parity).Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Enum.TryParse<SerialParity>(word, ignoreCase: true, out var kind) || int.TryParse(word, out _))
                return BenchOptions.Wrong($"--parity: expected none, even or odd, found '{word}'");
            settings.AddRange(rates.Select(rate => (rate, kind)));
        }
        var scan = new SerialScan(new(tty, settings), units, longest, stop);
        try
        {
            return Report(parsed, "unit ids", scan.Total, () => scan.Done, scan.Run, stop);
        }
        catch (SerialException trouble)
        {
            Console.Error.WriteLine($"chargescape-edge: {trouble.Message}");
            return ExitCode.Failed;
        }
    }

    private static int Report(
        ParseResult parsed, string what, int total, Func<int> done,
        Action<Action<ScanFinding>, Action<string>> run, CancellationToken stop)
    {
        var (isJson, isSnippet) = (parsed.GetValue(BenchOptions.Json), parsed.GetValue(snippet));
        var begun = Stopwatch.GetTimestamp();
        var all = new List<ScanFinding>();
        using (var progress = Progress.OfConsole())
        {
            progress.Show(0, $"0/{total}");
            run(
                finding =>
                {
                    all.Add(finding);
                    var text = isJson ? JsonLine.Of(finding) : finding.ToString();
                    if (isSnippet) progress.Note(text);
                    else progress.Line(text);
                },
                where => progress.Show((double)done() / total, $"{done()}/{total} {where}, {all.Count} found"));
        }
        if (isSnippet) Print(all);
        Console.Error.WriteLine(
            $"{(stop.IsCancellationRequested ? "interrupted: " : "")}{done()} of {total} {what} asked in "
            + $"{Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s, {all.Count} found");
        if (stop.IsCancellationRequested) return ExitCode.Interrupted;
        return all.Count > 0 ? ExitCode.Good : ExitCode.Failed;
    }

    private static void Print(IReadOnlyList<ScanFinding> findings)
    {
        var part = SiteSnippet.Of(findings);
        Console.Out.WriteLine(part.ToJsonString(indented));
        foreach (var device in part["devices"]!.AsArray().OfType<JsonObject>())
        {
            Console.Error.WriteLine(
                $"{device["name"]}: what a scan cannot know, add it: {string.Join(", ", SiteSnippet.Missing(device))}");
        }
    }
}
