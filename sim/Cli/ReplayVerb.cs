using ChargeScape.Edge.Sim.Swarm;

namespace ChargeScape.Edge.Sim.Cli;

/// <summary><c>replay</c>: one run of the swarm again, bit by bit, with its journal.</summary>
internal static class ReplayVerb
{
    public const string Usage = """
        usage: chargescape-sim replay --seed N [--without RULE] [--shrink] [--scenario FILE] [--quiet]

          --seed N         the run, as the swarm printed it
          --without RULE   with the same rule deleted as the swarm was run
          --shrink         then look for the smallest run with the same failure
          --scenario FILE  write the run (the smallest one with --shrink) as a scenario file for ./edge sim
          --quiet          no journal

        It prints what was done to the home and what changed in the controller, what did not hold, and the trace: the
        same one as in the swarm, because it is the same run.

        exit codes: 0 the run held; 1 it did not; 2 wrong arguments or files
        """;

    public static int Run(Arguments arguments)
    {
        var seed = (ulong)arguments.Number("--seed", -1, 0, long.MaxValue);
        var rules = SwarmVerb.Rules(arguments.Option("--without"));
        var (file, isShrunk) = (arguments.Option("--scenario"), arguments.Flag("--shrink"));
        var isQuiet = arguments.Flag("--quiet");
        if (arguments.Rest() is [var word, ..]) throw new UsageException($"unknown word '{word}'");
        if (seed > long.MaxValue) throw new UsageException("--seed is missing");

        var plan = SwarmPlanner.Plan(seed);
        var report = SwarmRun.Run(plan, rules, isQuiet ? null : new Journal(Console.Out));
        Tell(report);
        if (isShrunk && !report.Held)
        {
            report = SwarmShrinker.Shrink(report, rules);
            Console.Out.WriteLine("\nthe smallest run with the same failure:\n" + report.Plan.ToYaml());
            Tell(report);
        }
        if (file is not null) Write(file, report.Plan);
        return report.Held ? 0 : 1;
    }

    private static void Tell(SwarmReport report)
    {
        foreach (var failure in report.Failures) Console.Out.WriteLine($"FAILED {failure}");
        Console.Out.WriteLine($"{(report.Held ? "held" : "FAILED")} seed {report.Plan.Seed}, "
            + $"{report.Simulated.TotalSeconds:0} s, trace {report.Trace:x16}");
    }

    private static void Write(string file, SwarmPlan plan)
    {
        try
        {
            File.WriteAllText(file, plan.ToYaml());
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--scenario: {trouble.Message}");
        }
    }
}
