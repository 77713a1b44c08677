using System.Diagnostics;
using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Swarm;

namespace ChargeScape.Edge.Sim.Cli;

/// <summary><c>swarm</c>: random homes, orders and faults, judged at the true plant, until the time is over.</summary>
internal static class SwarmVerb
{
    public const string Usage = """
        usage: chargescape-sim swarm [--hours N | --runs N] [--seed N] [--jobs N] [--without RULE] [--out FOLDER]
                                     [--json]

          --hours N       work for so long, wall time; decimals are good (0.1)
          --runs N        or until so many runs are done (2000)
          --seed N        the seed of the first run; the next ones count up (chosen from the clock, and said)
          --jobs N        runs at the same time (one per processor)
          --without RULE  delete a limit or trip, to see that the swarm misses it
          --out FOLDER    where the smallest form of a failing run is written as a scenario file (swarm-failures)
          --json          one JSON object per failing run and one for the whole, instead of text

        Each run is a home near its bounds (a site that ships, with other limits), orders of a cloud that means well and
        of one that does not, and faults at random times. It fails when a limit at the true plant is not held, when an
        invariant of the controller is broken, and as a whole when a limit, trip, mode or kind of fault was not reached.

        exit codes: 0 every run held and everything was reached; 1 not so; 2 wrong arguments; 130 interrupted by Ctrl-C
        """;

    private const int MostShrunk = 5;

    public static int Run(Arguments arguments)
    {
        var asked = Read(arguments);
        using var interrupt = new Interrupt();
        using var screen = new SwarmScreen(asked.Seed, asked.Hours, asked.Runs, asked.IsJson);
        var swarm = new Herd(asked, interrupt, screen);
        var workers = Enumerable.Range(0, asked.Jobs).Select(_ => new Thread(swarm.Work)).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        screen.Sum(swarm.Coverage, swarm.IsInterrupted);
        return swarm.IsInterrupted ? 130 : screen.Failed == 0 && !swarm.Coverage.Missing.Any() ? 0 : 1;
    }

    internal static RuleSet Rules(string? without) => without is null
        ? RuleSet.All
        : RuleNames.AllWithout(without) ?? throw new UsageException($"there is no rule '{without}'");

    private static Asked Read(Arguments arguments)
    {
        double? hours = null;
        if (arguments.Option("--hours") is { } text)
        {
            var isNumber = double.TryParse(text, CultureInfo.InvariantCulture, out var number);
            if (!isNumber || !(number > 0 && number <= 10_000))
                throw new UsageException($"--hours takes a number above 0 and up to 10000, not '{text}'");
            hours = number;
        }
        var runs = arguments.Number("--runs", hours is null ? 2000 : long.MaxValue, 1, long.MaxValue);
        var anySeed = Stopwatch.GetTimestamp() % 1_000_000_000;
        var seed = (ulong)arguments.Number("--seed", anySeed, 0, long.MaxValue);
        var without = arguments.Option("--without");
        var asked = new Asked(
            hours is { } limit ? TimeSpan.FromHours(limit) : null, runs, seed,
            (int)arguments.Number("--jobs", Environment.ProcessorCount, 1, 256), without, Rules(without),
            arguments.Option("--out") ?? "swarm-failures", arguments.Flag("--json"));
        if (arguments.Rest() is [var word, ..]) throw new UsageException($"unknown word '{word}'");
        return asked;
    }

    private sealed record Asked(
        TimeSpan? Hours, long Runs, ulong Seed, int Jobs, string? Without, RuleSet Rules, string Out, bool IsJson);

    // The workers take seeds one by one; what they find they tell under the lock.
    private sealed class Herd(Asked asked, Interrupt interrupt, SwarmScreen screen)
    {
        private readonly Lock gate = new();
        private readonly HashSet<string> shrunk = [];
        private readonly long begun = Stopwatch.GetTimestamp();
        private long taken = -1;

        public SwarmCoverage Coverage { get; } = new();
        public bool IsInterrupted { get; private set; }

        public void Work()
        {
            while (Next() is { } seed)
            {
                var report = SwarmRun.Run(SwarmPlanner.Plan(seed), asked.Rules);
                lock (gate)
                {
                    Coverage.Add(report.Coverage);
                    screen.Done(report, Stopwatch.GetElapsedTime(begun));
                    // Of one kind of failure one small form is enough.
                    if (report.Held || shrunk.Count >= MostShrunk || !shrunk.Add(report.Failures[0].Kind)) continue;
                }
                var smallest = SwarmShrinker.Shrink(report, asked.Rules);
                lock (gate) screen.Shrunk(smallest, Write(smallest.Plan), asked.Without);
            }
        }

        private ulong? Next()
        {
            var index = Interlocked.Increment(ref taken);
            if (index >= asked.Runs || Stopwatch.GetElapsedTime(begun) > asked.Hours) return null;
            try
            {
                interrupt.Check();
                return asked.Seed + (ulong)index;
            }
            catch (OperationCanceledException)
            {
                IsInterrupted = true;
                return null;
            }
        }

        private string Write(SwarmPlan plan)
        {
            var file = Path.Combine(asked.Out, $"swarm-{plan.Seed}.yaml");
            try
            {
                Directory.CreateDirectory(asked.Out);
                File.WriteAllText(file, plan.ToYaml());
                return file;
            }
            catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
            {
                return $"(not written: {trouble.Message})";
            }
        }
    }
}
