using System.Globalization;
using System.Net.Sockets;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>
/// Reactions of the shipped program on real wires. Every time is stamped by the tap or by this process, none by the
/// host.
/// </summary>
internal static class ReactionBenchmarks
{
    // A hundred, so that a 99th percentile is more than the maximum by another name.
    private const int Rounds = 100;
    private const int OrderRounds = 25;
    private const int ScriptRounds = 25;
    private const double Charge = 9000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static int Run()
    {
        using var site = new BenchSite();
        Console.WriteLine("a 60 A service; the car charges with 9 kW; an oven of 5 kW is turned on at random moments");
        var host = Breaches(site);
        var naive = NaiveBreaches(site);
        Print("breach visible at the meter → corrected frame, ms", host.FromVisible, "goal max ≤ 60");
        Print("  the same, Python script at 100 ms", naive, "reference");
        Print("reading handed to the host → corrected frame, ms", host.FromReading, "goal p99 ≤ 1");
        Print("  the same wake-ups in C, nothing computed", host.Hops, "reference, at the same time");
        Console.WriteLine(FormattableString.Invariant(
            $"ratio of the longest reactions, host / script: {host.FromVisible.Max() / naive.Max():0.00}"));
        var ratio = P99(host.FromReading) / P99(host.Hops);
        Console.WriteLine(FormattableString.Invariant(
            $"ratio of the 99th percentiles, reading → frame / wake-ups in C: {ratio:0.00}"));
        Print("order published → first changed frame, ms", host.FromOrder, "goal median ≤ 2");
        Print("process start → first completed cycle, ms", host.Starts, "goal < 1000");
        return 0;
    }

    private sealed record HostTimes(
        List<double> FromVisible, List<double> FromReading, List<double> FromOrder, List<double> Starts)
    {
        /// <summary>The machine's own part: hops.c, beside all breaches.</summary>
        public List<double> Hops { get; } = [];
    }

    private static HostTimes Breaches(BenchSite site)
    {
        var times = new HostTimes([], [], [], []);
        for (var i = 0; i < 4; i++) times.Starts.Add(MeasureStart(site));
        using var host = site.StartHost();
        site.Order(Charge);
        var chance = new Random(1);
        using var hops = site.StartHops();
        for (var i = 0; i < Rounds; i++)
        {
            var full = WaitForSteadyCurrent(site, host);
            Thread.Sleep(chance.Next(0, 100));
            Breach(site, full, times);
            Progress("breaches", i, Rounds);
        }
        foreach (var nanoseconds in hops.End())
            times.Hops.Add(long.Parse(nanoseconds, CultureInfo.InvariantCulture) / 1e6);
        WaitForSteadyCurrent(site, host);
        for (var i = 0; i < OrderRounds; i++)
        {
            Cut(site, host, times.FromOrder, chance);
            Progress("orders", i, OrderRounds);
        }
        return times;
    }

    private static void Progress(string what, int done, int of)
    {
        if ((done + 1) % 25 == 0) Console.WriteLine($"  {what}: {done + 1} of {of}");
    }

    private static void Breach(BenchSite site, long full, HostTimes times)
    {
        var before = site.Tap.Newest('V')!.Value;
        site.Tell("oven on");
        var visible =
            site.Tap.First('V', before.At, raw => IsStep(before.Value, raw), Patience, "the oven at the meter");
        // The host may ask between two looks of the tap: then its reply is the first that shows the oven.
        var reading =
            site.Tap.First('M', before.At, raw => IsStep(before.Value, raw), Patience, "the oven in a reply");
        var corrected = site.Tap.First('C', before.At, mA => mA < full - 1000, Patience, "a corrected frame");
        times.FromVisible.Add((corrected.At - Math.Min(visible.At, reading.At)) / 1e6);
        times.FromReading.Add((corrected.At - reading.At) / 1e6);
        site.Tell("oven off");
    }

    private static void Cut(BenchSite site, ReferenceProgram host, List<double> times, Random chance)
    {
        var full = WaitForSteadyCurrent(site, host);
        Thread.Sleep(chance.Next(0, 100));
        var published = site.Order(Charge * 0.6);
        var changed = site.Tap.First('C', published, mA => mA < full, Patience, "the ordered cut");
        times.Add((changed.At - published) / 1e6);
        site.Order(Charge);
    }

    /// <summary>Waits until the commanded current is high and has not moved for half a second; returns it.</summary>
    private static long WaitForSteadyCurrent(BenchSite site, ReferenceProgram host)
    {
        WireEvent? held = null;
        var since = Environment.TickCount64;
        BenchSite.Until(() =>
        {
            if (host.HasEnded) throw new InvalidOperationException("the host ended");
            var newest = site.Tap.Newest('C');
            if (newest?.Value is not { } current || held is not { } before || Math.Abs(current - before.Value) > 300)
                (held, since) = (newest, Environment.TickCount64);
            return held is { Value: > 18_000 } && Environment.TickCount64 - since > 500;
        }, "the car to charge");
        return held!.Value.Value;
    }

    private static List<double> NaiveBreaches(BenchSite site)
    {
        var times = new List<double>();
        var chance = new Random(2);
        var calm = site.Tap.Newest('V')!.Value.Value;
        using var script = site.StartNaiveController(threshold: calm + Math.Abs(calm) / 5 + 1000);
        for (var i = 0; i < ScriptRounds; i++)
        {
            Thread.Sleep(chance.Next(400, 600));
            var before = site.Tap.Newest('V')!.Value;
            site.Tell("oven on");
            var visible =
                site.Tap.First('V', before.At, raw => IsStep(before.Value, raw), Patience, "the oven at the meter");
            var corrected = site.Tap.First('C', before.At, mA => mA == 10_000, Patience, "the script's frame");
            times.Add((corrected.At - visible.At) / 1e6);
            site.Tell("oven off");
            site.Tap.First('C', corrected.At, mA => mA == 20_000, Patience, "the script to recover");
        }
        return times;
    }

    /// <summary>The host says READY=1 to its service manager after its first completed cycle; this process
    /// listens.</summary>
    private static double MeasureStart(BenchSite site)
    {
        var path = Path.Combine(Path.GetTempPath(), $"chargescape-ready-{Environment.ProcessId}.sock");
        File.Delete(path);
        using var notify = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notify.Bind(new UnixDomainSocketEndPoint(path));
        notify.ReceiveTimeout = 30_000;
        var begun = Environment.TickCount64;
        using var host = site.StartHost(start => start.Environment["NOTIFY_SOCKET"] = path);
        var bytes = new byte[512];
        while (true)
        {
            var said = System.Text.Encoding.UTF8.GetString(bytes, 0, notify.Receive(bytes));
            if (said.Contains("READY=1", StringComparison.Ordinal)) break;
        }
        File.Delete(path);
        return Environment.TickCount64 - begun;
    }

    // 5 kW are a third of what flows; noise is far below.
    private static bool IsStep(long before, long raw) => raw - before > Math.Max(Math.Abs(before) / 5, 1);

    private static void Print(string what, List<double> times, string goal)
    {
        double[] sorted = [.. times.Order()];
        Console.WriteLine(FormattableString.Invariant(
            $"{what,-52} median {sorted[sorted.Length / 2],7:0.00}   ")
            + FormattableString.Invariant($"p99 {P99(times),7:0.00}   ")
            + FormattableString.Invariant($"max {sorted[^1],7:0.00}   n {sorted.Length}   ({goal})"));
    }

    private static double P99(List<double> times) => times.Order().ElementAt((int)((times.Count - 1) * 0.99));
}
