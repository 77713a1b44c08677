using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>The real executable <c>chargescape-edge</c>: as a controller that runs, or as one command.</summary>
public sealed partial class EdgeProcess : IDisposable
{
    private const int SignalInterrupt = 2;
    private const int SignalTerminate = 15;
    private static readonly string[] sockets = ["meter", "inverter", "car", "module"];
    private readonly Process process;

    private EdgeProcess(Process process, Panel panel)
    {
        this.process = process;
        Panel = panel;
        Log = new(process);
    }

    /// <summary>Its digital lines.</summary>
    internal Panel Panel { get; }

    /// <summary>What it logs.</summary>
    public PeerLines Log { get; }

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "../../.."));
    public static string DemoSite { get; } = Path.Combine(Root, "edge-host/Host/sites/demo-split-phase.json");

    private static string Program { get; } = Path.Combine(
        Root, "edge-host/Host/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        "net10.0/chargescape-edge");

    /// <summary>Runs the demo's site with its digital lines and nothing on its other wires, and waits until the loop
    /// runs.</summary>
    public static EdgeProcess Run(Broker broker, params string[] settings) => Start(broker, null, settings);

    /// <summary>Runs another shipped site, all of whose wires are in the settings.</summary>
    public static EdgeProcess RunSite(string site, Broker broker, params string[] settings) =>
        Start(broker, null, settings, Path.Combine(Root, "edge-host/Host/sites", site));

    /// <summary>As above, under a service manager that listens on a socket.</summary>
    public static EdgeProcess RunUnder(string notifySocket, Broker broker) => Start(broker, notifySocket, []);

    private static EdgeProcess Start(Broker broker, string? notifySocket, string[] settings, string? site = null)
    {
        var panel = new Panel($"{broker.Folder}/gpio.sock");
        string[] wires =
        [
            $"mqtt.port={broker.Port}", "mqtt.reconnectMinS=0.1", "mqtt.reconnectMaxS=0.5",
            $"localSocket={LocalSocket(broker)}", $"buses.lines.path={broker.Folder}/gpio.sock",
            // Its own for each start: most tests end their host without ceremony, which the next would call a crash.
            $"stateFile={broker.Folder}/{Guid.NewGuid():N}.state",
            .. site is null ? sockets.Select(bus => $"buses.{bus}.port={Broker.FreePort()}") : [],
            .. settings,
        ];
        var arguments =
            (string[])["run", "--site", site ?? DemoSite, .. wires.SelectMany(setting => new[] { "--set", setting })];
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (notifySocket is not null)
        {
            start.Environment["NOTIFY_SOCKET"] = notifySocket;
            start.Environment["WATCHDOG_USEC"] = "200000";
        }
        var edge = new EdgeProcess(Process.Start(start)!, panel);
        edge.Log.Next(line => line.Contains("control loop started", StringComparison.Ordinal));
        return edge;
    }

    public static string LocalSocket(Broker broker) => $"{broker.Folder}/host.sock";

    /// <summary>Runs one command to its end.</summary>
    public static (int ExitCode, string Output, string Error) Command(params string[] arguments)
    {
        using var command = Process.Start(
            new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = command.StandardError.ReadToEndAsync();
        var output = command.StandardOutput.ReadToEnd();
        command.WaitForExit();
        return (command.ExitCode, output, error.Result);
    }

    /// <summary>Starts one command that goes on until it is interrupted or ends by itself.</summary>
    public static Process Begin(params string[] arguments) => Process.Start(new ProcessStartInfo(Program, arguments)
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    /// <summary>Ctrl-C on any process; returns its exit code.</summary>
    public static int Interrupt(Process process)
    {
        if (Kill(process.Id, SignalInterrupt) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        Assert.True(process.WaitForExit(Eventually.Deadline), "it did not end on SIGINT");
        return process.ExitCode;
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public int Terminate()
    {
        if (Kill(process.Id, SignalTerminate) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        Assert.True(process.WaitForExit(Eventually.Deadline), "the host did not end on SIGTERM");
        return process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        Log.Dispose();
        Panel.Dispose();
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
