using System.Diagnostics;
using System.Globalization;
using System.Text;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Tests.Integration.Can;

/// <summary>socat as a plain source and sink of bytes: nothing of ours decodes what it sees.</summary>
public sealed class SocatTests : IDisposable
{
    private readonly SlcanHub hub = new(500_000);
    private readonly List<Process> started = [];

    public void Dispose()
    {
        hub.Dispose();
        foreach (var process in started)
        {
            process.Kill();
            process.Dispose();
        }
    }

    [Fact]
    public void The_bytes_on_the_hubs_port_are_those_of_the_protocol()
    {
        using var bus = new SlcanTcpBus(hub.EndPoint, 500_000);
        var socat = Start("-u", $"TCP:127.0.0.1:{hub.EndPoint.Port}", "STDOUT");
        // socat only listens here: the channel is opened by a second one below, so nothing may arrive.
        var both = Start("STDIO", $"TCP:127.0.0.1:{hub.EndPoint.Port}");
        both.StandardInput.Write("C\rS6\rO\r");
        both.StandardInput.Flush();
        Eventually.Is(() => hub.OpenClients == 2, "both channels are open");

        Assert.True(bus.TrySend(new CanFrame(0x102, [0x02, 0xAB])));
        Assert.True(bus.TrySend(new CanFrame(0x029A_3FF0, [], isExtended: true)));
        var read = new char["\r\r\rt102202AB\rT029A3FF00\r".Length];
        both.StandardOutput.ReadBlock(read);

        Assert.Equal("\r\r\rt102202AB\rT029A3FF00\r", new string(read));
        hub.Dispose();
        Assert.Equal("", socat.StandardOutput.ReadToEnd());
    }

    [Fact]
    public void An_adapter_played_by_socat_sees_our_opening_and_our_frames_and_is_heard()
    {
        var socat = Start("-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "STDIO");
        var port = 0;
        while (port == 0)
        {
            var line = socat.StandardError.ReadLine() ?? throw new InvalidOperationException("socat ended");
            if (!line.Contains("listening on AF=2 127.0.0.1:", StringComparison.Ordinal)) continue;
            port = int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        }
        using var bus = new SlcanTcpBus(new(System.Net.IPAddress.Loopback, port), 125_000);
        Eventually.Is(() => bus.TrySend(new CanFrame(0x7FF, [1])), "the link is up");
        socat.StandardInput.Write("z\rt10");
        socat.StandardInput.Flush();
        socat.StandardInput.Write("2155\rrubbish\r");
        socat.StandardInput.Flush();

        var heard = new StringBuilder();
        while (heard.Length < "C\rS4\rO\rt7FF101\r".Length) heard.Append((char)socat.StandardOutput.Read());
        var frame = default(CanFrame);
        Eventually.Is(() => bus.TryReceive(out frame, out _), "a frame arrives");

        Assert.Equal("C\rS4\rO\rt7FF101\r", heard.ToString());
        Assert.Equal("102#55", frame.ToString());
        Eventually.Is(() => !bus.TryReceive(out _, out _) && bus.BadLines == 1, "the rubbish is counted");
        socat.Kill();
        Eventually.Is(() => !bus.TryReceive(out _, out _) && !bus.IsUp, "the loss is seen");
    }

    private Process Start(params string[] arguments)
    {
        var process = Peer.Start("socat", "socat", arguments);
        started.Add(process);
        return process;
    }
}
