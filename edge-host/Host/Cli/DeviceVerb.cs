using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Bench;
using ChargeScape.Edge.Host.Bench.Device;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>bench device</c>: one device of a site file, live.</summary>
internal static class DeviceVerb
{
    private const double LongestS = 86_400;
    private static readonly TimeSpan maxAge = 2.Seconds;
    // A stop in the middle of a start first ends the step that is under way.
    private static readonly TimeSpan handBackSlack = 20.Seconds;

    private static readonly Argument<FileInfo> file = new("FILE") { Description = "Site file that describes it" };
    private static readonly Option<string?> name = new("--device")
    {
        Description = "Name of the device in the file; not needed when the file has only one that fits",
        HelpName = "NAME",
    };
    private static readonly Option<bool> read = new("--read") { Description = "Print one reading and end" };
    private static readonly Option<bool> watch = new("--watch") { Description = "Print every new reading" };
    private static readonly Option<double?> set = new("--set")
    {
        Description = "EVSE: drive it at this power, positive = charge. Without the control loop: NO LIMIT OF THE "
            + "SITE IS KEPT but the EVSE's rating, the emergency stop and the permit",
        HelpName = "W",
    };
    private static readonly Option<double> seconds = new("--for")
    {
        Description = "End after so long, in seconds; otherwise with Ctrl-C",
        HelpName = "S",
    };
    private static readonly Option<double> wait = new("--wait")
    {
        Description = "Longest wait for a first reading, in seconds",
        HelpName = "S",
        DefaultValueFactory = _ => 10,
    };
    private static readonly Option<bool> yes = new("--yes") { Description = "Write without asking" };

