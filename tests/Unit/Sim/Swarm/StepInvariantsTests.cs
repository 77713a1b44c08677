using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Swarm;

namespace ChargeScape.Edge.Tests.Unit.Sim.Swarm;

/// <summary>An invariant that notices nothing is none: each is shown a controller that breaks it.</summary>
public class StepInvariantsTests
{
    private readonly StepInvariants invariants = new(Sites.Exact);

    [Fact]
    public void A_controller_that_keeps_them_is_not_blamed()
    {
        var rig = new Rig();
        rig.Ask(5.kW);

        for (var i = 0; i < 200; i++)
        {
            rig.Step();
            See(rig.State);
        }

        Assert.Equal(ModeKind.Transferring, rig.State.Mode);
        Assert.Empty(invariants.Failures);
    }

    [Fact]
    public void A_latch_that_is_gone_without_a_persons_request_is_noticed()
    {
        var state = Latched();
        See(state);

        state.Trips.Of(TripId.EmergencyStop).ClearByPerson();
        See(Next(state));

        Assert.Equal("invariant I4 latch", Assert.Single(invariants.Failures).Kind);
    }

    [Fact]
    public void A_latch_that_a_person_cleared_is_right()
    {
        var state = Latched();
        See(state);

        invariants.Happened(new ScenarioEvent.Change("faults", "clear"), state.At);
        state.Trips.Of(TripId.EmergencyStop).ClearByPerson();
        See(Next(state));

        Assert.Empty(invariants.Failures);
    }

    [Fact]
    public void A_latch_that_a_restart_forgot_is_noticed_unless_the_disk_was_full()
    {
        var state = Latched();
        See(state);
        See(ControlState.PowerUp with { At = state.At + 2.Seconds, Steps = 1 });

        var withFullDisk = new StepInvariants(Sites.Exact);
        withFullDisk.See(state);
        withFullDisk.Happened(new ScenarioEvent.Change("disk", "full"), state.At);
        withFullDisk.See(ControlState.PowerUp with { At = state.At + 2.Seconds, Steps = 1 });

        Assert.Equal("invariant I4 latch", Assert.Single(invariants.Failures).Kind);
        Assert.Empty(withFullDisk.Failures);
    }

    [Fact]
    public void A_way_past_the_start_and_power_while_tripped_are_noticed()
    {
        var state = Latched();
        See(state);

        See(Next(state) with { Mode = ModeKind.Transferring, Setpoint = new(500) });

        var kinds = invariants.Failures.Select(failure => failure.Kind);
        Assert.Contains("invariant I15 way", kinds);
        Assert.Contains("invariant I3 tripped", kinds);
        Assert.Contains("invariant I1 setpoint", kinds);
    }

    private void See(in ControlState state) => invariants.See(state);

    private static ControlState Latched()
    {
        var state = ControlState.PowerUp with { At = 100.Seconds, Steps = 10 };
        state.Trips.Of(TripId.EmergencyStop).TripByHand(opensNow: true, state.At);
        return state;
    }

    private static ControlState Next(ControlState state) =>
        state with { At = state.At + 100.Milliseconds, Steps = state.Steps + 1 };
}
