using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Tests.Integration.Host;
using ChargeScape.Edge.Tests.Integration.Modbus;

namespace ChargeScape.Edge.Tests.Integration.Bench;

public sealed class ScanTests
{
    [Fact]
    public void A_SunSpec_device_of_pymodbus_is_found_with_its_models_and_its_family()
    {
        using var device = ModbusPeers.Server(
            out var port, ModbusPeers.Python, "python3-pymodbus", BenchData.Peer("sunspec_server.py"),
            BenchData.SmaImage, "126");

        var found = Assert.Single(Scan(0, $"127.0.0.1:{port}"));

        Assert.Equal(
            ("sunspec", 126, 40000), ((string?)found["answer"], (int)found["unit"]!, (int)found["base_address"]!));
        Assert.Equal(("SMA", "3005067415"), ((string?)found["maker"], (string?)found["serial_number"]));
        Assert.Contains(103, found["models"]!.AsArray().Select(model => (int)model! + 2));
        Assert.Equal("sunspec-inverter", (string?)Assert.Single(found["families"]!.AsArray()));
    }

    [Fact]
    public void A_device_on_a_serial_line_is_found_among_silent_unit_ids()
    {
        using var cable = new Cable();
        using var server = new PeerLines(Peer.Start(
            ModbusPeers.Python, "python3-pymodbus", ModbusPeers.Source("pymodbus_server.py"), cable.Theirs));
        server.Next(line => line == "ready");

        var found = Assert.Single(Scan(
            0, "--serial", cable.Ours, "--baud", "115200", "--parity", "none", "--unit", "8-10", "--timeout", "1000"));

        Assert.Equal(("modbus", "serial", 9), ((string?)found["answer"], (string?)found["bus"], (int)found["unit"]!));
    }

    [Fact]
    public void A_silent_port_one_that_hangs_up_and_one_that_talks_rubbish_are_told_apart()
    {
        using var silent = Listen(_ => { });
        using var closing = Listen(client => client.Close());
        using var babbling = Listen(client => client.Send("HTTP/1.1 400 Bad Request\r\n\r\n"u8));

        var found = Scan(
            0, $"127.0.0.1:{silent.Port},127.0.0.1:{closing.Port},127.0.0.1:{babbling.Port}", "--unit", "1");

        Assert.Equal(
            [("silent", silent.Port), ("hangs_up", closing.Port), ("not_modbus", babbling.Port)],
            found.Select(line => ((string?)line["answer"], (int)line["port"]!))
                .OrderBy(line => line.Item2 == silent.Port ? 0 : line.Item2 == closing.Port ? 1 : 2));
    }

    [Fact]
    public void Where_nothing_answers_it_says_so()
    {
        Assert.Empty(Scan(1, $"127.0.0.1:{Broker.FreePort()}"));
    }

    [Fact]
    public void The_snippet_is_the_device_part_and_what_is_missing_is_named()
    {
        using var device = ModbusPeers.Server(
            out var port, ModbusPeers.Python, "python3-pymodbus", BenchData.Peer("sunspec_server.py"),
            BenchData.SmaImage);

        var (code, output, error) = EdgeProcess.Command("bench", "scan", $"127.0.0.1:{port}", "--site-snippet");

        var part = JsonNode.Parse(output)!;
        Assert.Equal(0, code);
        Assert.Equal(port, (int)Assert.Single(part["buses"]!.AsObject()).Value!["port"]!);
        Assert.Equal("sunspec-inverter", (string?)Assert.Single(part["devices"]!.AsArray())!["family"]);
        Assert.Contains("add it: maxPowerW", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupted_it_tells_how_far_it_came()
    {
        using var silent = Listen(_ => { });
        using var scan = EdgeProcess.Begin(
            "bench", "scan", $"127.0.0.1:{silent.Port}", "--unit", "0-255", "--timeout", "1000");
        Eventually.Is(() => silent.Accepted > 0, "the scan has begun");

        var code = EdgeProcess.Interrupt(scan);

        Assert.Equal(130, code);
        Assert.Contains("interrupted: 0 of 1 addresses", scan.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    private static List<JsonNode> Scan(int expectedCode, params string[] arguments)
    {
        var (code, output, error) = EdgeProcess.Command(["bench", "scan", .. arguments, "--json"]);
        Assert.True(code == expectedCode, $"ended with {code}: {error}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private static Listener Listen(Action<Socket> serve) => new(serve);

    /// <summary>A port that is no Modbus device.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<Socket> clients = [];
        private int accepted;

        public Listener(Action<Socket> serve)
        {
            listener.Start();
            new Thread(() =>
            {
                try
                {
                    while (true)
                    {
                        var client = listener.AcceptSocket();
                        lock (clients) clients.Add(client);
                        Interlocked.Increment(ref accepted);
                        serve(client);
                    }
                }
                catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
                {
                    // The test is over.
                }
            })
            { IsBackground = true }.Start();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public int Accepted => Volatile.Read(ref accepted);

        public void Dispose()
        {
            listener.Stop();
            lock (clients)
                foreach (var client in clients) client.Dispose();
        }
    }
}
