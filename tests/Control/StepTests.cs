using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>The step as a whole: a day in a few claims.</summary>
public sealed class StepTests
{
    [Fact]
    public void A_charge_order_is_followed()
    {
        var home = new Rig();
        home.Ask(7.kW);

        home.RunFor(15.Seconds);

        Assert.Equal(7.kW, home.State.Setpoint);
        Assert.Equal(ModeKind.Transferring, home.State.Mode);
        Assert.Equal(LimitId.None, home.State.BoundBy);
    }

    [Fact]
    public void A_discharge_order_is_followed()
    {
        var home = Rig.Transferring();
        home.HouseTotal = 3.kW;

        home.Ask(-7.kW);
        home.RunFor(12.Seconds);

        Assert.Equal(-7.kW, home.State.Setpoint);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var home = Rig.Transferring(Sites.Real);
        var (plan, state, seen) = (new Plan(), home.State, home.Seen);
        for (var i = 0; i < 100; i++) state = ControlCycle.Step(seen, plan, home.Site, state, default, RuleSet.All);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++) state = ControlCycle.Step(seen, plan, home.Site, state, default, RuleSet.All);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
