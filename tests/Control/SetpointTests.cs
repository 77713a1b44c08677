using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>Ramp, reversal, minimum, grid.</summary>
public sealed class SetpointTests
{
    [Fact]
    public void Only_growth_takes_time()
    {
        var home = Rig.Transferring();
        home.Ask(5.kW);

        home.RunFor(3.Seconds);
        var growing = home.State.Setpoint;
        home.RunFor(5.Seconds);
        home.Ask(1.kW);
        home.Step();

        Assert.Equal(3.kW, growing);
        Assert.Equal(1.kW, home.State.Setpoint);
    }

    [Fact]
    public void An_order_can_ask_for_a_slower_ramp_and_not_for_a_faster_one()
    {
        var slow = Rig.Transferring();
        slow.Order(5.kW, 1.Hours, ramp: 250);
        var fast = Rig.Transferring();
        fast.Order(5.kW, 1.Hours, ramp: 9000);

        slow.RunFor(4.Seconds);
        fast.RunFor(4.Seconds);

        Assert.Equal(1.kW, slow.State.Setpoint);
        Assert.Equal(4.kW, fast.State.Setpoint);
    }

    [Fact]
    public void Many_small_steps_grow_as_far_as_few_large_ones()
    {
        var few = Rig.Transferring();
        var many = Rig.Transferring();
        many.Period = 7.Milliseconds;
        few.Ask(5.kW);
        many.Ask(5.kW);

        few.RunFor(2100.Milliseconds);
        many.RunFor(2100.Milliseconds);

        Assert.Equal(few.State.Setpoint, many.State.Setpoint);
    }

    [Fact]
    public void A_stall_buys_no_more_than_a_second_of_growth()
    {
        var home = Rig.Transferring();
        home.Ask(9.kW);
        home.RunFor(1.Seconds);

        home.Step(after: 5.Seconds);

        Assert.Equal(2.kW, home.State.Setpoint);
    }

    [Fact]
    public void The_direction_changes_through_zero_with_a_dwell()
    {
        var home = Rig.Transferring();
        home.HouseTotal = 4.kW;
        home.Ask(5.kW);
        home.RunFor(8.Seconds);

        home.Ask(-5.kW);
        home.Step();
        var first = home.State.Setpoint;
        home.RunFor(900.Milliseconds);
        var dwelling = home.State.Setpoint;
        home.RunFor(700.Milliseconds);

        Assert.Equal(Watts.Zero, first);
        Assert.Equal(Watts.Zero, dwelling);
        Assert.True(home.State.Setpoint < Watts.Zero);
    }

    [Fact]
    public void It_starts_above_the_minimum_goes_on_down_to_it_and_is_zero_below()
    {
        var home = Rig.Transferring();
        home.Ask(540.W);
        home.RunFor(5.Seconds);
        var tooLittleToStart = home.State.Setpoint;

        home.Ask(600.W);
        home.RunFor(2.Seconds);
        home.Ask(510.W);
        home.RunFor(1.Seconds);
        var goingOn = home.State.Setpoint;
        home.Ask(499.W);
        home.Step();

        Assert.Equal(Watts.Zero, tooLittleToStart);
        Assert.Equal(510.W, goingOn);
        Assert.Equal(Watts.Zero, home.State.Setpoint);
    }

    [Theory]
    [InlineData(5019, 5010)]
    [InlineData(-5019, -5010)]
    public void It_is_rounded_toward_zero(int asked, int expected)
    {
        var home = Rig.Transferring();
        home.HouseTotal = 4.kW;

        home.Ask(asked.W);
        home.RunFor(8.Seconds);

        Assert.Equal(expected.W, home.State.Setpoint);
    }
}
