using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class ControlLoopTests
{
    private readonly LoopBench bench = new();

    [Fact]
    public void A_loop_that_is_too_late_goes_to_zero_and_opens_until_it_has_kept_its_deadlines_for_ten_seconds()
    {
        Charge();
        var before = bench.Command;

        bench.Step(isTooLate: true);
        var during = bench.Command;
        bench.Evse = bench.Evse with { Session = EvseSession.PluggedIn, IsContactorClosed = false };
        bench.Steps(90);
        var within = bench.Loop.State.Trips[TripId.LoopOverrun].IsTripped;
        bench.Steps(20);
        var trips = bench.Loop.State.Trips;

        Assert.True(within);
        Assert.Equal(Connection.Close, before.Connection);
        Assert.True(before.Setpoint > Watts.Zero);
        Assert.Equal((Watts.Zero, Connection.Open), (during.Setpoint, during.Connection));
        Assert.Equal(1u, trips[TripId.LoopOverrun].Occurrence);
        Assert.False(trips.Any);
    }

    [Fact]
    public void The_end_is_zero_and_open_whatever_was_commanded()
    {
        Charge();
        bench.Evse = bench.Evse with { DcCurrent = 10.A };
        bench.Step();

        var isGone = bench.Loop.StepToEnd(bench.Now, Connection.Open);

        Assert.False(isGone);
        Assert.Equal((Watts.Zero, Connection.Open), (bench.Command.Setpoint, bench.Command.Connection));
    }

    [Fact]
    public void An_emergency_stop_during_the_ordered_end_opens_now()
    {
        Charge();
        bench.Loop.StepToEnd(bench.Now, Connection.Open);
        var ordered = bench.Command.Connection;

        bench.Press();
        bench.Loop.StepToEnd(bench.Now, Connection.Open);

        Assert.Equal(Connection.Open, ordered);
        Assert.Equal(Connection.OpenNow, bench.Command.Connection);
    }

    [Fact]
    public void A_stop_line_that_falls_silent_during_the_ordered_end_opens_now()
    {
        Charge();

        bench.Wait(1100.Milliseconds);
        bench.Loop.StepToEnd(bench.Now, Connection.Open);

        Assert.Equal(Connection.OpenNow, bench.Command.Connection);
    }

    [Fact]
    public void An_earth_fault_during_the_ordered_end_opens_now()
    {
        Charge();
        bench.Evse = bench.Evse with { Faults = EvseFaults.Insulation };
        bench.Step();

        bench.Loop.StepToEnd(bench.Now, Connection.Open);

        Assert.Equal(Connection.OpenNow, bench.Command.Connection);
    }

    [Fact]
    public void What_is_kept_is_published_when_it_changed_and_not_otherwise()
    {
        bench.Evse = bench.Evse with { Session = EvseSession.PluggedIn, IsContactorClosed = false };
        bench.Steps(30);
        var calm = bench.Exchange.Kept.Sequence;
        bench.Steps(50);
        var still = bench.Exchange.Kept.Sequence;

        bench.Evse = bench.Evse with { Faults = EvseFaults.Insulation };
        bench.Step();

        Assert.Equal(calm, still);
        Assert.Equal(calm + 1, bench.Exchange.Kept.Sequence);
    }

    [Fact]
    public void Trips_and_modes_are_told_as_events()
    {
        bench.Steps(30);

        var told = new List<ControlEventKind>();
        while (bench.Exchange.Events.TryTake(out var happened)) told.Add(happened.Kind);

        Assert.Contains(ControlEventKind.TripRaised, told);
        Assert.Contains(ControlEventKind.TripCleared, told);
        Assert.Contains(ControlEventKind.ModeChanged, told);
    }

    [Fact]
    public void A_step_with_its_exchange_allocates_nothing()
    {
        Charge();
        bench.Steps(100);

        // The runtime itself may allocate once while it recompiles what has become hot; the steps never do.
        var least = Enumerable.Range(0, 5).Min(_ => AllocatedBy(1000));

        Assert.Equal(0, least);
    }

    private long AllocatedBy(int steps)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < steps; i++) bench.Loop.Step(bench.Now + i.Milliseconds, 0);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Charge()
    {
        var plan = new Plan { Sequence = 1, Count = 1 };
        plan.Entries[0] =
            new(1, OrderKind.Setpoint, 4.kW, 4.kW, bench.Now, bench.Now + 1.Hours, 0, OnExpire.Zero, null);
        bench.Exchange.Plan.Publish(plan);
        var session = bench.Evse;
        bench.Evse = session with { Session = EvseSession.PluggedIn, IsContactorClosed = false };
        bench.Steps(20);
        bench.Evse = session;
        bench.Steps(30);
    }
}
