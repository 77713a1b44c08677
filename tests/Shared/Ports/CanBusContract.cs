using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Ports;

/// <summary>What every <see cref="ICanBus"/> promises, seen from three nodes of one bus.</summary>
public abstract class CanBusContract : IDisposable
{
    private const int Burst = 100;

    private protected abstract ICanBus[] Nodes { get; }

    private protected abstract TimeSpan Now { get; }

    /// <summary>This product's own implementations allocate nothing.</summary>
    private protected virtual bool MayAllocate => false;

    public abstract void Dispose();

    [Fact]
    public void A_frame_reaches_every_other_node_in_the_order_of_sending_and_never_its_sender()
    {
        for (var i = 0; i < Burst; i++) Assert.True(Nodes[0].TrySend(Numbered(i)));

        foreach (var node in Nodes[1..])
        {
            for (var i = 0; i < Burst; i++) Assert.Equal(Numbered(i), Next(node).Frame);
            Assert.False(node.TryReceive(out _, out _));
        }
        Assert.False(Nodes[0].TryReceive(out _, out _));
    }

    [Fact]
    public void Every_length_and_both_kinds_of_identifier_arrive_unchanged()
    {
        ReadOnlySpan<byte> bytes = [0xA5, 0, 0xFF, 1, 0x80, 0x7F, 0x0D, 0x07];
        foreach (var (id, isExtended) in new[]
        {
            (0u, false), (0x7FFu, false), (0x102u, false),
            (0u, true), (0x7FFu, true), (0x029A_3FF0u, true), (0x1FFF_FFFFu, true),
        })
        {
            for (var length = 0; length <= 8; length++)
            {
                var frame = new CanFrame(id, bytes[..length], isExtended);

                Assert.True(Nodes[1].TrySend(frame));

                Assert.Equal(frame, Next(Nodes[0]).Frame);
                Assert.Equal(frame, Next(Nodes[2]).Frame);
            }
        }
    }

    [Fact]
    public void A_frame_is_stamped_between_its_sending_and_its_receipt()
    {
        var last = TimeSpan.Zero;
        for (var i = 0; i < 10; i++)
        {
            var sent = Now;
            Nodes[0].TrySend(Numbered(i));

            var arrived = Next(Nodes[1]).ArrivedAt;

            Assert.InRange(arrived, sent, Now);
            Assert.True(arrived >= last);
            last = arrived;
        }
    }

    [Fact]
    public void Two_senders_are_heard_in_one_order_by_a_third()
    {
        for (var i = 0; i < Burst; i++)
        {
            Nodes[0].TrySend(Numbered(i));
            Assert.Equal(Numbered(i), Next(Nodes[1]).Frame);
            Nodes[1].TrySend(Numbered(1000 + i));
            Assert.Equal(Numbered(1000 + i), Next(Nodes[0]).Frame);
        }

        for (var i = 0; i < Burst; i++)
        {
            Assert.Equal(Numbered(i), Next(Nodes[2]).Frame);
            Assert.Equal(Numbered(1000 + i), Next(Nodes[2]).Frame);
        }
    }

    [Fact]
    public void With_nothing_to_receive_there_is_no_frame()
    {
        Assert.True(Nodes[0].IsUp);
        Assert.False(Nodes[0].TryReceive(out var frame, out var arrivedAt));
        Assert.Equal(default, frame);
        Assert.Equal(TimeSpan.Zero, arrivedAt);
    }

    [Fact]
    public void A_disposed_node_is_down_and_the_others_go_on()
    {
        Nodes[0].Dispose();

        Assert.False(Nodes[0].IsUp);
        Assert.Equal(-1, Nodes[0].Descriptor);
        Assert.False(Nodes[0].TrySend(Numbered(1)));
        Assert.False(Nodes[0].TryReceive(out _, out _));
        Assert.True(Nodes[1].TrySend(Numbered(2)));
        Assert.Equal(Numbered(2), Next(Nodes[2]).Frame);
    }

    [Fact]
    public void Sending_and_receiving_allocate_nothing()
    {
        if (MayAllocate) return;
        var (first, second, third) = (Nodes[0], Nodes[1], Nodes[2]);
        var received = 0;

        var bytes = Allocated.By(() =>
        {
            for (var i = 0; i < Burst; i++)
            {
                first.TrySend(new CanFrame(0x102, [2, 0, 0, 0, 0, 0, 0, 0]));
                second.TrySend(new CanFrame(0x0282_3FF0, [1, 2, 3, 4], isExtended: true));
                // Bounded by the number of turns, so that a lost frame is a failure below and not an endless loop.
                for (var turn = 0; turn < 1_000_000 && !third.TryReceive(out _, out _); turn++) { }
                for (var turn = 0; turn < 1_000_000 && !third.TryReceive(out _, out _); turn++) { }
                if (first.TryReceive(out _, out _)) received++;
                if (second.TryReceive(out _, out _)) received++;
            }
        });

        Assert.Equal(0, bytes);
        Assert.True(received > 0);
    }

    private protected static CanFrame Numbered(int number) =>
        new((uint)(number & 0x7FF), [(byte)number, (byte)(number >> 8), 0x55]);

    private protected static (CanFrame Frame, TimeSpan ArrivedAt) Next(ICanBus bus)
    {
        var (frame, arrivedAt) = (default(CanFrame), default(TimeSpan));
        Eventually.Holds(() => bus.TryReceive(out frame, out arrivedAt), "a frame arrives");
        return (frame, arrivedAt);
    }
}
