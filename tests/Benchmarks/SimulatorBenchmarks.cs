using System.Diagnostics;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>
/// Simulated hours per second on one core: a V2G day with the production pollers, drivers, loop (100 ms) and order
/// desk. An hour is measured at a time, after one hour to warm up, by the processor time that this process used, so
/// that other processes on the machine are not counted; wall time is given beside it.
/// </summary>
internal static class SimulatorBenchmarks
{
    public static int Run()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "v2g-day.yaml");
        var (scenario, errors) = ScenarioFile.Read(file);
        if (scenario is null) throw new InvalidOperationException(string.Join("\n", errors));
        var (site, siteErrors) = ScenarioRun.ReadSite(scenario);
        if (site is null) throw new InvalidOperationException(string.Join("\n", siteErrors));

        using var world = new World(scenario, site, RuleSet.All, seed: 1);
        world.RunUntil(1.Hours);
        var perHour = new List<double>();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var wall = Stopwatch.GetTimestamp();
        for (var until = 2.Hours; until <= scenario.Length; until += 1.Hours)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            world.RunUntil(until);
            perHour.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        }
        var elapsed = Stopwatch.GetElapsedTime(wall).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var hours = string.Join(' ', perHour.Select(seconds => $"{1000 * seconds:0}"));
        perHour.Sort();

        Console.WriteLine("simulator, V2G day, 100 ms cycle, production drivers, one core");
        var median = perHour[perHour.Count / 2];
        Console.WriteLine($"  simulated hours per second of processor time: median {1 / median:0.0}, "
            + $"best {1 / perHour[0]:0.0}, worst {1 / perHour[^1]:0.0} of {perHour.Count} hours");
        Console.WriteLine($"  simulated hours per second of wall time: {perHour.Count / elapsed:0.0}");
        Console.WriteLine($"  each hour, ms of processor time: {hours}; trace {world.Trace:X16}");
        Console.WriteLine($"  allocated: {allocated / 1024.0 / perHour.Count:0.0} KiB per simulated hour");
        return 0;
    }
}
