using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>Real threads over devices without wires. What is awaited has a deadline far beyond what it needs.</summary>
public sealed class ControlThreadTests : IDisposable
{
    private static readonly TimeSpan deadline = 30.Seconds;
    private readonly ThreadDevice device = new();
    private readonly Wire wire = new();
    private readonly ControlExchange exchange = new();
    private readonly ControlThread thread;

    public ControlThreadTests()
    {
        var loop = new ControlLoop(OrderBench.Site, new(device, null, device, device), exchange, RuleSet.All);
        thread = new(loop, [new("bus", [new(device, null)], [wire], 1.Seconds)], 100.Milliseconds, 2.Seconds);
    }

    public void Dispose() => thread.Dispose();

    [Fact]
    public async Task An_ordered_stop_ends_with_zero_and_open()
    {
        thread.Start();
        Eventually(() => thread.CompletedAt > TimeSpan.Zero);

        thread.Stop();
        var end = await thread.Ended.WaitAsync(deadline);

        Assert.Equal((null, true), (end.Failure, end.IsCurrentGone));
        ExpectZeroAnd(Connection.Open);
    }

    [Fact]
    public async Task Current_that_does_not_go_is_interrupted_before_the_end()
    {
        device.Current = 10.A;
        thread.Start();
        Eventually(() => thread.CompletedAt > TimeSpan.Zero);

        thread.Stop();
        var end = await thread.Ended.WaitAsync(deadline);

        Assert.False(end.IsCurrentGone);
        ExpectZeroAnd(Connection.OpenNow);
    }

    [Fact]
    public async Task A_broken_invariant_in_the_loop_ends_everything_with_zero_and_open()
    {
        thread.Start();
        Eventually(() => thread.CompletedAt > TimeSpan.Zero);

        device.BreaksLoop = true;
        var end = await thread.Ended.WaitAsync(deadline);

        Assert.IsType<InvariantBroken>(end.Failure);
        ExpectZeroAnd(Connection.Open);
    }

    [Fact]
    public async Task A_bug_in_a_poller_ends_everything_with_zero_and_open()
    {
        thread.Start();
        Eventually(() => thread.CompletedAt > TimeSpan.Zero);

        device.BreaksPoller = true;
        var end = await thread.Ended.WaitAsync(deadline);

        Assert.IsType<InvalidOperationException>(end.Failure);
        ExpectZeroAnd(Connection.Open);
    }

    [Fact]
    public async Task A_bug_in_a_poller_lets_go_of_its_wires_before_the_process_has_ended()
    {
        thread.Start();
        Eventually(() => thread.CompletedAt > TimeSpan.Zero);
        Assert.False(wire.IsClosed);

        device.BreaksPoller = true;
        await thread.Ended.WaitAsync(deadline);

        Assert.True(wire.IsClosed);
    }

    [Fact]
    public async Task A_new_command_reaches_a_device_that_has_nothing_to_say()
    {
        thread.Start();
        Eventually(() => thread.CompletedAt > TimeSpan.Zero);
        var plan = new Plan { Sequence = 1, Count = 1 };
        plan.Entries[0] =
            new(1, OrderKind.Setpoint, 4.kW, 4.kW, TimeSpan.Zero, TimeSpan.MaxValue, 0, OnExpire.Zero, null);

        exchange.Plan.Publish(plan);
        thread.Wake();

        Eventually(() => device.Written.Connection == Connection.Close);
        thread.Stop();
        await thread.Ended.WaitAsync(deadline);
    }

    private void ExpectZeroAnd(Connection connection)
    {
        var last = default(EvseCommand);
        device.Commands.TryRead(ref last);
        Assert.Equal((Watts.Zero, connection), (last.Setpoint, last.Connection));
    }

    private static void Eventually(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, deadline));

    private sealed class Wire : IPollable, IDisposable
    {
        public volatile bool IsClosed;
        public int Descriptor => -1;
        public void Dispose() => IsClosed = true;
    }

    // A quiet home and a car that is plugged in, read every 20 ms.
    private sealed class ThreadDevice : IMeter, IEvse, ISiteLines
    {
        private readonly Latest<Reading<MeterReading>> meter = new();
        private readonly Latest<Reading<EvseReading>> evse = new();
        private readonly Latest<Reading<LinesReading>> lines = new();
        private EvseCommand written;
        private uint sequence;

        public Amperes Current { get; set; }
        public volatile bool BreaksLoop;
        public volatile bool BreaksPoller;
        public EvseCommand Written => written;

        public Latest<EvseCommand> Commands { get; } = new();
        Latest<Reading<MeterReading>> IMeter.Readings =>
            BreaksLoop ? throw new InvariantBroken("made by the test") : meter;
        Latest<Reading<EvseReading>> IEvse.Readings => evse;
        Latest<Reading<LinesReading>> ISiteLines.Readings => lines;
        public Latest<ShedCommand> Shed { get; } = new();
        public TimeSpan NextDue { get; private set; }

        public bool Read(TimeSpan now)
        {
            if (BreaksPoller) throw new InvalidOperationException("made by the test");
            if (now < NextDue) return false;
            NextDue = now + 20.Milliseconds;
            sequence++;
            meter.Publish(new(
                new(1.kW, new(500.W, 500.W, default), new(120.V, 120.V, default), new(4.A, 4.A, default), null),
                now, sequence));
            evse.Publish(new(
                new(default, default, default, 380.V, Current, EvseSession.PluggedIn, false, 60.Percent,
                    9600.W, -(9600.W), 9600.W, -(9600.W), EvseFaults.None),
                now, sequence));
            lines.Publish(new(new(false, true), now, sequence));
            return true;
        }

        public void Write(TimeSpan now) => Commands.TryRead(ref written);
    }
}
