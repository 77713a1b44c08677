using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Cli;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Serve;

/// <summary><c>serve</c>: a scenario's home in real time behind real wires.</summary>
internal static class ServeVerb
{
    public const string Usage = """
        usage: chargescape-sim serve SCENARIO [--ports-file FILE] [--truth FILE] [--by-hand] [--seed N]

          SCENARIO           a scenario file (YAML), or the name of one that ships with the simulator: its home is
                             served and its time line played until you end it; its orders are left to you
          --ports-file FILE  where the wires are, as JSON, once all are open: ports on 127.0.0.1, the path of the
                             lines' socket, and "set": values for chargescape-edge run --set
          --truth FILE       the true plant as JSON lines at 10 Hz, with CLOCK_MONOTONIC in mono_ns
          --by-hand          do not play the time line
          --seed N           decides all that is chance (1)

        Commands on standard input, one per line, each answered by one line that begins with "ok" or "error":
          plug in|out        meter silent|back               permit on|off      help
          oven on|off        emergency-stop press|release    soc N              quit
        (oven: any appliance of the scenario; help lists all). End of input, Ctrl-C and SIGTERM end it.

        exit codes: 0 ended in order; 1 a wire or a file could not be opened; 2 wrong arguments or files
        """;

    public static int Run(Arguments arguments)
    {
        var seed = arguments.Number("--seed", 1, 0, long.MaxValue);
        var portsFile = arguments.Option("--ports-file");
        var truthFile = arguments.Option("--truth");
        var isByHand = arguments.Flag("--by-hand");
        if (arguments.Rest() is not [var word]) throw new UsageException("give one scenario");
        if (Load(ScenarioFiles.Find([word])) is not var (scenario, site)) return 2;
        Hurry();

        var folder = Directory.CreateTempSubdirectory("chargescape-serve-");
        try
        {
            using var served = new ServedHome(scenario, site, (ulong)seed, Path.Combine(folder.FullName, "lines.sock"));
            using var truth = truthFile is null ? null : new TruthWriter(truthFile);
            Serve(served, scenario, truth, isByHand, () =>
            {
                if (portsFile is not null)
                    PortsFile.Write(portsFile, scenario.SiteFile, served.Wires, scenario.SiteOverrides);
            });
            return 0;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException
            or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            Console.Error.WriteLine($"chargescape-sim serve: {trouble.Message}");
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Physics does not wait for a busy machine: the threads started from here on go before ordinary ones, if allowed.
    private static void Hurry()
    {
        try
        {
            using var self = Process.GetCurrentProcess();
            self.PriorityClass = ProcessPriorityClass.High;
        }
        catch (Exception refused) when (refused is Win32Exception or UnauthorizedAccessException)
        {
            // Without the right to it the home is as late as the machine is busy.
        }
    }

    private static void Serve(ServedHome served, Scenario scenario, TruthWriter? truth, bool isByHand, Action opened)
    {
        // Not disposed: the thread that reads commands may outlive this and set it.
        var stop = new ManualResetEventSlim();
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Set();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        if (truth is not null) (truth.Clock, truth.Levels) = (() => MonotonicClock.Now, served.Levels);
        using var home = new HomeThread(served, isByHand ? [] : TimeLine(scenario), truth);
        opened();
        // A read of standard input cannot be interrupted, so its thread is left behind at the end.
        new Thread(() => Obey(served, home, truth, stop)) { Name = "commands", IsBackground = true }.Start();
        stop.Wait();
    }

    private static void Obey(ServedHome served, HomeThread home, TruthWriter? truth, ManualResetEventSlim stop)
    {
        string[] appliances = [.. served.Home.Plant.House.Appliances];
        while (Console.In.ReadLine()?.Trim() is { } line)
        {
            if (line.Length == 0) continue;
            if (line == "quit") break;
            var answer = line == "help" ? $"ok {HomeCommand.Help(appliances)}" : Answer(line);
            Console.Out.WriteLine(answer);
        }
        stop.Set();

        string Answer(string line)
        {
            var command = HomeCommand.Parse(line, appliances);
            if (command is not { What: { } what, Value: var value }) return $"error: {command.Complaint}";
            var (isDone, at) = (false, default(TimeSpan));
            home.Do(now =>
            {
                (isDone, at) = (served.Home.TryDo(what, value), now);
                if (isDone) truth?.Did($"{what} {value}");
            }).Wait();
            return isDone
                ? $"ok {what} {value} t_s={at.TotalSeconds:0.000}"
                : $"error: '{line}' is not possible in this home";
        }
    }

    // Orders and the controller's fate belong to a broker and a controller, which a served home does not have.
    private static List<TimedEvent> TimeLine(Scenario scenario)
    {
        var possible = scenario.Events.Where(e => e.Event switch
        {
            ScenarioEvent.Order => false,
            ScenarioEvent.Change change => !HomeCommand.IsElsewhere(change.What),
            _ => true,
        }).ToList();
        var left = scenario.Events.Count - possible.Count;
        if (left > 0)
        {
            Console.Error.WriteLine(
                $"chargescape-sim serve: {left} orders and events of broker and controller are left to you");
        }
        return possible;
    }

    private static (Scenario, SiteConfig)? Load(IReadOnlyList<string> files)
    {
        if (files is not [var file]) throw new UsageException("give one scenario, not a folder");
        var (scenario, errors) = ScenarioFile.Read(file);
        IReadOnlyList<ConfigError> siteErrors = [];
        SiteConfig? site = null;
        if (scenario is not null) (site, siteErrors) = ScenarioRun.ReadSite(scenario);
        foreach (var error in errors) Console.Error.WriteLine(error);
        foreach (var error in siteErrors) Console.Error.WriteLine(error);
        return scenario is null || site is null ? null : (scenario, site);
    }
}
