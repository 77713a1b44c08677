using System.Diagnostics;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;

namespace ChargeScape.Edge.Tests.Integration.Gpio;

/// <summary>
/// socat as another process on the lines: the protocol by hand, and a death that runs no code of ours.
/// </summary>
public sealed class SocatTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-gpio-").FullName;
    private readonly InMemoryGpioChip chip = new("bench", "estop", "k");
    private readonly GpioSocketServer server;
    private readonly List<Process> started = [];

    public SocatTests() => server = new GpioSocketServer(chip, Path.Combine(folder, "gpio"));

    public void Dispose()
    {
        foreach (var process in started)
        {
            process.Kill();
            process.Dispose();
        }
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Lines_cross_processes_both_ways()
    {
        var socat = Connect();
        Say(socat, "out estop\nset estop 1\nin k\n");
        Assert.Equal("chip bench|ok estop 0|is estop 1|done estop 1|ok k 0", Hear(socat, lines: 5));
        using var host = new GpioSocketClient(server.Path);

        var estop = host.OpenInput("estop");
        var k = host.OpenOutput("k");
        Assert.True(estop.TryRead(out var isActive) && isActive);
        Assert.True(k.TryWrite(true));

        Assert.Equal("is k 1", Hear(socat, lines: 1));
        Say(socat, "set estop 0\n");
        Eventually.Is(
            () =>
            {
                host.Refresh();
                return estop.TryRead(out var level) && !level;
            },
            "the edge arrives");
    }

    [Fact]
    public void A_process_that_is_killed_lets_go_of_what_it_drove()
    {
        var socat = Connect();
        Say(socat, "out k\nset k 1\n");
        Eventually.Is(() => chip.Level("k") == true, "the line is driven");

        // SIGKILL: nothing of the process runs any more; the kernel closes its socket.
        socat.Kill();

        Eventually.Is(() => chip.Level("k") == false, "the line is inactive");
        using var successor = new GpioSocketClient(server.Path);
        Assert.True(successor.OpenOutput("k").TryWrite(true));
    }

    private Process Connect()
    {
        var socat = Peer.Start("socat", "socat", "STDIO", $"UNIX-CONNECT:{server.Path}");
        started.Add(socat);
        return socat;
    }

    private static void Say(Process socat, string text)
    {
        socat.StandardInput.Write(text);
        socat.StandardInput.Flush();
    }

    private static string Hear(Process socat, int lines) =>
        string.Join('|', Enumerable.Range(0, lines).Select(_ => socat.StandardOutput.ReadLine()));
}
