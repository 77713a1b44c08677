using System.CommandLine;
using System.Globalization;
using System.Net;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Bench;
using ChargeScape.Edge.Host.Bench.Capture;
using ChargeScape.Edge.Host.Bench.Replay;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>bench replay</c>: a recording played as the device that it was made of.</summary>
internal static class ReplayVerb
{
    private static readonly Argument<FileInfo> log = new("LOG")
    {
        Description = "candump -L log, or a capture of Modbus TCP (pcap, pcapng)",
    };
    private static readonly Option<double> speed = new("--speed")
    {
        Description = "How many times as fast",
        HelpName = "FACTOR",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<int> bitRate = new("--bit-rate")
    {
        Description = "CAN: what clients must set, in bit/s",
        HelpName = "N",
        DefaultValueFactory = _ => 500_000,
    };
    private static readonly Option<string?> only = new("--only")
    {
        Description = "CAN: play these identifiers alone, such as 100,101,102 (one side of the bus)",
        HelpName = "HEX",
    };
    private static readonly Option<string?> canInterface = new("--interface")
    {
        Description = "CAN: play on a CAN interface of this machine that is up, such as can0, in place of a slcan port",
        HelpName = "NAME",
    };
    private static readonly Option<bool> now = new("--now")
    {
        Description = "CAN: begin without waiting for a client",
    };
    private static readonly Option<double> hold = new("--hold")
    {
        Description = "CAN: keep the bus so long after the last frame, in seconds, or until every client has left",
        HelpName = "S",
        DefaultValueFactory = _ => 2,
    };
    private static readonly Option<int> devicePort = new("--device-port")
    {
        Description = "Modbus: the device's port in the capture; found by itself otherwise",
        HelpName = "N",
    };

    public static Command Make()
    {
        var verb = new Command(
            "replay",
            "Play a recording as the device: a candump log on a slcan port (TCP) or a CAN interface, a Modbus capture as "
            + "a Modbus TCP device, with the original timing.\n"
            + "Exit codes: 0 played to its end, 1 nothing in it, or port or interface cannot be had, 2 arguments, "
            + "130 interrupted.")
        {
            log, BenchOptions.Port, BenchOptions.Listen, speed, bitRate, only, canInterface, now, hold, devicePort,
            BenchOptions.Json,
        };
        verb.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return verb;
    }

    private sealed record Summary(
        string Kind, int Sent, int Lost, long Requests, long Unknown, double Seconds, bool Ended);

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        var factor = parsed.GetValue(speed);
        if (factor is not (>= 0.01 and <= 1000)) return BenchOptions.Wrong("--speed: expected 0.01 to 1000");
        if (parsed.GetValue(hold) is not (>= 0 and <= 3600))
            return BenchOptions.Wrong("--hold: expected 0 to 3600 seconds");
        if (BenchOptions.ListenOn(parsed) is not { } endPoint) return ExitCode.Wrong;
        if (parsed.GetValue(canInterface) is not null && GivenForSlcan(parsed) is { } other)
            return BenchOptions.Wrong($"{other} is for a slcan port; leave it out with --interface");
        var file = parsed.GetRequiredValue(log);
        if (BenchFile.ReadBytes(file) is not { } bytes) return ExitCode.Failed;
        if (PcapReader.IsCapture(bytes) && parsed.GetValue(canInterface) is not null)
            return BenchOptions.Wrong($"--interface is for a candump log; {file} is a capture, answered on --port");
        return PcapReader.IsCapture(bytes)
            ? Modbus(parsed, file, bytes, factor, endPoint, stop)
            : Can(parsed, file, System.Text.Encoding.UTF8.GetString(bytes), factor, endPoint, stop);
    }

    private static int Modbus(
        ParseResult parsed, FileInfo file, byte[] bytes, double factor, IPEndPoint endPoint, CancellationToken stop)
    {
        var exchanges = ModbusRecording.Read(bytes, parsed.GetValue(devicePort)).Exchanges;
        if (exchanges.Count == 0) return Nothing(file, "no answered Modbus TCP request in it; --device-port may help");
        var device = new ReplayedModbus(exchanges, factor, () => MonotonicClock.Now, Thread.Sleep);
        using var server = ServeVerb.Listen(device, endPoint);
        if (server is null) return ExitCode.Failed;
        using var progress = Progress.OfConsole();
        var units = string.Join(", ", exchanges.Select(exchange => exchange.Unit).Distinct().Order());
        progress.Note(
            $"answering as unit {units} on {endPoint.Address}:{server.Port}: {exchanges.Count} exchanges in "
            + $"{device.Length.TotalSeconds:0.0} s, from the first request on; Ctrl-C ends it");
        while (device.At < device.Length && !stop.WaitHandle.WaitOne(100))
        {
            progress.Show(
                device.At / device.Length, $"{device.At.TotalSeconds:0}/{device.Length.TotalSeconds:0} s");
        }
        var summary = new Summary(
            "modbus", 0, 0, device.Requests, device.Unknown, Math.Round(device.At.TotalSeconds, 1),
            !stop.IsCancellationRequested);
        return End(parsed, progress, summary, stop);
    }

