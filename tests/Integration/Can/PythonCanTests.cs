using System.Diagnostics;
using System.Globalization;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Tests.Integration.Can;

/// <summary>python-can's slcan interface on the hub, as somebody who watches the bus or plays a device.</summary>
public sealed class PythonCanTests : IDisposable
{
    // The python modules are Debian's, so the interpreter must be Debian's too.
    private const string Python = "/usr/bin/python3";

    private readonly SlcanHub hub = new(500_000);
    private readonly SlcanTcpBus bus;
    private readonly ICanBus member;

    public PythonCanTests()
    {
        bus = new SlcanTcpBus(hub.EndPoint, 500_000);
        member = hub.Attach();
        Eventually.Is(() => hub.OpenClients == 1 && !bus.TryReceive(out _, out _), "our channel is open");
    }

    public void Dispose()
    {
        bus.Dispose();
        member.Dispose();
        hub.Dispose();
    }

    [Fact]
    public void python_can_sees_frames_from_both_kinds_of_members_in_order()
    {
        using var node = Node(500_000, out _);

        for (var i = 0; i < 50; i++)
        {
            bus.TrySend(new CanFrame(0x108, [(byte)i, 2, 3, 4, 5, 6, 7, 0xFF]));
            Assert.Equal($"108#{i:X2}020304050607FF", node.Next());
            member.TrySend(new CanFrame(0x029A_3FF0, [(byte)i], isExtended: true));
            Assert.Equal($"029A3FF0#{i:X2}", node.Next());
        }
        bus.TrySend(new CanFrame(0, []));
        Assert.Equal("000#", node.Next());
    }

    [Fact]
    public void What_python_can_sends_reaches_all_others()
    {
        using var node = Node(500_000, out var process);

        foreach (var line in new[] { "102#0200FF", "7FF#", "1FFFFFFF#0011223344556677", "100#r", "103#AA" })
        {
            process.StandardInput.WriteLine(line);
        }
        process.StandardInput.Flush();

        string[] data = ["102#0200FF", "7FF#", "1FFFFFFF#0011223344556677", "103#AA"];
        Assert.Equal(data, Received(bus, data.Length));
        Assert.Equal(data, Received(member, data.Length));
        Assert.Equal(0, bus.BadLines);
        Assert.Equal(0, hub.BadLines);
    }

    [Fact]
    public void Two_python_nodes_hear_each_other()
    {
        using var one = Node(500_000, out var first);
        using var two = Node(500_000, out _);

        first.StandardInput.WriteLine("321#01");
        first.StandardInput.WriteLine("00000321#r");
        first.StandardInput.Flush();

        Assert.Equal("321#01", two.Next());
        Assert.Equal("00000321#r", two.Next());
        Assert.Equal(["321#01"], Received(member, 1));
    }

    [Fact]
    public void A_node_with_the_wrong_bit_rate_hears_nothing()
    {
        using var wrong = new PeerLines(Start(125_000));
        Assert.Equal("open", wrong.Next());
        using var right = Node(500_000, out _);

        bus.TrySend(new CanFrame(0x108, [1]));

        Assert.Equal("108#01", right.Next());
        Assert.False(wrong.TryNext(TimeSpan.FromMilliseconds(200), out _));
    }

    private PeerLines Node(int bitRate, out Process process)
    {
        var before = hub.OpenClients;
        process = Start(bitRate);
        var node = new PeerLines(process);
        Assert.Equal("open", node.Next());
        Eventually.Is(() => hub.OpenClients == before + 1, "the channel is open");
        return node;
    }

    private Process Start(int bitRate) => Peer.Start(
        Python, "python3-can", RepositoryRoot.File("tests", "Integration", "Can", "peers", "node.py"),
        hub.EndPoint.Port.ToString(CultureInfo.InvariantCulture), bitRate.ToString(CultureInfo.InvariantCulture));

    private static List<string> Received(ICanBus from, int count)
    {
        var seen = new List<string>();
        Eventually.Is(
            () =>
            {
                while (from.TryReceive(out var frame, out _)) seen.Add(frame.ToString());
                return seen.Count >= count;
            },
            $"{count} frames arrive");
        return seen;
    }
}
