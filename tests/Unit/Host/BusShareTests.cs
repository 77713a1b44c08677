using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>One device's share of a bus, rule by rule, in virtual time; what they do together is in
/// <see cref="BusPollerTests"/>.</summary>
public sealed class BusShareTests : IDisposable
{
    private const byte Unit = 1;

    private readonly SharedBus bus = new();

    public void Dispose() => bus.Dispose();

    [Fact]
    public void A_short_gap_is_waited_for_within_the_turn()
    {
        bus.Attach(Unit, Conduct.Healthy);
        var share = Share(new() { MinimumGap = 10.Milliseconds });
        share.BeginTurn();

        Assert.True(Ask(share).IsOk);
        Assert.True(Ask(share).IsOk);

        Assert.Equal(10.Milliseconds, bus.Taken[1].From - bus.Taken[0].To);
    }

    [Fact]
    public void Its_pauses_grow_after_so_many_retries_and_up_to_their_bound()
    {
        bus.Attach(Unit, Conduct.Dead);
        var share = Share(new() { Retries = 2 });

        var pauses = Enumerable.Range(0, 12).Select(_ => PauseAfterFailure(share).TotalMilliseconds).ToList();

        Assert.Equal([100, 100, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000], pauses);
    }

    [Fact]
    public void An_answer_ends_the_count_of_failures()
    {
        bus.Attach(Unit, Conduct.Dead);
        var share = Share(new());
        for (var i = 0; i < 5; i++) PauseAfterFailure(share);
        bus.Attach(Unit, Conduct.Healthy);
        bus.Now = share.RestsUntil;
        share.BeginTurn();
        Assert.True(Ask(share).IsOk);
        Assert.Equal(0, share.Failures);
        bus.Attach(Unit, Conduct.Dead);

        Assert.Equal(100.Milliseconds, PauseAfterFailure(share));
    }

    [Fact]
    public void What_is_asked_while_it_is_left_alone_does_not_reach_the_wire()
    {
        bus.Attach(Unit, Conduct.Dead);
        var share = Share(new());
        Ask(share);
        var (before, requests) = (bus.Now, bus.Taken.Count);
        share.BeginTurn();

        Assert.Equal(ModbusStatus.NotSent, Ask(share).Status);
        Assert.Equal(ModbusStatus.NotSent, share.WriteSingle(Unit, 0, 1).Status);

        Assert.Equal((before, requests), (bus.Now, bus.Taken.Count));
    }

    [Fact]
    public void One_slow_answer_lengthens_the_timeout_at_once_and_it_shrinks_slowly()
    {
        var share = Share(new());
        var timeouts = new List<double>();
        foreach (var latencyMs in new[] { 40, 120, 40, 40 })
        {
            bus.Attach(Unit, Conduct.Healthy, latencyMs);
            share.BeginTurn();
            Ask(share);
            timeouts.Add(share.Timeout.TotalMilliseconds);
        }

        Assert.Equal([160, 320, 300, 282.5], timeouts);
    }

    [Fact]
    public void A_connection_that_is_not_there_is_not_held_against_the_device()
    {
        bus.Attach(Unit, Conduct.Unplugged);
        var share = Share(new());

        Assert.Equal(ModbusStatus.Disconnected, Ask(share).Status);

        Assert.Equal(0, share.Failures);
        Assert.True(share.RestsUntil <= bus.Now);
    }

    [Fact]
    public void A_poller_sleeps_until_the_device_may_be_asked_again()
    {
        bus.Attach(Unit, Conduct.Dead);
        var share = Share(new());
        var poller = new BusPoller("bus", [new(new PolledRegister(share, Unit, 10.Milliseconds), share)], [], 1.Seconds);

        poller.Read(bus.Now);

        Assert.True(share.RestsUntil > bus.Now);
        Assert.Equal(share.RestsUntil, poller.NextDue);
    }

    [Fact]
    public void A_hand_back_is_over_when_every_device_has_handed_back()
    {
        bus.Attach(Unit, Conduct.Healthy);
        var share = Share(new());
        var (quick, slow) = (new Owner(share), new Owner(share) { TurnsToHandBack = 3 });
        var poller = new BusPoller("bus", [new(slow, share), new(quick, share)], [], 1.Seconds);

        var done = Enumerable.Range(0, 4).Select(_ => poller.HandBack(bus.Now)).ToList();

        Assert.Equal([false, false, true, true], done);
    }

    private BusShare Share(ShareOptions options) => new(bus, options, () => bus.Now, time => bus.Now += time);

    private static ModbusResult Ask(BusShare share) => share.ReadHolding(Unit, 0, new ushort[1]);

    private TimeSpan PauseAfterFailure(BusShare share)
    {
        if (share.RestsUntil > bus.Now) bus.Now = share.RestsUntil;
        share.BeginTurn();
        Assert.False(Ask(share).IsOk);
        return share.RestsUntil - bus.Now;
    }

    /// <summary>Always due, and with something to hand back.</summary>
    private sealed class Owner(IModbus bus) : IPolledDevice, IHandsBack
    {
        private int turns;

        public int TurnsToHandBack { get; init; } = 1;

        public TimeSpan NextDue => TimeSpan.Zero;

        public bool Read(TimeSpan now) => bus.ReadHolding(Unit, 0, new ushort[1]).IsOk;

        public void Write(TimeSpan now) { }

        public bool HandBack(TimeSpan now) => ++turns >= TurnsToHandBack;
    }
}
