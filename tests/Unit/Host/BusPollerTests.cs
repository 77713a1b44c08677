using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Host.Loop;
using ChargeScape.Edge.Tests.Unit.Posix;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>Ten devices on one bus: the bad ones cost the others next to nothing. In virtual time.</summary>
public sealed class BusPollerTests : IDisposable
{
    private static readonly ShareOptions options = new() { TimeoutMax = 500.Milliseconds };

    private readonly SharedBus bus = new();
    private readonly List<BusVisit> visits = [];
    private readonly List<PolledRegister> devices = [];

    public void Dispose() => bus.Dispose();

    [Theory]
    [InlineData(Conduct.Dead, Conduct.Dead)]
    [InlineData(Conduct.Dead, Conduct.Babbling)]
    [InlineData(Conduct.Slow, Conduct.Dead)]
    [InlineData(Conduct.Slow, Conduct.Babbling)]
    public void A_bad_device_delays_no_other_by_more_than_its_timeout_once_per_back_off(Conduct third, Conduct seventh)
    {
        for (byte unit = 1; unit <= 10; unit++)
        {
            var conduct = unit switch { 3 => third, 7 => seventh, _ => Conduct.Healthy };
            Attach(unit, conduct, 100.Milliseconds, conduct == Conduct.Slow ? 400 : 5);
        }

        Run(60.Seconds);

        foreach (byte bad in new[] { 3, 7 })
        {
            var turns = bus.Taken.Where(taken => taken.Unit == bad).ToList();
            Assert.All(turns, turn => Assert.True(turn.To - turn.From <= options.TimeoutMax));
            foreach (var (one, next) in turns.Zip(turns.Skip(1)))
                Assert.True(next.From - one.To >= options.RetryPause, $"unit {bad} again after {next.From - one.To}");
        }
        // A dead one is asked ever more seldom; a slow one has at most a fifth of the time.
        Assert.True(Share(7) < 0.15, $"the bad device had {Share(7):P0} of the time");
        Assert.True(Share(3) < (third == Conduct.Slow ? 0.21 : 0.15), $"the bad device had {Share(3):P0} of the time");
        foreach (var healthy in Enumerable.Range(1, 10).Where(unit => unit is not (3 or 7)))
        {
            var gaps = devices[healthy - 1].ReadAt.Zip(devices[healthy - 1].ReadAt.Skip(1), (a, b) => b - a).ToList();
            // Its period, the seven others' turns, and each bad one's timeout once.
            Assert.True(gaps.Max() <= 100.Milliseconds + 7 * 5.Milliseconds + 2 * options.TimeoutMax, $"{gaps.Max()}");
        }
    }

    [Fact]
    public void News_that_no_rule_looks_at_asks_for_no_step()
    {
        var device = new NewsEachTurn();

        var asks = new BusPoller("bus", [new(device, null)], [], 1.Seconds).Read(1.Seconds);
        var waits = new BusPoller("bus", [new(device, null, AsksForStep: false)], [], 1.Seconds).Read(1.Seconds);

        Assert.True(asks);
        Assert.False(waits);
        Assert.Equal(2, device.Turns);
    }

    private sealed class NewsEachTurn : IPolledDevice
    {
        public int Turns { get; private set; }
        public TimeSpan NextDue => TimeSpan.Zero;

        public bool Read(TimeSpan now)
        {
            Turns++;
            return true;
        }

        public void Write(TimeSpan now)
        {
        }
    }

    [Fact]
    public void A_device_that_comes_back_is_read_again_within_its_longest_back_off()
    {
        Attach(1, Conduct.Dead, 100.Milliseconds);
        Attach(2, Conduct.Healthy, 100.Milliseconds);
        Run(60.Seconds);
        bus.Attach(1, Conduct.Healthy);

        Run(5.1.Seconds);

        Assert.True(devices[0].Readings > 0);
        var before = devices[0].Readings;
        Run(1.Seconds);
        Assert.InRange(devices[0].Readings - before, 8, 11);
    }

    [Fact]
    public void One_lost_answer_costs_a_short_pause_only()
    {
        Attach(1, Conduct.Healthy, 100.Milliseconds);
        Run(1.Seconds);
        bus.Attach(1, Conduct.Dead);
        Run(120.Milliseconds);
        bus.Attach(1, Conduct.Healthy);
        var before = devices[0].Readings;

        Run(200.Milliseconds);

        Assert.True(devices[0].Readings > before);
    }

    [Fact]
    public void The_timeout_follows_the_latency_within_its_bounds()
    {
        Attach(1, Conduct.Healthy, 100.Milliseconds, latencyMs: 40);
        Attach(2, Conduct.Healthy, 100.Milliseconds, latencyMs: 1);

        Run(2.Seconds);

        Assert.Equal(500, bus.Taken.First(taken => taken.Unit == 1).Timeout.TotalMilliseconds);
        Assert.Equal(160, bus.Taken.Last(taken => taken.Unit == 1).Timeout.TotalMilliseconds);
        Assert.Equal(50, bus.Taken.Last(taken => taken.Unit == 2).Timeout.TotalMilliseconds);
    }

