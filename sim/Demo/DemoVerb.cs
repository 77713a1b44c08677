using System.Runtime.InteropServices;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Cli;
using ChargeScape.Edge.Sim.Scenarios;
using Spectre.Console;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary><c>demo</c>: the whole product at work, checked at the simulated home.</summary>
internal static class DemoVerb
{
    private const string Notice = "the supervisor's permit is simulated: the supervisor MCU is not part of this demo";

    public const string Usage = """
        usage: chargescape-sim demo [--site NAME] [--seconds N] [--json] [--keep FOLDER]   (./edge demo builds it first)

        A broker, a simulated home on real wires (Modbus TCP, CAN as slcan on TCP, digital lines) and the controller,
        each a process of its own. A cloud orders; the home does what homes do. Every check is judged by what truly
        happens in the simulated home, never by what the controller says.

          --site NAME    chademo (the usual one): a CHAdeMO car behind a bidirectional DC module on CAN;
                         quasar: a Wallbox Quasar 1 over Modbus TCP, with its measured times, so it takes longer
          --seconds N    how long it shall last, about (chademo: 120, at least 60, which takes some 70: handshakes take
                         time; quasar: 420, at least 180)
          --json         one JSON object per happening, status and check
          --keep FOLDER  leave the truth and what each process printed in this folder

        exit codes: 0 every check held; 1 one did not, or a process ended; 2 wrong arguments; 130 interrupted
        """;

    public static int Run(Arguments arguments)
    {
        var shown = Find(arguments.Option("--site"));
        var length = TimeSpan.FromSeconds(arguments.Number("--seconds", shown.Seconds, shown.LeastSeconds, 3600));
        var isJson = arguments.Flag("--json");
        var keep = arguments.Option("--keep");
        if (arguments.Rest().Count > 0) throw new UsageException($"unexpected '{arguments.Rest()[0]}'");
        using var stop = new CancellationTokenSource();
        var code = 0;
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            code = context.Signal switch { PosixSignal.SIGINT => 130, PosixSignal.SIGHUP => 129, _ => 143 };
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        try
        {
            var verdicts = isJson || !IsTerminal
                ? Plain(shown, isJson, length, keep, stop.Token)
                : Live(shown, length, keep, stop.Token);
            return Summarise(verdicts, isJson);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("demo: interrupted; everything that it started has ended");
            return code;
        }
        catch (IOException trouble)
        {
            Console.Error.WriteLine($"demo: {trouble.Message}");
            return 1;
        }
        catch (DemoFailure failure)
        {
            Console.Error.WriteLine($"demo: {failure.Message}");
            return 1;
        }
    }

    private static DemoSite Find(string? name) => name is null
        ? DemoSite.Chademo
        : DemoSite.All.FirstOrDefault(site => site.Name == name) ?? throw new UsageException(
            $"unknown site '{name}'; known: {string.Join(", ", DemoSite.All.Select(site => site.Name))}");

    private static bool IsTerminal =>
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    private static IReadOnlyList<Verdict> Plain(
        DemoSite shown, bool isJson, TimeSpan length, string? keep, CancellationToken stop)
    {
        IScreen screen = isJson ? new JsonScreen(Console.Out) : new PlainScreen(Console.Out);
        screen.Say(Notice);
        return Play(shown, screen, length, keep, stop);
    }

    private static IReadOnlyList<Verdict> Live(
        DemoSite shown, TimeSpan length, string? keep, CancellationToken stop)
    {
        LiveScreen? screen = null;
        try
        {
            IReadOnlyList<Verdict> verdicts = [];
            AnsiConsole.Live(new Text("starting…")).AutoClear(true).Overflow(VerticalOverflow.Crop)
                .Start(display => verdicts = Play(shown, screen = new LiveScreen(display), length, keep, stop));
            return verdicts;
        }
        finally
        {
            // The table is gone; what was seen stays, also of a demo that was cut short.
            foreach (var verdict in screen?.Verdicts ?? []) Console.Out.WriteLine(PlainScreen.Line(verdict));
            Console.Out.WriteLine(Notice);
        }
    }

    private static IReadOnlyList<Verdict> Play(
        DemoSite shown, IScreen screen, TimeSpan length, string? keep, CancellationToken stop)
    {
        using var stage = new Stage(shown, screen, length, keep, stop);
        stage.Raise();
        return new Play(shown, stage, screen, length).Run();
    }

    private static int Summarise(IReadOnlyList<Verdict> verdicts, bool isJson)
    {
        var failed = verdicts.Where(verdict => !verdict.Held).ToList();
        if (isJson) new JsonScreen(Console.Out).End(verdicts.Count - failed.Count, failed.Count);
        else
        {
            foreach (var verdict in failed) Console.Out.WriteLine($"demo: failed: {verdict.Claim}");
            Console.Out.WriteLine($"demo: {verdicts.Count - failed.Count} checks held, {failed.Count} failed");
        }
        return failed.Count == 0 ? 0 : 1;
    }
}
