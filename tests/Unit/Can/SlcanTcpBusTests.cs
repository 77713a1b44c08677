using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Tests.Unit.Can;

/// <summary>The contract over the hub: two TCP members and one within the process.</summary>
public sealed class SlcanTcpBusTests : CanBusContract
{
    private readonly SlcanHub hub = new(500_000);
    private readonly ICanBus[] nodes;

    public SlcanTcpBusTests()
    {
        nodes = [new SlcanTcpBus(hub.EndPoint, 500_000), hub.Attach(), new SlcanTcpBus(hub.EndPoint, 500_000)];
        AllUp();
    }

    private protected override ICanBus[] Nodes => nodes;

    private protected override TimeSpan Now => MonotonicClock.Now;

    public override void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
        hub.Dispose();
    }

    [Fact]
    public void A_frame_makes_the_descriptor_readable_and_taking_all_frames_makes_it_quiet()
    {
        using var set = new PollSet(nodes);
        Eventually.Holds(() => Quiet(set), "the adapter's answers are taken in");

        nodes[0].TrySend(Numbered(1));

        Eventually.Holds(
            () => set.Wait(1.Seconds) == WaitOutcome.Readable && set.IsReadable(nodes[1]), "news at member 1");
        Assert.Equal(Numbered(1), Next(nodes[1]).Frame);
        Assert.Equal(Numbered(1), Next(nodes[2]).Frame);
        Eventually.Holds(() => Quiet(set), "nothing is left");
    }

    [Fact]
    public void A_lost_hub_is_found_again_by_itself()
    {
        var bus = (SlcanTcpBus)nodes[0];
        var endPoint = hub.EndPoint;
        hub.Dispose();
        Eventually.Holds(() => !bus.TryReceive(out _, out _) && !bus.IsUp, "the loss is seen");
        Assert.False(bus.TrySend(Numbered(1)));
        Assert.False(nodes[1].IsUp);
        Assert.Equal(1, bus.Losses);

        using var again = new SlcanHub(500_000, endPoint);
        using var member = again.Attach();

        Eventually.Holds(() => bus.TrySend(Numbered(2)), "the link is up");
        Eventually.Holds(() => again.OpenClients > 0, "the channel is open");
        Assert.True(bus.TrySend(Numbered(3)));
        Eventually.Holds(() => member.TryReceive(out var frame, out _) && frame == Numbered(3), "a frame passes");
    }

    [Fact]
    public void A_member_with_another_bit_rate_hears_nothing()
    {
        using var wrong = new SlcanTcpBus(hub.EndPoint, 125_000);
        Eventually.Holds(() => !wrong.TryReceive(out _, out _) && wrong.Refusals >= 2, "S4 and O are refused");

        nodes[1].TrySend(Numbered(1));
        wrong.TrySend(Numbered(2));

        Eventually.Holds(() => !wrong.TryReceive(out _, out _) && wrong.Refusals >= 3, "the frame is refused");
        Assert.Equal(Numbered(1), Next(nodes[0]).Frame);
        Assert.False(nodes[0].TryReceive(out _, out _));
    }

    [Fact]
    public void A_bit_rate_that_slcan_does_not_have_is_an_error()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlcanTcpBus(hub.EndPoint, 33_333));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlcanHub(33_333));
    }

    private bool Quiet(PollSet set)
    {
        foreach (var node in nodes)
        {
            while (node.TryReceive(out _, out _)) { }
        }
        return set.Wait(2.Milliseconds) == WaitOutcome.TimedOut;
    }

    private void AllUp()
    {
        foreach (var node in nodes)
        {
            Eventually.Holds(() => !node.TryReceive(out _, out _) && node.IsUp, "the link is up");
        }
        Eventually.Holds(() => hub.OpenClients == 2, "both channels are open");
    }
}