    [Fact]
    public void A_device_that_became_slower_is_heard_again()
    {
        Attach(1, Conduct.Healthy, 100.Milliseconds, latencyMs: 5);
        Run(2.Seconds);
        bus.Attach(1, Conduct.Healthy, 200);
        var before = devices[0].Readings;

        Run(10.Seconds);

        Assert.True(devices[0].Readings > before + 10);
    }

    [Fact]
    public void Writes_of_all_devices_go_before_the_next_ones_read()
    {
        for (byte unit = 1; unit <= 4; unit++) Attach(unit, Conduct.Healthy, 100.Milliseconds);
        var poller = Poller();
        poller.Read(bus.Now);
        devices[3].Write(1);

        poller.Write(bus.Now);
        poller.Read(bus.Now);

        Assert.Equal([(1, false), (4, true), (2, false)], bus.Taken.Select(taken => ((int)taken.Unit, taken.IsWrite)));
    }

    [Fact]
    public void What_is_urgent_goes_first_but_starves_nobody()
    {
        Attach(1, Conduct.Healthy, 100.Milliseconds, latencyMs: 60, SharePriority.Low);
        Attach(2, Conduct.Healthy, 100.Milliseconds, latencyMs: 60, SharePriority.High);
        Attach(3, Conduct.Healthy, 100.Milliseconds, latencyMs: 60, SharePriority.High);

        Run(30.Seconds);

        Assert.Equal(2, bus.Taken[0].Unit);
        Assert.True(devices[1].Readings > 4 * devices[0].Readings);
        Assert.True(devices[0].Readings >= 20, $"{devices[0].Readings}");
    }

    [Fact]
    public void A_gap_that_one_device_needs_is_kept_and_holds_up_no_other()
    {
        Attach(1, Conduct.Healthy, 100.Milliseconds, options: options with { MinimumGap = 1.Seconds });
        Attach(2, Conduct.Healthy, 100.Milliseconds);

        Run(10.Seconds);

        var turns = bus.Taken.Where(taken => taken.Unit == 1).ToList();
        Assert.All(turns.Zip(turns.Skip(1)), pair => Assert.True(pair.Second.From - pair.First.To >= 1.Seconds));
        Assert.InRange(devices[0].Readings, 9, 11);
        Assert.True(devices[1].Readings > 90);
    }

    [Fact]
    public void The_rest_of_a_turn_that_took_the_timeout_is_not_sent()
    {
        Attach(1, Conduct.Slow, 100.Milliseconds, latencyMs: 300, requests: 4);
        Attach(2, Conduct.Healthy, 100.Milliseconds);

        Run(10.Seconds);

        var turns = bus.Taken.Where(taken => taken.Unit == 1).ToList();
        Assert.All(turns.Zip(turns.Skip(1)), pair => Assert.True(pair.Second.From - pair.First.To >= 1.Seconds));
    }

    [Fact]
    public void A_device_that_has_its_bus_for_itself_may_take_its_time()
    {
        Attach(
            1, Conduct.Healthy, 100.Milliseconds, latencyMs: 300,
            options: options with { Budget = TimeSpan.MaxValue, TimeoutMax = 2.Seconds });

        Run(10.Seconds);

        Assert.InRange(devices[0].Readings, 32, 34);
    }

    [Fact]
    public void Turns_allocate_nothing()
    {
        for (byte unit = 1; unit <= 4; unit++)
            Attach(unit, unit == 2 ? Conduct.Dead : Conduct.Healthy, 20.Milliseconds);
        var poller = Poller();
        bus.Taken.EnsureCapacity(100_000);
        foreach (var device in devices) device.ReadAt.EnsureCapacity(100_000);

        // The runtime's own first times (a pause that was never so long before) are not the poller's.
        var bytes = Enumerable.Range(0, 5).Min(_ => Allocated.By(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                poller.Read(bus.Now);
                poller.Write(bus.Now);
                if (poller.NextDue > bus.Now) bus.Now = poller.NextDue;
            }
        }));

        Assert.Equal(0, bytes);
    }

    private void Attach(
        byte unit, Conduct conduct, TimeSpan period, double latencyMs = 5,
        SharePriority priority = SharePriority.Normal, int requests = 1, ShareOptions? options = null)
    {
        bus.Attach(unit, conduct, latencyMs);
        var share = new BusShare(
            bus, (options ?? BusPollerTests.options) with { Priority = priority }, () => bus.Now, time =>
                bus.Now += time);
        devices.Add(new(share, unit, period, requests));
        visits.Add(new(devices[^1], share));
    }

    private BusPoller Poller() => new("bus", visits, [], 1.Seconds);

    private void Run(TimeSpan time)
    {
        var poller = Poller();
        for (var end = bus.Now + time; bus.Now < end;)
        {
            var before = bus.Now;
            poller.Read(bus.Now);
            poller.Write(bus.Now);
            if (poller.NextDue > bus.Now) bus.Now = poller.NextDue;
            Assert.True(bus.Now > before || poller.NextDue <= bus.Now, "it stands still");
        }
    }

    private double Share(byte unit)
    {
        var all = bus.Taken[^1].To - bus.Taken[0].From;
        return bus.Taken.Where(taken => taken.Unit == unit).Sum(taken => (taken.To - taken.From).TotalSeconds)
            / all.TotalSeconds;
    }
}
