using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ChargeScape.Edge.Hal.Trace;
using ChargeScape.Edge.Host.Bench;
using ChargeScape.Edge.Host.Bench.Trace;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Trace;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>bench trace</c>: what passes on the wires of a controller that runs.</summary>
internal static class TraceVerb
{
    private static readonly Option<string> socket = new("--socket")
    {
        Description = "The host's local socket, in place of --site",
        HelpName = "PATH",
    };
    private static readonly Option<FileInfo> site = new("--site")
    {
        Description = "Site file that names the local socket",
        HelpName = "FILE",
    };
    private static readonly Option<string[]> bus = new("--bus")
    {
        Description = "Bus of the site file; all Modbus and CAN buses by default; may be given several times",
        HelpName = "NAME",
    };
    private static readonly Option<string?> pcap = new("--pcap")
    {
        Description = "Write the Modbus buses to a capture file (Wireshark, tcpdump)",
        HelpName = "FILE",
    };
    private static readonly Option<string?> candump = new("--candump")
    {
        Description = "Write the CAN buses to a log as candump -L does",
        HelpName = "FILE",
    };
    private static readonly Option<double> seconds = new("--for")
    {
        Description = "End after so long, in seconds; otherwise with Ctrl-C",
        HelpName = "S",
    };

    private sealed record Shown(
        decimal T, string Bus, TraceKind Kind, double? MsAfterSent, string? Frame, string? Hex, string? Text,
        long? Drops);

    public static Command Make(Option<string[]> set)
    {
        var verb = new Command(
            "trace",
            "Show what passes on the wires of the controller that runs on this machine: every frame with its time. "
            + "Nothing is slowed down; what cannot be kept up with is dropped and counted.\n"
            + "Exit codes: 0 ended by --for, 1 the controller ended, 2 arguments, 4 no controller, 130 interrupted.")
        {
            site, socket, set, bus, pcap, candump, seconds, BenchOptions.Json,
        };
        verb.SetAction((parsed, stop) => Run(parsed, FaultVerbs.PathOf(parsed, socket, site, set), stop));
        return verb;
    }

    private static async Task<int> Run(ParseResult parsed, string? path, CancellationToken stop)
    {
        if (path is null) return ExitCode.Wrong;
        var longest = parsed.GetValue(seconds);
        if (longest is not (>= 0 and <= 1e6)) return BenchOptions.Wrong("--for: expected 0 to 1000000 seconds");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (longest > 0) end.CancelAfter(TimeSpan.FromSeconds(longest));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var printer = new Printer(parsed.GetValue(BenchOptions.Json));
        try
        {
            using var files = new TraceFiles(parsed.GetValue(pcap), parsed.GetValue(candump));
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), end.Token);
            var names = parsed.GetValue(bus) ?? [];
            await socket.SendAsync(Encoding.UTF8.GetBytes($"trace {string.Join(' ', names)}\n"), end.Token);
            using var lines = new StreamReader(new NetworkStream(socket));
            while (await lines.ReadLineAsync(end.Token) is { } line)
            {
                if (line.StartsWith("error: ", StringComparison.Ordinal)) return BenchOptions.Wrong(line[7..]);
                printer.Take(line, files);
            }
            await Console.Error.WriteLineAsync("chargescape-edge: the controller ended");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            printer.Summary(stop.IsCancellationRequested);
            return stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Good;
        }
        catch (SocketException trouble)
        {
            await Console.Error.WriteLineAsync(
                $"chargescape-edge: no controller answers on {path}: "
                + (File.Exists(path) ? trouble.Message : "there is no such socket"));
            return ExitCode.NoAnswer;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"chargescape-edge: {trouble.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>Turns lines of the host into lines for people, or JSON, and into files.</summary>
    private sealed class Printer(bool isJson)
    {
        private readonly List<TraceBus> buses = [];
        private readonly Dictionary<int, TimeSpan> sentAt = [];
        private readonly Dictionary<int, long> drops = [];
        private TimeSpan unixAhead;
        private long records;

        public void Take(string line, TraceFiles files)
        {
            if (TraceText.Bus(line) is { } bus) buses.Add(bus);
            else if (line.Split(' ') is ["trace", "1", var unix, var mono]
                && long.TryParse(unix, out var wall) && long.TryParse(mono, out var own))
            {
                unixAhead = TimeSpan.FromMicroseconds(wall - own);
            }
            else if (TraceText.Line(line) is { } entry && entry.Bus >= 0 && entry.Bus < buses.Count)
            {
                Show(buses[entry.Bus], entry, files);
            }
        }

        public void Summary(bool isInterrupted) => Console.Error.WriteLine(
            $"{(isInterrupted ? "interrupted: " : "")}{records} frames, {drops.Values.Sum()} dropped");

        private void Show(TraceBus bus, in TraceLine line, TraceFiles files)
        {
            var unix = line.At + unixAhead;
            var t = Math.Round((decimal)unix.Ticks / TimeSpan.TicksPerSecond, 6);
            if (line.Drops is { } lost)
            {
                drops[line.Bus] = lost;
                Print(new(t, bus.Name, line.Kind, null, null, null, null, lost));
                return;
            }
            records++;
            double? after = null;
            if (line.Kind == TraceKind.Sent) sentAt[line.Bus] = line.At;
            else if (line.Kind == TraceKind.Received && sentAt.TryGetValue(line.Bus, out var sent))
                after = Math.Round((line.At - sent).TotalMilliseconds, 3);
            if (bus.Link is not (BusLink.SocketCan or BusLink.SlcanTcp or BusLink.SlcanSerial))
            {
                files.Modbus(bus, unix, line);
                var isBytes = line.Kind is TraceKind.Sent or TraceKind.Received;
                var text = !isBytes ? null
                    : bus.Link == BusLink.ModbusTcp ? ModbusText.Of(line.Bytes, line.Kind == TraceKind.Sent)
                    : ModbusText.OfSerial(line.Bytes, line.Kind == TraceKind.Sent);
                var hex = isBytes ? Convert.ToHexStringLower(line.Bytes) : null;
                Print(new(t, bus.Name, line.Kind, after, null, hex, text, null));
                return;
            }
            var frame = TraceFiles.Frame(line.Bytes);
            files.Can(bus, unix, frame);
            Print(new(t, bus.Name, line.Kind, null, frame, null, null, null));
        }

        private void Print(Shown shown)
        {
            if (isJson)
            {
                Console.Out.WriteLine(JsonLine.Of(shown));
                return;
            }
            if (shown.Drops is { } lost)
            {
                Console.Out.WriteLine($"{shown.Bus}: {lost} frames dropped so far");
                return;
            }
            var way = shown.Kind switch
            {
                TraceKind.Sent => "->", TraceKind.Received => "<-", TraceKind.Connected => "connected", _ => "closed",
            };
            var after = shown.MsAfterSent is { } ms
                ? string.Create(CultureInfo.InvariantCulture, $"{ms,8:0.000} ms ") : "";
            var time = string.Create(CultureInfo.InvariantCulture, $"{shown.T % 100_000:00000.000000}");
            Console.Out.WriteLine($"{time} {shown.Bus,-10} {way} {after}{shown.Text ?? shown.Frame ?? shown.Hex}");
        }
    }
}
