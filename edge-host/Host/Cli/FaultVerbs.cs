using System.CommandLine;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ChargeScape.Edge.Host.Faults;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>faults</c>: what stops the transfer, and clearing it by hand on this machine.</summary>
internal static class FaultVerbs
{
    // What a Unix socket's address holds.
    private const int LongestPath = 107;

    public static Command Make(Option<FileInfo> site, Option<string[]> set)
    {
        var socket = new Option<string>("--socket")
        {
            Description = "The host's local socket, in place of --site",
            HelpName = "PATH",
        };
        var file = new Option<FileInfo>("--site")
        {
            Description = "Site file that names the local socket",
            HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object per fault" };
        var trip = new Argument<string>("ID") { Description = "The fault, e.g. emergency_stop" };
        var occurrence = new Argument<uint>("OCCURRENCE") { Description = "The occurrence that the list showed" };

        var list = new Command("list", "List what stops the transfer.") { json };
        list.SetAction((parsed, stop) => List(PathOf(parsed, socket, file, set), parsed.GetValue(json), stop));
        var service = new Option<string>("--service")
        {
            Description = "I am the installer and have tested this; clears a service fault (f4) too. It is logged",
            HelpName = "WHAT-WAS-TESTED",
        };
        var clear = new Command("clear", "Clear a latched fault after its cause is gone.")
        {
            trip, occurrence, service,
        };
        clear.SetAction((parsed, stop) => Clear(
            PathOf(parsed, socket, file, set), parsed.GetRequiredValue(trip), parsed.GetRequiredValue(occurrence),
            parsed.GetValue(service), stop));

        var verb = new Command(
            "faults",
            "List or clear faults of the controller that runs on this machine. "
            + "Exit codes: 0 good, 2 arguments, 3 refused, 4 no controller.")
        {
            list, clear, Explain(), Table(),
        };
        foreach (var option in new Option[] { socket, file, set })
        {
            option.Recursive = true;
            verb.Add(option);
        }
        verb.Add(json);
        verb.SetAction((parsed, stop) => List(PathOf(parsed, socket, file, set), parsed.GetValue(json), stop));
        return verb;
    }

    private static Command Explain()
    {
        var word = new Argument<string>("ID") { Description = "A fault, limit or reason, e.g. main_breaker" };
        var verb = new Command("explain", "Say what a fault, a limit or a reason means.") { word };
        verb.SetAction(parsed =>
        {
            var entries = Catalogue.Named(parsed.GetRequiredValue(word)).ToList();
            foreach (var entry in entries)
                Console.WriteLine($"{entry.Id} ({entry.Class})\n  {entry.Household}\n  installer: {entry.Installer}");
            if (entries.Count > 0) return ExitCode.Good;
            Console.Error.WriteLine($"chargescape-edge: the catalogue has no {parsed.GetRequiredValue(word)}");
            return ExitCode.Wrong;
        });
        return verb;
    }

    private static Command Table()
    {
        var markdown = new Option<bool>("--markdown") { Description = "As the page of the contract", Required = true };
        var verb = new Command("catalogue", "Print every fault, limit and reason.") { markdown };
        verb.SetAction(_ => Console.Write(CatalogueTable.Markdown()));
        return verb;
    }

    /// <summary>The local socket that the options name; null after a message.</summary>
    public static string? PathOf(
        ParseResult parsed, Option<string> socket, Option<FileInfo> site, Option<string[]> set)
    {
        if (parsed.GetValue(socket) is { } path)
        {
            if (path.Length > 0 && Encoding.UTF8.GetByteCount(path) <= LongestPath) return path;
            Console.Error.WriteLine($"chargescape-edge: --socket: expected a path of 1 to {LongestPath} bytes");
            return null;
        }
        if (parsed.GetValue(site) is { } file)
            return SiteVerbs.Read(file.ToString(), parsed.GetValue(set) ?? [])?.LocalSocket;
        Console.Error.WriteLine("chargescape-edge: give --site FILE or --socket PATH");
        return null;
    }

    private static async Task<int> List(string? path, bool isJson, CancellationToken stop)
    {
        if (path is null) return ExitCode.Wrong;
        if (await Ask(path, "list\n", stop) is not { } answer) return ExitCode.NoAnswer;
        if (isJson)
        {
            Console.Write(answer);
            return ExitCode.Good;
        }
        var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0) Console.WriteLine("no fault");
        foreach (var line in lines)
        {
            using var fault = JsonDocument.Parse(line);
            Console.WriteLine(Shown(fault.RootElement));
        }
        return ExitCode.Good;
    }

    private static string Shown(JsonElement fault)
    {
        var (trip, occurrence) = (fault.GetProperty("trip").GetString(), fault.GetProperty("occurrence").GetUInt32());
        var hint = fault.GetProperty("clearable").GetBoolean()
            ? $"clear with: faults clear {trip} {occurrence}"
            : fault.GetProperty("class").GetString() == "f4"
                ? $"the installer clears it with: faults clear {trip} {occurrence} --service WHAT-WAS-TESTED"
                : "clears by itself";
        var since = fault.GetProperty("since_s").GetDouble();
        return $"{trip,-18} {Text("class")}  occurrence {occurrence}  for {since:0} s  {hint}\n"
            + $"  {Text("household")}\n  installer: {Text("installer")}";

        string? Text(string field) => fault.GetProperty(field).GetString();
    }

    private static async Task<int> Clear(
        string? path, string trip, uint occurrence, string? tested, CancellationToken stop)
    {
        if (path is null) return ExitCode.Wrong;
        if (tested is not null && (tested.Length is 0 or > 120 || tested.Any(char.IsControl)))
        {
            await Console.Error.WriteLineAsync(
                "chargescape-edge: --service: say in 1 to 120 characters what was tested");
            return ExitCode.Wrong;
        }
        var service = tested is null ? "" : $" service {tested}";
        if (await Ask(path, $"clear {trip} {occurrence}{service}\n", stop) is not { } answer) return ExitCode.NoAnswer;
        Console.Write(answer);
        return answer.StartsWith("cleared", StringComparison.Ordinal) ? ExitCode.Good : ExitCode.Rejected;
    }

    /// <summary>Asks the controller on this machine; null after a message when none answers.</summary>
    public static async Task<string?> Ask(string path, string request, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            await socket.SendAsync(Encoding.UTF8.GetBytes(request), limit.Token);
            using var answer = new MemoryStream();
            var part = new byte[4096];
            for (int got; (got = await socket.ReceiveAsync(part, limit.Token)) > 0;) answer.Write(part, 0, got);
            return Encoding.UTF8.GetString(answer.ToArray());
        }
        catch (Exception trouble) when (trouble is SocketException or OperationCanceledException or ArgumentException)
        {
            // The runtime calls a missing path an address that cannot be assigned.
            var why = File.Exists(path) ? trouble.Message : "there is no such socket";
            await Console.Error.WriteLineAsync($"chargescape-edge: no controller answers on {path}: {why}");
            return null;
        }
    }
}
