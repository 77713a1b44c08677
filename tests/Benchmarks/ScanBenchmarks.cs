using System.Diagnostics;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>A scan of 254 addresses for port 502, from the start of the process to its end.</summary>
internal static class ScanBenchmarks
{
    private const int Runs = 5;

    public static int Run()
    {
        var program = BenchSite.Program("edge-host/Host", "chargescape-edge");
        var seconds = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var scan = Process.Start(
                new ProcessStartInfo(program, ["bench", "scan", "127.0.0.0/24"]) { RedirectStandardError = true })!;
            var summary = scan.StandardError.ReadToEnd();
            scan.WaitForExit();
            seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            if (!summary.Contains("254 of 254 addresses", StringComparison.Ordinal))
                throw new InvalidOperationException($"the scan did not end: {summary}");
        }
        seconds.Sort();
        Console.WriteLine($"scan of 254 loopback addresses for port 502: median {seconds[Runs / 2]:0.00} s, "
            + $"max {seconds[^1]:0.00} s of {Runs}, process start included");
        return seconds[Runs / 2] < 5 ? 0 : 1;
    }
}
