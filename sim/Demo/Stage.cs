using System.ComponentModel;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>
/// Everything that the demo runs: broker, simulated home, controller and cloud; and the one loop in which it waits.
/// Whatever way it is left, all of it is ended and its files are gone.
/// </summary>
internal sealed class Stage : IDisposable
{
    private const int TailLines = 15;
    private static readonly TimeSpan startPatience = 60.Seconds;
    private static readonly TimeSpan turn = 20.Milliseconds;
    private readonly DemoSite shown;
    private readonly IScreen screen;
    private readonly CancellationToken stop;
    private readonly TimeSpan length;
    private readonly string? keep;
    private readonly TimeSpan begunAt = MonotonicClock.Now;
    private readonly Stack<IDisposable> open = [];
    private readonly List<Child> children = [];
    private HomeProcess? home;
    private HostProcess? host;
    private Cloud? cloud;
    private TruthLog? truth;
    private SiteConfig? site;

    /// <summary>Nothing runs yet.</summary>
    /// <param name="shown">The home.</param>
    /// <param name="screen">Where it is shown.</param>
    /// <param name="length">How long the demo is planned to last.</param>
    /// <param name="keep">Folder for the truth and the logs; null to leave nothing.</param>
    /// <param name="stop">Ends every wait.</param>
    public Stage(DemoSite shown, IScreen screen, TimeSpan length, string? keep, CancellationToken stop)
    {
        this.shown = shown;
        (this.screen, this.length, this.keep, this.stop) = (screen, length, keep, stop);
        if (keep is not null) Directory.CreateDirectory(keep);
    }

    /// <summary>The controller.</summary>
    public HostProcess Host => host!;
    /// <summary>The cloud.</summary>
    public Cloud Cloud => cloud!;
    /// <summary>What truly happens.</summary>
    public TruthLog Truth => truth!;
    /// <summary>What the installer commissioned, from the same file that the controller reads.</summary>
    public SiteLimits Site => site!.Limits;
    /// <summary>Since the demo began.</summary>
    public TimeSpan Elapsed => MonotonicClock.Now - begunAt;

    /// <summary>Starts everything and waits until the site is online.</summary>
    /// <exception cref="DemoFailure">Something is missing or ended.</exception>
    public void Raise()
    {
        try
        {
            var mosquitto = BrokerProcess.Find();
            var scratch = Opened(new Scratch());
            screen.Say("starting a broker, the simulated home and the controller, each a process of its own");
            var (broker, port) = BrokerProcess.Start(mosquitto, scratch);
            children.Add(Opened(broker));
            home = Opened(new HomeProcess(scratch, shown.Scenario));
            children.Add(home.Child);
            Need(() => home.IsOpen && BrokerProcess.Listens(port), "the broker and the home to open their ports");
            var (siteFile, overrides) = home.Site();
            site = SiteFile.Read(siteFile, overrides).Site ?? throw new DemoFailure($"{siteFile} is not valid");
            truth = Opened(new TruthLog(home.TruthFile));
            cloud = Opened(new Cloud(port, site.Id));
            host = Opened(new HostProcess(scratch, siteFile, overrides, port));
            children.Add(host.Child);
            Need(() => cloud is { Mode: not null, Newest: not null }, "the controller to report over MQTT");
        }
        catch (Exception missing) when (missing is Win32Exception or NativeLibraryMissingException)
        {
            throw new DemoFailure(missing.Message);
        }
    }

    /// <summary>Waits for something and shows what happens; false when it did not come in time.</summary>
    /// <exception cref="DemoFailure">A process of the demo has ended.</exception>
    /// <exception cref="OperationCanceledException">The person at the keyboard wants no more.</exception>
    public bool Wait(Func<bool> until, TimeSpan atMost)
    {
        for (var deadline = MonotonicClock.Now + atMost; ; Thread.Sleep(turn))
        {
            stop.ThrowIfCancellationRequested();
            truth?.Follow();
            cloud?.Follow(screen.Say);
            screen.Show(new(Elapsed, length, truth?.Newest, cloud?.Newest, cloud?.InForce));
            if (children.Find(child => child.HasEnded) is { } gone) throw Ended(gone);
            if (until()) return true;
            if (MonotonicClock.Now >= deadline) return false;
        }
    }

    /// <summary>Does something in the home, as a person there would.</summary>
    /// <exception cref="DemoFailure">The home did not take it.</exception>
    public void AtHome(string command)
    {
        var answer = home!.Say(command);
        if (answer?.StartsWith("ok", StringComparison.Ordinal) == true) return;
        // If it has ended, that is the message.
        Wait(100.Milliseconds);
        throw new DemoFailure($"the simulated home answers to '{command}': {answer ?? "nothing"}");
    }

    /// <summary>Shows what happens for so long.</summary>
    public void Wait(TimeSpan time) => Wait(() => false, time);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The controller first: it ends in order, with the home and the broker still there.
        while (open.TryPop(out var last))
        {
            if (keep is not null && last is Scratch) Keep();
            last.Dispose();
        }
    }

    private void Keep()
    {
        foreach (var child in children)
            File.WriteAllLines(Path.Combine(keep!, $"{child.ShortName}.log"), child.Tail(int.MaxValue));
        if (home is not null && File.Exists(home.TruthFile))
            File.Copy(home.TruthFile, Path.Combine(keep!, "truth.jsonl"), overwrite: true);
    }

    private T Opened<T>(T part) where T : IDisposable
    {
        open.Push(part);
        return part;
    }

    private void Need(Func<bool> condition, string what)
    {
        if (!Wait(condition, startPatience))
            throw new DemoFailure($"waited {startPatience.TotalSeconds:0} s for {what}\n{Tails()}");
    }

    private string Tails() => string.Join('\n', children.Select(Tail));

    private static DemoFailure Ended(Child child) => new(
        $"{child.Name} has ended with exit code {child.ExitCode}\n{Tail(child)}");

    private static string Tail(Child child)
    {
        var lines = child.Tail(TailLines);
        return lines.Count == 0
            ? $"  {child.Name} printed nothing"
            : $"  the last lines of {child.Name}:\n{string.Join('\n', lines.Select(line => $"    {line}"))}";
    }
}
