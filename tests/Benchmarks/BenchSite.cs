using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Mqtt;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>
/// A broker, the simulated home on real wires, the tap in front of meter and module, and room for a controller: each a
/// process of its own.
/// </summary>
internal sealed class BenchSite : IDisposable
{
    private const string SiteId = "bench";
    private const int MeterPower = 40070 + 18;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chargescape-figures-");
    private readonly Stack<IDisposable> started = new();
    private readonly ReferenceProgram home;
    private readonly LibmosquittoClient cloud;
    private readonly JsonElement ports;
    private readonly int brokerPort = FreePort();
    private int orders;

    public BenchSite()
    {
        try
        {
            StartBroker();
            home = StartHome(out ports);
            var tap = ReferenceProgram.Compile("tap.c", folder.FullName);
            // SunSpec meter 202 behind model 1 of 66 registers: its W is the 18th register from the model's first.
            Tap = Kept(new WireTap(tap, Port("meter"), Port("module"), unit: 1, register: MeterPower));
            cloud = Kept(new LibmosquittoClient(
                new MqttSettings("127.0.0.1", brokerPort, "bench-cloud", TimeSpan.FromSeconds(30),
                TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), null, 16_384)));
            cloud.Start();
            Until(() => cloud.IsConnected, "the broker");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What passes the wires.</summary>
    public WireTap Tap { get; }

    /// <summary>Starts the product on these wires; its environment may be extended.</summary>
    public ReferenceProgram StartHost(Action<ProcessStartInfo>? prepare = null)
    {
        // Later values win: the tap stands in front of two of the simulated home's wires.
        string[] settings =
        [
            .. ports.GetProperty("set").EnumerateArray().Select(value => value.GetString()!),
            $"siteId={SiteId}", "service.mainBreakerA=60", $"buses.meter.port={Tap.MeterPort}",
            $"buses.module.port={Tap.ModulePort}",
            $"mqtt.port={brokerPort}", $"localSocket={Path.Combine(folder.FullName, "host.sock")}",
            $"stateFile={Path.Combine(folder.FullName, "host.state")}",
        ];
        var start = new ProcessStartInfo(Program("edge-host/Host", "chargescape-edge"),
            ["run", "--site", Source("edge-host/Host/sites/demo-split-phase.json"),
                .. settings.SelectMany(s => new[] { "--set", s })]);
        prepare?.Invoke(start);
        var host = new ReferenceProgram(start);
        new Thread(() => { while (host.TryReadLine() is not null) { } }) { IsBackground = true }.Start();
        return host;
    }

    /// <summary>Starts what measures the machine's own wake-ups, beside whatever else is measured.</summary>
    public ReferenceProgram StartHops() =>
        new(ReferenceProgram.Compile("hops.c", folder.FullName, "-lpthread"));

    /// <summary>Starts the home-made controller on the same wires.</summary>
    public ReferenceProgram StartNaiveController(long threshold) =>
        new("/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "naive_controller.py"),
            $"{Tap.MeterPort}", $"{Tap.ModulePort}", "1", $"{MeterPower}",
            threshold.ToString(CultureInfo.InvariantCulture));

    /// <summary>Says something to the simulated home, such as <c>oven on</c>.</summary>
    public void Tell(string command) => home.WriteLine(command);

    /// <summary>Publishes a setpoint as a cloud would; returns CLOCK_MONOTONIC in ns just before.</summary>
    public long Order(double watts)
    {
        var now = DateTimeOffset.UtcNow;
        var payload = FormattableString.Invariant(
            $$"""
            {"v":1,"id":"{{Guid.NewGuid():D}}","kind":"setpoint","issuer":"bench","seq":{{++orders}},
             "issued_at":"{{now:yyyy-MM-ddTHH:mm:ss.fffZ}}","ttl_s":3600,"p_evse_w":{{watts}}}
            """);
        var message = new MqttMessage($"chargescape/v1/{SiteId}/cmd", Encoding.UTF8.GetBytes(payload));
        // On Linux the time stamp counter of .NET is CLOCK_MONOTONIC in ns.
        var at = Stopwatch.GetTimestamp();
        if (!cloud.TryPublish(message)) throw new InvalidOperationException("the order could not be published");
        return at;
    }

    public void Dispose()
    {
        while (started.TryPop(out var last)) last.Dispose();
        folder.Delete(recursive: true);
    }

    private T Kept<T>(T part) where T : IDisposable
    {
        started.Push(part);
        return part;
    }

    private void StartBroker()
    {
        var configuration = Path.Combine(folder.FullName, "mosquitto.conf");
        File.WriteAllText(
            configuration, $"listener {brokerPort} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nuser root\n");
        Kept(new ReferenceProgram("/usr/sbin/mosquitto", "-c", configuration));
    }

    private ReferenceProgram StartHome(out JsonElement ports)
    {
        var file = Path.Combine(folder.FullName, "ports.json");
        var started = Kept(new ReferenceProgram(Program("sim", "chargescape-sim"),
            "serve", Path.Combine(AppContext.BaseDirectory, "bench-home.yaml"), "--ports-file", file));
        new Thread(() => { while (started.TryReadLine() is not null) { } }) { IsBackground = true }.Start();
        Until(() => File.Exists(file) || started.HasEnded, "the simulated home to listen");
        if (started.HasEnded) throw new InvalidOperationException("the simulated home ended at its start");
        ports = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        return started;
    }

    public static void Until(Func<bool> holds, string what)
    {
        var deadline = Environment.TickCount64 + 60_000;
        while (!holds())
        {
            if (Environment.TickCount64 > deadline) throw new TimeoutException($"waited 60 s for {what}");
            Thread.Sleep(20);
        }
    }

    private int Port(string bus) => ports.GetProperty("buses").GetProperty(bus).GetProperty("port").GetInt32();

    internal static string Program(string project, string name) => Source($"{project}/bin/Release/net10.0/{name}");

    internal static string Source(string path)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "ChargeScape.Edge.sln"))) return Path.Combine(at.FullName, path);
        throw new InvalidOperationException("the figures run from the repository's build");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
