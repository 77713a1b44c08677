using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Tests.Unit.Can;

public sealed class InMemoryCanBusTests : CanBusContract
{
    private readonly InMemoryCanEndpoint[] nodes;
    private readonly InMemoryCanBus bus;
    private TimeSpan now = 7.Seconds;

    public InMemoryCanBusTests()
    {
        bus = new InMemoryCanBus(() => now);
        nodes = [bus.Attach(), bus.Attach(), bus.Attach()];
    }

    private protected override ICanBus[] Nodes => nodes;

    private protected override TimeSpan Now => now;

    public override void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
    }

    [Fact]
    public void A_frame_arrives_at_the_time_of_the_callers_clock()
    {
        now = 42.Seconds;
        nodes[0].TrySend(Numbered(1));

        now = 43.Seconds;

        Assert.Equal(42.Seconds, Next(nodes[1]).ArrivedAt);
    }

    [Fact]
    public void Frames_queue_behind_one_another_on_a_wire_that_takes_time()
    {
        var slow = new InMemoryCanBus(() => now, frameTime: 1.Milliseconds);
        var (sender, receiver) = (slow.Attach(), slow.Attach());
        sender.TrySend(Numbered(1));
        sender.TrySend(Numbered(2));

        Assert.False(receiver.TryReceive(out _, out _));
        Assert.Equal(7.Seconds + 1.Milliseconds, receiver.NextArrival);
        now += 1.Milliseconds;
        Assert.Equal((Numbered(1), now), Next(receiver));
        Assert.False(receiver.TryReceive(out _, out _));
        now += 5.Milliseconds;
        Assert.Equal((Numbered(2), 7.Seconds + 2.Milliseconds), Next(receiver));
        Assert.Null(receiver.NextArrival);
    }

    [Fact]
    public void A_wire_with_too_much_waiting_takes_no_more()
    {
        var slow = new InMemoryCanBus(() => now, frameTime: 1.Milliseconds, capacity: 4);
        var sender = slow.Attach();

        var taken = Enumerable.Range(0, 100).Count(i => sender.TrySend(Numbered(i)));

        Assert.Equal(5, taken);
    }

    [Fact]
    public void An_unread_queue_keeps_the_oldest_frames_and_counts_the_rest()
    {
        var small = new InMemoryCanBus(() => now, capacity: 4);
        var (sender, receiver) = (small.Attach(), small.Attach());

        for (var i = 0; i < 10; i++) Assert.True(sender.TrySend(Numbered(i)));

        Assert.Equal(6, receiver.Dropped);
        for (var i = 0; i < 4; i++) Assert.Equal(Numbered(i), Next(receiver).Frame);
        Assert.False(receiver.TryReceive(out _, out _));
    }

    [Fact]
    public void A_silent_bus_swallows_frames_that_were_sent()
    {
        bus.IsSilent = true;
        Assert.True(nodes[0].TrySend(Numbered(1)));
        bus.IsSilent = false;
        Assert.True(nodes[0].TrySend(Numbered(2)));

        Assert.Equal(Numbered(2), Next(nodes[1]).Frame);
    }

    [Fact]
    public void A_muted_node_still_hears()
    {
        nodes[0].IsMuted = true;

        Assert.True(nodes[0].TrySend(Numbered(1)));
        Assert.True(nodes[1].TrySend(Numbered(2)));

        Assert.Equal(Numbered(2), Next(nodes[0]).Frame);
        Assert.Equal(Numbered(2), Next(nodes[2]).Frame);
    }

    [Fact]
    public void A_node_whose_link_is_lost_neither_sends_nor_hears_nor_keeps_what_it_had()
    {
        nodes[1].TrySend(Numbered(1));
        nodes[0].IsLinkLost = true;
        nodes[1].TrySend(Numbered(2));

        Assert.False(nodes[0].IsUp);
        Assert.False(nodes[0].TrySend(Numbered(3)));
        nodes[0].IsLinkLost = false;
        Assert.False(nodes[0].TryReceive(out _, out _));
        nodes[1].TrySend(Numbered(4));
        Assert.Equal(Numbered(4), Next(nodes[0]).Frame);
    }
}