    public static Command Make()
    {
        var verb = new Command(
            "device",
            "Read, watch or drive one device of a site file without the controller.\n"
            + "Exit codes: 0 good, 1 no reading, or it did not open, 2 arguments, 130 interrupted.")
        {
            file, name, read, watch, set, seconds, wait, yes, BenchOptions.Json,
        };
        verb.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), CancellationToken.None));
        return verb;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        var ways = (parsed.GetValue(read) ? 1 : 0) + (parsed.GetValue(watch) ? 1 : 0)
            + (parsed.GetValue(set) is null ? 0 : 1);
        if (ways != 1) return BenchOptions.Wrong("give one of --read, --watch and --set W");
        foreach (var option in new[] { seconds, wait })
            if (parsed.GetValue(option) is not (>= 0 and <= LongestS))
                return BenchOptions.Wrong($"{option.Name}: expected 0 to {LongestS:0} seconds");
        if (SiteVerbs.Read(parsed.GetRequiredValue(file).ToString(), []) is not { } site) return ExitCode.Wrong;
        var drives = parsed.GetValue(set) is not null;
        if (Choose(site, parsed.GetValue(name), drives) is not { } config) return ExitCode.Wrong;
        try
        {
            var wires = new SocketWires(site.Buses);
            using var device = SingleDevice.Open(site, config, wires);
            return drives ? Drive(parsed, site, device, wires, stop) : Watch(parsed, device, stop);
        }
        catch (Exception trouble) when (trouble is GpioException or WireException or IOException)
        {
            Console.Error.WriteLine($"chargescape-edge: {trouble.Message}");
            return ExitCode.Failed;
        }
    }

    private static DeviceConfig? Choose(SiteConfig site, string? wanted, bool drives)
    {
        var fitting = site.Devices
            .Where(device => drives ? device.Family is EvseFamily : device.Family is not StageFamily).ToList();
        var chosen = fitting.FirstOrDefault(device => device.Name == wanted);
        if (wanted is null && fitting.Count == 1) chosen = fitting[0];
        if (chosen is not null) return chosen;
        var names = string.Join(", ", fitting.Select(device => $"{device.Name} ({device.Family.Role})"));
        BenchOptions.Wrong($"--device: expected one of: {names}");
        return null;
    }

    private static int Watch(ParseResult parsed, SingleDevice device, CancellationToken stop)
    {
        var isOne = parsed.GetValue(read);
        var (longest, patience) = (parsed.GetValue(seconds), parsed.GetValue(wait));
        var begun = MonotonicClock.Now;
        var count = 0;
        while (!stop.IsCancellationRequested)
        {
            var spent = (MonotonicClock.Now - begun).TotalSeconds;
            if (count == 0 && spent > patience)
            {
                Console.Error.WriteLine(
                    $"{device.Config.Name}: no reading within {patience:0.#} s: {Where(device.Config)}");
                return ExitCode.Failed;
            }
            if (longest > 0 && spent > longest) break;
            if (device.Read() && device.Fields(maxAge) is { Count: > 0 } fields)
            {
                count++;
                Console.Out.WriteLine(Text(device.Config.Name, fields, parsed.GetValue(BenchOptions.Json)));
                if (isOne) return ExitCode.Good;
            }
            device.Wait(50.Milliseconds);
        }
        Console.Error.WriteLine($"{(stop.IsCancellationRequested ? "interrupted: " : "")}{count} readings");
        return stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Good;
    }

    private static int Drive(
        ParseResult parsed, SiteConfig site, SingleDevice device, SocketWires wires, CancellationToken stop)
    {
        var power = new Watts(parsed.GetValue(set)!.Value);
        var limits = site.Limits;
        if (!power.IsFinite || power > limits.EvseChargeRating || power < -limits.EvseDischargeRating)
        {
            return BenchOptions.Wrong(
                $"--set: expected {-limits.EvseDischargeRating.Value:0} to {limits.EvseChargeRating.Value:0} W, "
                + "the EVSE's rating in the file");
        }
        if (IsRunning(site.LocalSocket))
        {
            return BenchOptions.Wrong(
                $"the controller of this site runs ({site.LocalSocket}): stop it first, or send it an order");
        }
        var panel = site.Devices.FirstOrDefault(other => other.Family is SiteLinesFamily);
        using var lines = panel is null ? null : SingleDevice.Open(site, panel, wires);
        Console.Error.WriteLine(
            $"{device.Config.Name} ({device.Config.Family.Name}, {Where(device.Config)}) will be driven at {power} "
            + "without the control loop: no limit of the site is kept.");
        if (!Confirmed(parsed.GetValue(yes))) return ExitCode.Wrong;

        var longest = parsed.GetValue(seconds) > 0 ? parsed.GetValue(seconds).Seconds : TimeSpan.MaxValue;
        var printer = new Printer(device, new(wires.Taps), parsed.GetValue(BenchOptions.Json));
        var drive = new HandDrive(device, lines, power, printer.Turned);
        if (!WaitForPermit(drive, lines, parsed.GetValue(wait).Seconds, stop))
        {
            Console.Error.WriteLine(
                "not driven: the emergency stop is pressed, the permit is missing, or the lines cannot be read");
            return stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failed;
        }
        var end = drive.Run(longest, stop);
        Console.Error.WriteLine(end switch
        {
            HandDriveEnd.Stopped => "stopped: emergency stop or no permit; opening at once",
            HandDriveEnd.Interrupted => "interrupted: going to zero and opening",
            _ => "time is up: going to zero and opening",
        });
        var isOpen = drive.HandBack(limits.EvseTiming.StopTime + handBackSlack, end == HandDriveEnd.Stopped);
        Console.Error.WriteLine(isOpen
            ? "handed back: no current, contactor open"
            : "NOT CONFIRMED: current or contactor; check at the device, stop it by hand");
        if (!isOpen || end == HandDriveEnd.Stopped) return ExitCode.Failed;
        return end == HandDriveEnd.Interrupted ? ExitCode.Interrupted : ExitCode.Good;
    }

    private static bool WaitForPermit(HandDrive drive, SingleDevice? lines, TimeSpan patience, CancellationToken stop)
    {
        var until = MonotonicClock.Now + patience;
        while (!drive.MayDrive() && MonotonicClock.Now < until && !stop.IsCancellationRequested)
        {
            lines!.Read();
            lines.Wait(20.Milliseconds);
        }
        return drive.MayDrive() && !stop.IsCancellationRequested;
    }

    private static bool Confirmed(bool isYes)
    {
        if (isYes) return true;
        if (Console.IsInputRedirected)
        {
            BenchOptions.Wrong("nobody is there to confirm the write: give --yes");
            return false;
        }
        Console.Error.Write("Write to it? Type yes: ");
        if (Console.In.ReadLine()?.Trim() == "yes") return true;
        Console.Error.WriteLine("nothing was written");
        return false;
    }

    private static bool IsRunning(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Where(DeviceConfig device) =>
        string.Join(", ", device.Buses.Select(bus => $"{bus.Key} \"{bus.Value}\""));

    private static string Text(string device, IReadOnlyList<DeviceField> fields, bool isJson)
    {
        if (!isJson) return $"{device}  {string.Join("  ", fields)}";
        var line = new JsonObject { ["device"] = device };
        foreach (var field in fields) line[field.Name] = JsonValue.Create(field.Value);
        return line.ToJsonString();
    }

    /// <summary>Shows the readings once a second and at once what is written.</summary>
    private sealed class Printer(SingleDevice device, WrittenFrames written, bool isJson)
    {
        private TimeSpan shownAt = TimeSpan.MinValue;

        public void Turned()
        {
            foreach (var (bus, frame) in written.Take())
            {
                Console.Out.WriteLine(isJson
                    ? new JsonObject { ["written"] = frame, ["bus"] = bus }.ToJsonString()
                    : $"{bus} -> {frame}");
            }
            var now = MonotonicClock.Now;
            if (shownAt != TimeSpan.MinValue && now - shownAt < 1.Seconds) return;
            if (device.Fields(maxAge) is not { Count: > 0 } fields) return;
            shownAt = now;
            Console.Out.WriteLine(Text(device.Config.Name, fields, isJson));
        }
    }
}
