using System.Diagnostics;
using System.Globalization;

namespace ChargeScape.Edge.Tests.Fuzz;

/// <summary><c>./edge fuzz</c>: the long run.</summary>
public static class FuzzVerb
{
    private const string Usage = """
        usage: ./edge fuzz [--seconds N] [--target NAME] [--seed S] | --list | --target NAME --input HEX

          --seconds N     how long, over all targets in turn (60); Ctrl-C ends it with its summary
          --target NAME   this decoder only
          --seed S        seed of the inputs; without it a new one is drawn and printed
          --input HEX     give the target this one input ("-" = no bytes), as a failure printed it
          --list          names of the targets

        exit codes: 0 no harm found; 1 an input did harm, it is printed; 2 wrong arguments; 130 ended by Ctrl-C
        """;

    private const int Slice = 2000;

    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h", ..] || args.Contains("--help"))
        {
            output.WriteLine(Usage);
            return 0;
        }
        if (args is ["--list"])
        {
            foreach (var known in AllTargets.List) output.WriteLine(known.Name);
            return 0;
        }
        if (!TryRead(args, out var wanted, out var wrong))
        {
            errors.WriteLine($"edge fuzz: {wrong}\n\n{Usage}");
            return 2;
        }
        return wanted.Input is { } input ? Once(wanted.Targets[0], input, output) : Long(wanted, output, errors);
    }

    private sealed record Wanted(IReadOnlyList<FuzzTarget> Targets, int Seconds, ulong Seed, byte[]? Input);

    private static bool TryRead(string[] args, out Wanted wanted, out string wrong)
    {
        wanted = new(AllTargets.List, 60, (ulong)Stopwatch.GetTimestamp() % 1_000_000, null);
        wrong = "";
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--seconds" when int.TryParse(value, out var seconds) && seconds is > 0 and <= 1_000_000:
                    wanted = wanted with { Seconds = seconds };
                    break;
                case "--seed" when ulong.TryParse(value, out var seed):
                    wanted = wanted with { Seed = seed };
                    break;
                case "--target" when AllTargets.List.FirstOrDefault(one => one.Name == value) is { } target:
                    wanted = wanted with { Targets = [target] };
                    break;
                case "--input" when value is not null && TryHex(value, out var input):
                    wanted = wanted with { Input = input };
                    break;
                case "--target":
                    wrong = $"no target '{value}'; --list names them";
                    return false;
                default:
                    wrong = $"'{args[i]} {value}' is not understood";
                    return false;
            }
        }
        if (wanted.Input is not null && wanted.Targets.Count != 1) wrong = "--input needs --target";
        return wrong.Length == 0;
    }

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = [];
        if (text == "-") return true;
        if (text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit)) return false;
        bytes = Convert.FromHexString(text);
        return true;
    }

    private static int Once(FuzzTarget target, byte[] input, TextWriter output)
    {
        var trouble = Fuzzer.Trouble(target, input, out var isTaken);
        output.WriteLine(trouble ?? (isTaken ? "taken, no harm" : "refused, no harm"));
        return trouble is null ? 0 : 1;
    }

    private static int Long(Wanted wanted, TextWriter output, TextWriter errors)
    {
        var begun = Stopwatch.GetTimestamp();
        var isInterrupted = false;
        ConsoleCancelEventHandler stop = (_, press) => press.Cancel = isInterrupted = true;
        Console.CancelKeyPress += stop;
        output.WriteLine($"seed {wanted.Seed}, {wanted.Targets.Count} targets, {wanted.Seconds} s");
        var runs = wanted.Targets.Select(target => new Fuzzer(target, wanted.Seed)).ToList();
        bool IsOver() => isInterrupted || Stopwatch.GetElapsedTime(begun).TotalSeconds >= wanted.Seconds;
        var shownAt = 0L;
        while (!IsOver() && runs.Exists(run => run.Failure is null))
        {
            foreach (var run in runs.Where(run => run.Failure is null))
            {
                // In the proportions of the tests, so that slow targets do not take all the time.
                run.Run(Math.Max(1, (long)run.Target.Inputs * Slice / 100_000), IsOver);
                Progress(runs, begun, errors, ref shownAt);
                if (IsOver()) break;
            }
        }
        Console.CancelKeyPress -= stop;
        if (!Console.IsErrorRedirected) errors.Write("\r\e[K");
        return Summary(runs, begun, isInterrupted, output);
    }

    // On a terminal one line that moves; in a file a line every 10 s.
    private static void Progress(List<Fuzzer> runs, long begun, TextWriter errors, ref long shownAt)
    {
        var period = Console.IsErrorRedirected ? 10_000 : 200;
        if (Environment.TickCount64 - shownAt < period) return;
        shownAt = Environment.TickCount64;
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var given = runs.Sum(run => run.Given);
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{seconds,6:0} s  {given,12:N0} inputs  {given / Math.Max(seconds, 0.001),9:N0}/s  "
            + $"{runs.Count(run => run.Failure is not null)} failed");
        if (Console.IsErrorRedirected) errors.WriteLine(line);
        else errors.Write($"\r\e[K{line}");
    }

    private static int Summary(List<Fuzzer> runs, long begun, bool isInterrupted, TextWriter output)
    {
        output.WriteLine("target                      inputs       taken");
        foreach (var run in runs)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{run.Target.Name,-22} {run.Given,11:N0} {run.Taken,11:N0}{(run.Failure is null ? "" : "  FAILED")}"));
        foreach (var run in runs)
            if (run.Failure is { } failure) output.WriteLine($"\n{failure}");
        var failed = runs.Count(run => run.Failure is not null);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{runs.Sum(run => run.Given):N0} inputs in {seconds:0} s, {failed} of {runs.Count} targets failed"));
        return failed > 0 ? 1 : isInterrupted ? 130 : 0;
    }
}
