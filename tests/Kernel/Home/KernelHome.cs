using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Demo;
using ChargeScape.Edge.Tests.Integration;
using ChargeScape.Edge.Tests.Integration.Host;

namespace ChargeScape.Edge.Tests.Kernel.Home;

/// <summary>
/// A whole site on the kernel's buses and lines: car on vcan0, module on vcan1, lines on a gpio-sim chip, meter and
/// inverter on Modbus TCP, a broker; the simulated home behind them and the shipped controller before them, each a
/// process of its own. One home for all tests, because to start it is the longest part of each; the controller is
/// another one where the test before left it tripped.
/// </summary>
internal sealed class KernelHome : IDisposable
{
    private static readonly string program =
        RepositoryRoot.File("edge-host", "Host", "bin", "Release", "net10.0", "chargescape-edge");

    private static readonly string site = RepositoryRoot.File("tests", "Kernel", "Home", "kernel-home.json");
    private static readonly string scenario = RepositoryRoot.File("tests", "Kernel", "Home", "kernel-home.yaml");
    private readonly List<PeerLines> logs = [];
    private readonly TruthLog truth;
    private Process? host;

    public KernelHome()
    {
        Car = new("vcan0");
        Module = new("vcan1");
        Lines = new("panel", Sim.Devices.Lines.All);
        HostsBrokerPort = Broker.FreePort();
        Broker = Broker.Start(isPersistent: false, $"listener {HostsBrokerPort} 127.0.0.1");
        Home = new(scenario, Broker.Folder);
        truth = new(Home.TruthFile);
        Wire = new(Broker);
    }

    public VirtualBus Car { get; }
    public VirtualBus Module { get; }
    public SimulatedLines Lines { get; }
    public Broker Broker { get; }
    public ServedHome Home { get; }
    public Wire Wire { get; }

    /// <summary>TCP port on which the controller meets the broker; the cloud has another one.</summary>
    public int HostsBrokerPort { get; }

    /// <summary>What the controller logs.</summary>
    public PeerLines Log => logs[^1];

    /// <summary>TCP port of the meter.</summary>
    public int MeterPort => int.Parse(
        Home.Settings.First(setting => setting.StartsWith("buses.meter.port=", StringComparison.Ordinal))[17..],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The true plant, up to 0.1 s ago.</summary>
    public TruthLine Truth
    {
        get
        {
            truth.Follow();
            return truth.Newest ?? throw new InvalidOperationException("the simulated home has not begun");
        }
    }

    /// <summary>The true plant since a moment of its own time.</summary>
    public List<TruthLine> TruthSince(TimeSpan moment)
    {
        truth.Follow();
        return [.. truth.Lines.SkipWhile(line => line.At <= moment)];
    }

    /// <summary>What the controller logged and nobody has read yet, once it has ended.</summary>
    private IEnumerable<string> Said
    {
        get
        {
            while (Log.TryNext(TimeSpan.Zero, out var line)) yield return line;
        }
    }

    /// <summary>Brings the car to charge with 3 kW, from wherever the test before left the home.</summary>
    public void Charge()
    {
        try
        {
            foreach (var bus in new[] { Car, Module }) bus.IsUp = true;
            Lines.Pull("estop-loop", up: true);
            if (host is null) StartHost();
            Home.Do("plug in");
            var nextOrder = DateTime.UtcNow;
            Await(
                () =>
                {
                    if (Truth.Evse > 2500) return true;
                    if (DateTime.UtcNow < nextOrder) return false;
                    nextOrder = DateTime.UtcNow.AddSeconds(10);
                    foreach (var fault in Faults().Where(fault => (bool)fault["clearable"]!)) Clear(fault);
                    Order(3000);
                    return false;
                }, "the car charges");
        }
        catch (Exception failed) when (failed is TimeoutException or InvalidOperationException)
        {
            throw new InvalidOperationException(string.Join('\n', Said.Append(Told(Truth))), failed);
        }
    }

    private static string Told(TruthLine now) => $"{now}, {string.Join(' ', now.ActiveLines)}";

    /// <summary>Orders a discharge and waits until power flows out of the car.</summary>
    public void Discharge(double watts = 3000)
    {
        Order(-watts);
        Await(() => Truth.Evse < -2500, "the car discharges");
    }

    /// <summary>Lets the plant's time pass.</summary>
    public void Pass(TimeSpan time)
    {
        var until = Truth.At + time;
        Await(() => Truth.At >= until, $"{time.TotalSeconds} s pass");
    }

    /// <summary>Looks every 50 ms, so that the one processor is left to those who bring it about.</summary>
    public static void Await(Func<bool> condition, string what)
    {
        var hopeless = DateTime.UtcNow.AddSeconds(60);
        while (!condition())
        {
            if (DateTime.UtcNow > hopeless) throw new TimeoutException($"it did not happen that {what}");
            Thread.Sleep(50);
        }
    }

    /// <summary>Orders a power, for ten minutes unless it says how long.</summary>
    public JsonObject Order(double watts, TimeSpan? length = null) => Wire.Send(Wire.Order(
        ("kind", "setpoint"), ("p_evse_w", watts), ("ttl_s", (length ?? TimeSpan.FromMinutes(10)).TotalSeconds)));

    /// <summary>Starts the controller, with nothing remembered.</summary>
    public void StartHost()
    {
        string[] settings =
        [
            $"mqtt.port={HostsBrokerPort}", "mqtt.reconnectMinS=0.1", "mqtt.reconnectMaxS=0.5", "mqtt.keepAliveS=5",
            $"localSocket={Broker.Folder}/host.sock",
            $"stateFile={Broker.Folder}/host-{logs.Count}.state", .. Home.Settings,
        ];
        string[] arguments = ["run", "--site", site, .. settings.SelectMany(setting => new[] { "--set", setting })];
        host = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        logs.Add(new(host));
        Log.Next(line => line.Contains("control loop started", StringComparison.Ordinal));
        Await(() => TryAsk("list", out _), "the controller's local socket answers");
    }

    /// <summary>SIGKILL, as a crash would; nothing happens where none runs.</summary>
    public void KillHost()
    {
        if (host is null) return;
        host.Kill();
        host.WaitForExit();
        host = null;
    }

    /// <summary>A controller runs, and a trip stands or it does not answer.</summary>
    public bool IsTripped => host is not null && (!TryAsk("list", out var standing) || standing.Trim().Length > 0);

    /// <summary>Trips that stand, from the controller's own list.</summary>
    public IReadOnlyList<JsonObject> Faults() =>
    [
        .. Ask("list").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonObject>(line)!),
    ];

    private void Clear(JsonObject fault) => Ask($"clear {fault["trip"]} {fault["occurrence"]}");

    private string Ask(string line) =>
        TryAsk(line, out var answer) ? answer : throw new InvalidOperationException("no controller answers");

    // As ./edge faults does; a .NET program more to start for each would be most of the time that these tests take.
    private bool TryAsk(string line, out string answer)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint($"{Broker.Folder}/host.sock"));
            socket.Send(Encoding.UTF8.GetBytes($"{line}\n"));
            using var said = new StreamReader(new NetworkStream(socket));
            answer = said.ReadToEnd();
            return true;
        }
        catch (Exception notThere) when (notThere is SocketException or IOException)
        {
            answer = "";
            return false;
        }
    }

    public void Dispose()
    {
        foreach (var log in logs) log.Dispose();
        Wire.Dispose();
        truth.Dispose();
        Home.Dispose();
        Broker.Dispose();
        Lines.Dispose();
        Module.Dispose();
        Car.Dispose();
    }
}