    private static int Can(
        ParseResult parsed, FileInfo file, string text, double factor, IPEndPoint endPoint, CancellationToken stop)
    {
        var wanted = parsed.GetValue(only);
        var ids = wanted is null ? null : Ids(wanted);
        if (wanted is not null && ids is null)
            return BenchOptions.Wrong("--only: expected identifiers in hex such as 100,101,102");
        var frames = CanReplay.Read(text, ids, out var errors);
        if (errors > 0) Console.Error.WriteLine($"{file}: {errors} lines that are none of a candump -L log");
        if (frames.Count == 0)
            return Nothing(file, wanted is null ? "no CAN frame in it" : "none of these frames in it");
        if (parsed.GetValue(canInterface) is { } name) return PlayOn(name, parsed, frames, factor, stop);
        var (hub, code) = Open(endPoint, parsed.GetValue(bitRate));
        if (hub is null) return code;
        using (hub) return PlayOn(hub, parsed, frames, factor, stop);
    }

    private static int PlayOn(
        SlcanHub hub, ParseResult parsed, List<LoggedFrame> frames, double factor, CancellationToken stop)
    {
        using var progress = Progress.OfConsole();
        progress.Note(
            Playing(frames, factor, $"slcan {hub.EndPoint}")
            + (parsed.GetValue(now) ? "" : "; waiting for a client to open its channel"));
        while (!parsed.GetValue(now) && hub.OpenClients == 0 && !stop.WaitHandle.WaitOne(5)) { }
        using var member = hub.Attach();
        var summary = Play(member, frames, factor, progress, stop);
        // The last frames are still on their way to the clients, and a slow one needs its time.
        var until = MonotonicClock.Now + TimeSpan.FromSeconds(parsed.GetValue(hold));
        while (MonotonicClock.Now < until && hub.OpenClients > 0 && !stop.WaitHandle.WaitOne(50)) { }
        if (hub.SlowClients > 0) progress.Note($"{hub.SlowClients} clients were cut off: they did not keep up");
        return End(parsed, progress, summary, stop);
    }

    private static int PlayOn(
        string name, ParseResult parsed, List<LoggedFrame> frames, double factor, CancellationToken stop)
    {
        try
        {
            using var bus = new SocketCanBus(name);
            using var progress = Progress.OfConsole();
            progress.Note(Playing(frames, factor, name));
            var summary = Play(bus, frames, factor, progress, stop);
            if (bus.TroubleText is { } trouble) progress.Note(trouble);
            return End(parsed, progress, summary, stop);
        }
        catch (CanException trouble)
        {
            Console.Error.WriteLine($"chargescape-edge: {trouble.Message}");
            return ExitCode.Failed;
        }
    }

    private static string Playing(List<LoggedFrame> frames, double factor, string where) =>
        $"playing {frames.Count} frames in {((frames[^1].At - frames[0].At) / factor).TotalSeconds:0.0} s on {where}";

    private static Summary Play(
        ICanBus bus, List<LoggedFrame> frames, double factor, Progress progress, CancellationToken stop)
    {
        var replay = new CanReplay(frames, factor);
        var begun = MonotonicClock.Now;
        replay.Run(
            bus, () => progress.Show((double)replay.Sent / frames.Count, $"{replay.Sent}/{frames.Count} frames"), stop);
        var took = Math.Round((MonotonicClock.Now - begun).TotalSeconds, 1);
        return new("can", replay.Sent, replay.Lost, 0, 0, took, replay.Sent + replay.Lost == frames.Count);
    }

    /// <summary>An option that was given and has a meaning for slcan only.</summary>
    private static string? GivenForSlcan(ParseResult parsed) =>
        new Option[] { BenchOptions.Port, BenchOptions.Listen, bitRate, now, hold }
            .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    private static (SlcanHub? Hub, int Code) Open(IPEndPoint endPoint, int bitsPerSecond)
    {
        try
        {
            return (new(bitsPerSecond, endPoint), ExitCode.Good);
        }
        catch (ArgumentOutOfRangeException)
        {
            return (null, BenchOptions.Wrong(
                "--bit-rate: expected 10000, 20000, 50000, 100000, 125000, 250000, 500000, 800000 or 1000000"));
        }
        catch (IOException trouble)
        {
            Console.Error.WriteLine(
                $"chargescape-edge: cannot listen on {endPoint}: {trouble.Message}; give another --port");
            return (null, ExitCode.Failed);
        }
    }

    private static int End(ParseResult parsed, Progress progress, Summary summary, CancellationToken stop)
    {
        var what = summary.Kind == "can"
            ? $"{summary.Sent} frames sent, {summary.Lost} lost"
            : $"{summary.Requests} requests, {summary.Unknown} for what is not in the recording";
        var word = stop.IsCancellationRequested ? "interrupted: " : "";
        progress.Note($"{word}{what}, {summary.Seconds:0.0} s");
        if (parsed.GetValue(BenchOptions.Json)) progress.Line(JsonLine.Of(summary));
        return stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Good;
    }

    private static int Nothing(FileInfo file, string what)
    {
        Console.Error.WriteLine($"{file}: {what}");
        return ExitCode.Failed;
    }

    private static HashSet<uint>? Ids(string text)
    {
        var ids = new HashSet<uint>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!uint.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
                || id > 0x1FFF_FFFF) return null;
            ids.Add(id);
        }
        return ids;
    }
}
