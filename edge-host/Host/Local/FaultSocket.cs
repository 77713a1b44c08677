using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Faults;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Host.Trace;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChargeScape.Edge.Host.Local;

/// <summary>
/// Lets a person at this machine list and clear faults: a Unix socket of mode 0600, one line in, lines out. Requests:
/// <c>list</c>, <c>clear TRIP OCCURRENCE [service WHAT-WAS-TESTED]</c>, <c>trace [BUS…]</c>, <c>dso …</c>,
/// <c>departure …</c>. Nothing from the network comes here.
/// </summary>
internal sealed class FaultSocket(
    string path, ControlExchange exchange, Action wakeLoop, TraceDesk traces, ILogger<FaultSocket> log)
    : BackgroundService
{
    private const int LongestRequest = 200;
    private static readonly TimeSpan patience = 2.Seconds;
    private readonly DepartureDesk departures = new(exchange, () => MonotonicClock.Now);
    private readonly OperatorDesk operators = new(exchange, () => MonotonicClock.Now);
    private uint number;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var socket = Open();
        if (socket is null) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var peer = await socket.AcceptAsync(stoppingToken);
                if (!await Serve(peer, stoppingToken)) peer.Dispose();
            }
            catch (OperationCanceledException)
            {
                // The ordered stop.
            }
            catch (SocketException trouble)
            {
                // Out of descriptors, say. Charging does not depend on this socket, so it only waits.
                log.LogWarning("local socket: {Reason}", trouble.Message);
                await Task.WhenAny(Task.Delay(1.Seconds, stoppingToken));
            }
        }
        Remove();
    }

    private void Remove()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Its folder went first; the next start finds nothing in its way.
        }
    }

    private Socket? Open()
    {
        var made = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            if (IsStale()) File.Delete(path);
            made.Bind(new UnixDomainSocketEndPoint(path));
            // Before it listens nobody can connect, so there is no moment in which others may.
            if (OperatingSystem.IsLinux()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            made.Listen(4);
            return made;
        }
        catch (Exception trouble) when (trouble is SocketException or IOException or UnauthorizedAccessException)
        {
            log.LogError("faults cannot be cleared on this machine: {Path}: {Reason}", path, trouble.Message);
            made.Dispose();
            return null;
        }
    }

    // A file that nobody listens on was left by a process that was killed.
    private bool IsStale()
    {
        if (!File.Exists(path)) return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    // True when the peer is kept: somebody else serves it from here on.
    private async Task<bool> Serve(Socket peer, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience + 2.Seconds);
        try
        {
            var line = await ReadLine(peer, limit.Token);
            if (TraceDesk.IsTrace(line)) return traces.TryServe(peer, line, stop);
            var answer = OperatorDesk.IsOperators(line) ? operators.Answer(line)
                : DepartureDesk.IsDeparture(line) ? departures.Answer(line)
                : !FaultRequest.TryRead(line, out var request, out var complaint) ? complaint
                : request.Clears is { } trip ? await Clear(trip, request, limit.Token)
                : List();
            await peer.SendAsync(Encoding.UTF8.GetBytes(answer), limit.Token);
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException)
        {
            // The peer left or says nothing; the next one is served.
        }
        return false;
    }

    private static async Task<string> ReadLine(Socket peer, CancellationToken stop)
    {
        var text = new byte[LongestRequest];
        for (var length = 0; length < text.Length;)
        {
            var got = await peer.ReceiveAsync(text.AsMemory(length), stop);
            if (got == 0) break;
            length += got;
            var end = text.AsSpan(0, length).IndexOf((byte)'\n');
            if (end >= 0) return Encoding.UTF8.GetString(text, 0, end);
        }
        return "";
    }

    private string List()
    {
        var state = State();
        var text = new StringBuilder();
        foreach (var trip in AllTrips.List)
        {
            var memory = state.Trips[trip.Id];
            if (!memory.IsTripped) continue;
            var entry = Catalogue.Of(trip.Id);
            text.Append(JsonSerializer.Serialize(new FaultLine(
                entry.Id, WireWord<TripClass>.Of(memory.Class), memory.Occurrence,
                Math.Round((state.At - memory.Since).TotalSeconds, 1), memory.Class is TripClass.F2 or TripClass.F3,
                entry.Household, entry.Installer)));
            text.Append('\n');
        }
        return text.ToString();
    }

    private async Task<string> Clear(TripId trip, FaultRequest request, CancellationToken stop)
    {
        var (tripWord, occurrence) = (WireWord<TripId>.Of(trip), request.Occurrence);
        var before = State();
        if (!before.Trips[trip].IsTripped) return $"error: {tripWord} does not stand\n";
        if (before.Trips[trip].Occurrence != occurrence)
            return $"error: {tripWord} stands for the {before.Trips[trip].Occurrence}. time; look at it first\n";

        exchange.Requests.Publish(new(++number, new(trip, occurrence) { IsService = request.Test is not null }));
        wakeLoop();
        log.LogInformation(
            "a person at the machine asks to clear {Trip} {Occurrence}; tested: {Test}", tripWord, occurrence,
            request.Test ?? "not said");
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (Environment.TickCount64 < deadline)
        {
            var now = State();
            if (!now.Trips[trip].IsTripped) return await WaitUntilStored(deadline, stop);
            if (now.ClearsRefused != before.ClearsRefused)
                return $"refused: {WhyNot(now.Trips[trip], request.Test is not null)}\n";
            await Task.Delay(10, stop);
        }
        return "error: the control loop did not take the request in time\n";
    }

    // "Cleared" is said when a power cut cannot bring the fault back.
    private async Task<string> WaitUntilStored(long deadline, CancellationToken stop)
    {
        var report = default(StoreReport);
        if (!exchange.Stored.TryRead(ref report)) return "cleared\n";
        while (Environment.TickCount64 < deadline)
        {
            exchange.Stored.TryRead(ref report);
            if (report.IsFailing) break;
            if (report.Revision == State().KeptRevision) return "cleared\n";
            await Task.Delay(10, stop);
        }
        return "cleared, but it cannot be written down: a restart brings it back\n";
    }

    private static string WhyNot(in TripState trip, bool isService) => trip.Class switch
    {
        TripClass.F0 or TripClass.F1 => "it clears by itself when its cause is gone",
        TripClass.F4 when !isService =>
            "only the installer clears it, after a test: faults clear --service WHAT-WAS-TESTED",
        TripClass.F4 => "its cause is still present, or was within the last minute",
        _ => "its cause is still present",
    };

    private ControlState State()
    {
        var frame = default(ControlFrame);
        exchange.Frame.TryRead(ref frame);
        return frame.State;
    }

    // One line of the list; the names are those of the protocol.
    private sealed record FaultLine(
        string trip, string @class, uint occurrence, double since_s, bool clearable, string household,
        string installer);
}
