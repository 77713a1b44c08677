using System.Diagnostics;
using System.Globalization;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Tests.Ports;

namespace ChargeScape.Edge.Tests.Integration.Can;

/// <summary>
/// The contract over serial adapters: socat makes a tty of each and joins it to the hub, so that an adapter is pulled
/// by ending its socat.
/// </summary>
public sealed class SlcanSerialBusTests : CanBusContract
{
    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-tty-").FullName;
    private readonly SlcanHub hub = new(500_000);
    private readonly List<Process> adapters = [];
    private readonly ICanBus[] nodes;

    public SlcanSerialBusTests()
    {
        nodes = [Plugged("first"), hub.Attach(), Plugged("second")];
        Eventually.Is(() => hub.OpenClients == 2, "both channels are open");
    }

    private protected override ICanBus[] Nodes => nodes;

    private protected override TimeSpan Now => MonotonicClock.Now;

    public override void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
        foreach (var adapter in adapters) End(adapter);
        hub.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void An_adapter_that_is_pulled_and_plugged_in_again_is_found_by_itself()
    {
        var bus = (SlcanSerialBus)nodes[0];
        End(adapters[0]);
        Eventually.Is(() => !bus.TryReceive(out _, out _) && !bus.IsUp, "the loss is seen");
        Assert.False(bus.TrySend(Numbered(1)));
        Assert.Equal(1, bus.Losses);

        Plug("first");

        Eventually.Is(() => !bus.TryReceive(out _, out _) && bus.IsUp && hub.OpenClients == 2, "the channel is open");
        Eventually.Is(() => bus.TrySend(Numbered(2)), "it sends");
        Assert.Equal(Numbered(2), Next(nodes[1]).Frame);
    }

    [Fact]
    public void A_missing_adapter_at_the_start_is_an_error_that_names_it()
    {
        var path = Path.Combine(folder, "nobody");

        var error = Assert.Throws<SerialException>(() => new SlcanSerialBus(new(path, 115_200), 500_000));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private SlcanSerialBus Plugged(string name) => new(new(Plug(name), 115_200), 500_000);

    private string Plug(string name)
    {
        var path = Path.Combine(folder, name);
        File.Delete(path);
        var port = hub.EndPoint.Port.ToString(CultureInfo.InvariantCulture);
        adapters.Add(Peer.Start("socat", "socat", $"PTY,raw,echo=0,link={path}", $"TCP:127.0.0.1:{port},nodelay"));
        Eventually.Is(() => File.Exists(path), $"socat makes {name}");
        return path;
    }

    private static void End(Process adapter)
    {
        if (!adapter.HasExited) adapter.Kill();
        adapter.WaitForExit();
    }
}
