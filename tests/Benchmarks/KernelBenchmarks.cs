using System.Diagnostics;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>
/// The kernel bench from the start of the script to its end, with one command inside, by the machine's clock. Boot is
/// arithmetic: so a loop of bash that takes about as long is run beside it, in turns, for both to see the same machine.
/// </summary>
internal static class KernelBenchmarks
{
    private const int Runs = 11;
    private const double GoalSeconds = 2;
    private const int CannotRun = 125;
    private const string Loop = "for ((i = 0; i < 300000; i++)); do :; done";

    public static int Run()
    {
        var bench = BenchSite.Source("tests/Kernel/bench/kernel-bench");
        var (code, _, why) = Timed(bench, "status");
        if (code == CannotRun)
        {
            Console.WriteLine($"kernel bench, boot: not measured here: {why}");
            return 0;
        }
        var (boots, loops) = (new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            (code, var boot, why) = Timed(bench, "run", "--", "/bin/true");
            if (code != 0) throw new InvalidOperationException($"the guest ended with {code}: {why}");
            boots.Add(boot);
            loops.Add(Timed("/bin/bash", "-c", Loop).Seconds);
        }
        var ratio = Median(boots.Zip(loops, (boot, loop) => boot / loop));
        var isMet = Median(boots) < GoalSeconds ? "met" : "missed";
        Console.WriteLine("kernel bench, boot of the guest and one command: " + FormattableString.Invariant(
            $"median {Median(boots):0.00} s, max {boots.Max():0.00} s of {Runs} (goal < {GoalSeconds} s: {isMet})"));
        Console.WriteLine("an empty loop of bash, 300,000 turns: " + FormattableString.Invariant(
            $"median {Median(loops):0.00} s; ratio, median of {Runs} pairs: {ratio:0.0}"));
        return Median(boots) < GoalSeconds ? 0 : 1;
    }

    private static (int Code, double Seconds, string Error) Timed(string program, params string[] arguments)
    {
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, Stopwatch.GetElapsedTime(begun).TotalSeconds, error.Result.Trim());
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
