using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ChargeScape.Edge.Tests.Integration.Host;
using ChargeScape.Edge.Tests.Integration.Modbus;

namespace ChargeScape.Edge.Tests.Integration.Bench;

/// <summary>Recordings that play the device: <c>bench serve</c> and <c>bench replay</c>.</summary>
public sealed partial class RecordingTests
{
    [Fact]
    public void Mbpoll_reads_a_served_image_and_may_not_write_it()
    {
        using var serve = Begin(out var port, "serve", "--image", BenchData.SmaImage, "--port", "0");

        var read = ModbusPeers.Run("mbpoll", "mbpoll", Mbpoll(port, "-c", "2", "127.0.0.1"));
        var written = Write(port);
        var code = EdgeProcess.Interrupt(serve);

        Assert.Contains(read, line => line.Contains("[40000]: \t21365", StringComparison.Ordinal));
        Assert.Contains("Illegal function", written, StringComparison.Ordinal);
        Assert.Equal(130, code);
        Assert.Contains("= 5  refused: read-only", serve.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.Contains("1 writes", serve.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Asked_to_it_takes_writes_and_shows_them()
    {
        using var serve =
            Begin(out var port, "serve", "--image", BenchData.SmaImage, "--port", "0", "--writable", "--json");

        var written = Write(port);
        var read = ModbusPeers.Run("mbpoll", "mbpoll", Mbpoll(port, "-c", "1", "127.0.0.1"));
        EdgeProcess.Interrupt(serve);

        Assert.Equal("", written);
        Assert.Contains(read, line => line.Contains("[40000]: \t5", StringComparison.Ordinal));
        Assert.Contains("\"taken\":true", serve.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("replay")]
    public void A_busy_port_is_named(string verb)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        string[] what = verb == "serve" ? ["--image", BenchData.SmaImage] : [BenchData.ChademoLog];

        var (code, output, error) = EdgeProcess.Command(["bench", verb, .. what, "--port", $"{port}"]);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains($"{port}", error, StringComparison.Ordinal);
        Assert.Contains("give another --port", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve --image /nowhere", 1, "/nowhere: there is no such file")]
    [InlineData("serve --image /dev/null --port 70000", 2, "--port: expected 0 to 65535")]
    [InlineData("serve --image /dev/null --listen nix", 2, "--listen: expected an address")]
    [InlineData("serve --image /dev/null --delay 70000", 2, "--delay: expected 0 to 60000")]
    [InlineData("replay /dev/null", 1, "/dev/null: no CAN frame in it")]
    [InlineData("replay /dev/null --speed 0", 2, "--speed: expected 0.01 to 1000")]
    [InlineData("replay /dev/null --speed fast", 2, "--speed: expected a number of times, found 'fast'")]
    [InlineData("replay LOG --interface can0 --port 5020", 2, "--port is for a slcan port; leave it out with --interface")]
    [InlineData("replay LOG --interface can0 --hold 3", 2, "--hold is for a slcan port")]
    [InlineData("replay LOG --interface nowhere0", 1, "nowhere0")]
    [InlineData("replay LOG --interface not/a/name", 1, "not/a/name")]
    [InlineData("scan", 2, "give a RANGE")]
    [InlineData("scan 10.0.0.0/8", 2, "prefix from 16 to 32")]
    [InlineData("scan meter.invalid", 2, "range: 'meter.invalid' cannot be resolved")]
    [InlineData("scan 127.0.0.1,meter.invalid:1502 --json", 2, "range: 'meter.invalid' cannot be resolved")]
    [InlineData("scan --fast", 2, "unknown option '--fast'")]
    [InlineData("replay --fast", 2, "unknown option '--fast'")]
    [InlineData("device --fast --read", 2, "unknown option '--fast'")]
    [InlineData("sunspec --image /dev/null --json", 1, "/dev/null: not JSON: there is nothing in it (line 1, byte 1)")]
    [InlineData("chademo --log /dev/null --json", 1, "/dev/null: no CAN frame in it")]
    [InlineData("scan 10.0.0.1 --unit 300", 2, "--unit: expected unit ids")]
    [InlineData("scan --serial /nowhere/tty", 1, "/nowhere/tty")]
    [InlineData("scan --serial /nowhere/tty --parity mark", 2, "--parity: expected none, even or odd, found 'mark'")]
    [InlineData("device /nowhere --read", 2, "/nowhere:1: $: the file cannot be read")]
    [InlineData("device /nowhere", 2, "give one of --read, --watch and --set W")]
    [InlineData("device /nowhere --set much", 2, "--set: expected a number of watts, found 'much'")]
    [InlineData("trace --socket /nowhere/host.sock", 4, "there is no such socket")]
    [InlineData("trace", 2, "give --site FILE or --socket PATH")]
    public void Wrong_input_ends_with_a_message_and_its_code(string line, int expected, string message)
    {
        var words = line.Split(' ').Select(word => word == "LOG" ? BenchData.ChademoLog : word);

        var (code, output, error) = EdgeProcess.Command(["bench", .. words]);

        Assert.Equal((expected, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Python_can_hears_the_frames_of_a_replayed_log_in_their_order()
    {
        var logged = File.ReadLines(BenchData.ChademoLog).Take(500).Select(line => line.Split(' ')[2]).ToList();
        using var replay = Begin(
            out var port, "replay", BenchData.ChademoLog, "--port", "0", "--speed", "20", "--hold", "60", "--json");

        var heard = ModbusPeers.Run(
            ModbusPeers.Python, "python3-can", BenchData.Peer("can_listener.py"), $"{port}", "500000",
            $"{logged.Count}");
        Assert.True(replay.WaitForExit(Eventually.Deadline), "the replay did not end");

        Assert.Equal(0, replay.ExitCode);
        Assert.Equal(logged, heard);
        Assert.Contains("\"lost\":0", replay.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_side_of_a_log_alone_is_played_as_fast_as_it_was_and_no_faster()
    {
        var begun = Stopwatch.GetTimestamp();
        using var replay = Begin(
            out _, "replay", BenchData.ChademoLog, "--port", "0", "--speed", "20", "--only", "100,101,102", "--now");
        Assert.True(replay.WaitForExit(Eventually.Deadline), "the replay did not end");

        var times = File.ReadLines(BenchData.ChademoLog).Where(line => Vehicle().IsMatch(line))
            .Select(line => double.Parse(line[1..line.IndexOf(')', StringComparison.Ordinal)])).ToList();
        Assert.True(Stopwatch.GetElapsedTime(begun).TotalSeconds >= (times[^1] - times[0]) / 20);
        Assert.Contains($"{times.Count} frames sent", replay.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    private static Process Begin(out int port, params string[] arguments)
    {
        var process = EdgeProcess.Begin(["bench", .. arguments]);
        var line = process.StandardError.ReadLine() ?? "";
        port = int.Parse(PortIn().Match(line).Groups[1].Value);
        return process;
    }

    private static string[] Mbpoll(int port, params string[] more) =>
        ["-m", "tcp", "-p", $"{port}", "-a", "1", "-0", "-r", "40000", "-1", .. more];

    private static string Write(int port)
    {
        using var mbpoll = Peer.Start("mbpoll", "mbpoll", Mbpoll(port, "127.0.0.1", "5"));
        mbpoll.StandardOutput.ReadToEndAsync();
        var error = mbpoll.StandardError.ReadToEnd();
        mbpoll.WaitForExit();
        return error;
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+)")]
    private static partial Regex PortIn();

    [GeneratedRegex(" (100|101|102)#")]
    private static partial Regex Vehicle();
}
