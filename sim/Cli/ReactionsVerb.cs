using System.Globalization;
using ChargeScape.Edge.Sim.Reactions;

namespace ChargeScape.Edge.Sim.Cli;

/// <summary><c>reactions</c>: many short runs, and how long the true plant took to show the answer.</summary>
internal static class ReactionsVerb
{
    public const string Usage = """
        usage: chargescape-sim reactions [--trips N] [--seed N] [--without RULE] [--report FILE]

          --trips N       so many in all, with those that the report holds already (1000)
          --seed N        the seed of the first; the next ones count up (1)
          --without RULE  delete a limit or trip, to see that it is missed
          --report FILE   a line per 500 runs; those are not run again, so the work may be stopped and taken up

        Each run is a home in which a car charges or discharges with any power; at any moment something happens to it,
        and the time is taken, at the true plant, until no power flows and the contactor is open, or, after a step of
        6 kW in the house, until the site is back inside its cap.

        What is seen at once: zero in 1 s, open in 2 s. An ordered stop: zero in 1 s, the car opens in 5 s. What is
        silent, or a loop that stalls, is known after a second of its own. Caps: 2 s in 99 of 100 runs.

        exit codes: 0 all of it held and no run was invalid; 1 not so; 2 wrong arguments; 130 interrupted by Ctrl-C
        """;

    private const int Batch = 500;

    public static int Run(Arguments arguments)
    {
        var trips = arguments.Number("--trips", 1000, 1, 1_000_000_000);
        var seed = (ulong)arguments.Number("--seed", 1, 0, long.MaxValue);
        var rules = SwarmVerb.Rules(arguments.Option("--without"));
        var report = arguments.Option("--report");
        if (arguments.Rest() is [var word, ..]) throw new UsageException($"unknown word '{word}'");
        var all = new ReactionTally();
        var done = report is null ? [] : Known(report, all);

        using var interrupt = new Interrupt();
        try
        {
            for (; all.Runs < trips; seed += Batch)
            {
                var count = (int)Math.Min(Batch, trips - all.Runs);
                if (done.Contains((seed, count))) continue;
                var some = new ReactionTally();
                for (var i = 0; i < count; i++)
                {
                    interrupt.Check();
                    some.Add(ReactionTrip.Run(seed + (ulong)i, rules));
                    Progress(all.Runs + i + 1, trips);
                }
                all.Add(some);
                if (report is not null) File.AppendAllText(report, some.ToLine(seed, count) + "\n");
            }
        }
        catch (OperationCanceledException)
        {
            Wipe();
            Print(all);
            return 130;
        }
        Wipe();
        return Print(all) ? 0 : 1;
    }

    private static HashSet<(ulong, int)> Known(string report, ReactionTally all)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(report)) is { } folder) Directory.CreateDirectory(folder);
            // A report of other rules or other kinds is not ours to go on with; it is the caller's to name another.
            return File.Exists(report) ? [.. File.ReadLines(report).Select(all.TryTake).OfType<(ulong, int)>()] : [];
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--report: {trouble.Message}");
        }
    }

    private static bool Print(ReactionTally all)
    {
        var sums = new List<string>();
        Console.Out.WriteLine("from the onset at the true plant          runs    median  99 %    longest |  open: median  99 %  longest");
        foreach (var kind in ReactionKind.All)
        {
            var of = all.Of(kind);
            var open = of.Open.Count == 0 ? "" : $"        {Times(of.Open)}";
            var invalid = of.Invalid > 0 ? $"  {of.Invalid} INVALID" : "";
            Console.Out.WriteLine($"  {kind.Name,-34}{of.First.Count,10}    {Times(of.First)} |{open}{invalid}");
        }
        var isGood = all.Invalid == 0;
        foreach (var goal in Enum.GetValues<ReactionGoal>())
        {
            var (first, open) = all.Together(goal);
            var isStop = open.Count > 0;
            Histogram($"{Named(goal)}: until {(isStop ? "no power flows" : "the site is inside its cap")}", first);
            if (isStop) Histogram($"{Named(goal)}: until the contactor is open", open);
            // A cap is promised for 99 of 100; a stop for each.
            var longest = first.Seconds(isStop ? 1 : 0.99);
            var isKept = longest <= ReactionKind.MostFirstSeconds(goal)
                && open.Seconds(1) <= ReactionKind.MostOpenSeconds(goal);
            isGood &= isKept;
            sums.Add(string.Create(CultureInfo.InvariantCulture, $"{(isKept ? "held  " : "FAILED")} {Named(goal)}: "
                + $"{longest:0.00} s{(isStop ? $", open {open.Seconds(1):0.00} s" : " (99 %)")} at most"));
        }
        Console.Out.WriteLine();
        foreach (var sum in sums) Console.Out.WriteLine(sum);
        Console.Out.WriteLine($"{all.Runs} runs, {all.Invalid} invalid");
        return isGood;
    }

    private static string Named(ReactionGoal goal) => goal switch
    {
        ReactionGoal.AtOnce => "seen at once",
        ReactionGoal.Ordered => "an ordered stop",
        ReactionGoal.Silence => "silence",
        ReactionGoal.ImportInside => "import after a step of 6 kW",
        _ => "export after a step of 6 kW",
    };

    private static string Times(ReactionTimes of) => string.Create(
        CultureInfo.InvariantCulture, $"{of.Seconds(0.5):0.00} s  {of.Seconds(0.99):0.00} s  {of.Seconds(1):0.00} s");

    private static void Histogram(string title, ReactionTimes times)
    {
        const int width = 50;
        double[] edges = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 1.5, 2, 3, 4];
        Console.Out.WriteLine($"\n{title} ({times.Count})");
        if (times.Count == 0) return;
        var from = double.NegativeInfinity;
        foreach (var until in edges)
        {
            var count = times.Between(from, until);
            var share = (double)count / times.Count;
            // One of a hundred thousand shall be seen too.
            var bar = new string('#', count == 0 ? 0 : Math.Max(1, (int)(share * width)));
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  ≤ {until,4:0.00} s {count,9} {bar}"));
            from = until;
        }
    }

    private static void Progress(long done, long trips)
    {
        const int width = 30;
        if (Console.IsErrorRedirected || done % 20 != 0) return;
        var bar = new string('#', (int)(width * done / trips)).PadRight(width, '.');
        Console.Error.Write($"\r[{bar}] {done} of {trips}\e[K");
    }

    private static void Wipe()
    {
        if (!Console.IsErrorRedirected) Console.Error.Write("\r\e[K");
    }
}
