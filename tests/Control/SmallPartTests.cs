using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>Parts of the step that have no rule of their own.</summary>
public sealed class SmallPartTests
{
    private static readonly SiteLimits withBattery = Sites.Exact with
    {
        HomeBatteryChargeMax = 4.kW, HomeBatteryMaxAge = 5.Seconds,
    };

    [Theory]
    [InlineData(Wiring.SinglePhase, 0, 1, 0)]
    [InlineData(Wiring.SplitPhase, 0.5, 0.5, 0)]
    [InlineData(Wiring.ThreePhase, 1 / 3.0, 1 / 3.0, 1 / 3.0)]
    public void The_EVSEs_power_is_shared_by_its_legs(Wiring wiring, double first, double second, double third)
    {
        var site = Sites.Exact with { EvseWiring = wiring, EvseLeg = 1 };

        Assert.Equal((first, second, third), (site.EvseShare(0), site.EvseShare(1), site.EvseShare(2)));
    }

    [Theory]
    [InlineData(GridPoint.UnderVoltageLevel, 2, 50, 45, "UnderVoltageLevel 2: expected 50 ± 0.5, found 45")]
    [InlineData(GridPoint.UnderVoltageLevel, 0, 50, double.NaN, "UnderVoltageLevel: expected 50 ± 0.5, found not told")]
    [InlineData(GridPoint.UnderVoltageLevel, 1, 50, double.PositiveInfinity,
        "UnderVoltageLevel 1: expected 50 ± 0.5, found none")]
    public void A_difference_says_which_point_and_what_was_found(
        GridPoint point, byte corner, double expected, double found, string text) =>
        Assert.Equal(text, new GridDifference(point, corner, expected, found, 0.5).ToString());

    [Fact]
    public void A_broken_invariant_says_which()
    {
        Require.That(true, "this holds");

        Assert.Contains("that does not", Assert.Throws<InvariantBroken>(
            () => Require.That(false, "that does not")).Message);
    }

    // 1700 W on the DC side are 2000 W on the AC side.
    [Fact]
    public void The_power_of_a_home_battery_is_taken_from_voltage_and_current_when_it_does_not_tell_it()
    {
        Assert.Equal(2000, Absorbs(new() { Power = 1700.W, Voltage = 400.V, Current = 1.A }), 3);
        Assert.Equal(2000, Absorbs(new() { Voltage = 170.V, Current = 10.A }), 3);
        Assert.Equal(4000, Absorbs(new() { Voltage = 170.V, Current = 1000.A }), 3);
        Assert.Equal(0, Absorbs(new() { Power = -1700.W }), 3);
    }

    [Fact]
    public void A_home_battery_that_tells_no_power_or_one_that_cannot_be_may_take_all_that_it_can()
    {
        Assert.Equal(4000, Absorbs(new() { Voltage = 170.V }), 3);
        Assert.Equal(4000, Absorbs(new() { Current = 0.A }), 3);
        Assert.Equal(4000, Absorbs(new() { Power = new Watts(double.NaN) }), 3);
        Assert.Equal(4000, Absorbs(new() { Power = new Watts(-1e6 - 1) }), 3);
        Assert.Equal(0, Absorbs(new() { Power = new Watts(-1e6) }), 3);
    }

    [Fact]
    public void An_older_reading_of_a_home_battery_and_one_from_the_future_are_not_taken()
    {
        var memory = default(HomeBatteryMemory);
        void Hear(Watts power, TimeSpan at, uint sequence) => memory.Next(
            new(new() { Power = power }, at, sequence), withBattery, 10.Seconds);

        Hear(850.W, 9.Seconds, 1);
        Hear(1700.W, 8.Seconds, 2);
        Hear(1700.W, 11.Seconds, 3);
        Hear(1700.W, 9500.Milliseconds, 1);
        var before = memory.Absorbs;
        Hear(1700.W, 9.Seconds, 4);

        Assert.Equal(1000, before.Value, 3);
        Assert.Equal(2000, memory.Absorbs.Value, 3);
    }

    [Fact]
    public void A_home_battery_counts_as_heard_until_its_maximum_age()
    {
        var memory = default(HomeBatteryMemory);
        var reading = new Reading<HomeBatteryReading>(new() { Power = Watts.Zero }, 10.Seconds, 1);

        memory.Next(reading, withBattery, 15.Seconds);
        var just = memory.Absorbs;
        memory.Next(reading, withBattery, 15.Seconds + TimeSpan.FromTicks(1));

        Assert.Equal((Watts.Zero, 4.kW), (just, memory.Absorbs));
    }

    [Fact]
    public void Where_there_is_none_nothing_is_absorbed()
    {
        var memory = default(HomeBatteryMemory);

        memory.Next(new(new() { Power = 1.kW }, 10.Seconds, 1), Sites.Exact, 10.Seconds);

        Assert.Equal(Watts.Zero, memory.Absorbs);
    }

    [Fact]
    public void Of_a_heartbeat_the_time_is_known_to_a_step()
    {
        var heart = default(Heartbeat);

        heart.Next(5.Seconds, 10.Seconds);
        var atFirst = (heart.IsAlive, heart.Since);
        heart.Next(5.Seconds, 200.Seconds);
        var lost = (heart.IsAlive, heart.WasLost);
        heart.Next(205.Seconds, 210.Seconds);

        Assert.Equal((true, 10.Seconds), atFirst);
        Assert.Equal((false, true), lost);
        Assert.Equal((true, 200.Seconds + TimeSpan.FromTicks(1)), (heart.IsAlive, heart.Since));
    }

    [Fact]
    public void A_heartbeat_from_the_future_or_older_than_the_last_one_is_none()
    {
        var heart = default(Heartbeat);

        heart.Next(11.Seconds, 10.Seconds);
        var future = heart.IsAlive;
        heart.Next(TimeSpan.FromTicks(-1), 10.Seconds);
        var negative = heart.IsAlive;
        heart.Next(100.Seconds, 100.Seconds);
        heart.Next(50.Seconds, 200.Seconds);

        Assert.Equal((false, false, true), (future, negative, heart.IsAlive));
    }

    [Fact]
    public void Of_a_history_without_readings_nothing_is_known()
    {
        var history = default(PowerHistory);

        Assert.Equal(Interval.Everything, history.Newest);
        Assert.Equal(Interval.Everything, history.Range(TimeSpan.Zero, 1.Seconds));
    }

    [Fact]
    public void Before_its_first_reading_a_history_is_held_flat()
    {
        var history = default(PowerHistory);
        history.Add(10.Seconds, new(1f, 2f), 1.Seconds);

        Assert.Equal(new Interval(1f, 2f), history.Range(1.Seconds, 2.Seconds));
        Assert.Equal(new Interval(1f, 2f), history.Range(11.Seconds, 12.Seconds));
    }

    [Fact]
    public void Two_stretches_that_touch_in_time_are_both_in_the_range()
    {
        var history = default(PowerHistory);
        history.Add(TimeSpan.Zero, new(0f, 0f), 10.Seconds);
        history.Add(1.Seconds, new(5f, 5f), 10.Seconds);
        history.Add(1.Seconds, new(9f, 9f), 1.Seconds);

        Assert.Equal(new Interval(0f, 9f), history.Range(500.Milliseconds, 2.Seconds));
    }

    [Fact]
    public void A_hold_of_no_time_holds_nothing()
    {
        var home = Rig.Transferring(Sites.Exact with { WideningHold = TimeSpan.Zero });

        Assert.Equal(Envelope.Open, home.Contribution(LimitId.WideningHold));
    }

    [Fact]
    public void A_car_that_ends_after_a_long_transfer_is_tried_again_soon()
    {
        var home = Rig.Transferring();
        home.Ask(3.kW);
        home.RunFor(62.Seconds);

        home.ForcedSession = EvseSession.PluggedIn;
        home.Step();
        var ended = home.Now;

        Assert.Equal((1, ended + 10.Seconds), (home.State.Starts.Failures, home.State.Starts.RetryAt));
    }

    [Fact]
    public void The_longer_of_two_waits_before_the_next_start_holds()
    {
        var home = Rig.Transferring(Sites.Exact with { MinimumDisconnected = 30.Seconds });
        home.Ask(3.kW);
        home.RunFor(62.Seconds);

        home.ForcedSession = EvseSession.PluggedIn;
        home.Step();

        Assert.Equal(home.Now + 30.Seconds, home.State.Starts.RetryAt);
    }

    private static double Absorbs(HomeBatteryReading told)
    {
        var memory = default(HomeBatteryMemory);
        memory.Next(new(told, 10.Seconds, 1), withBattery, 10.Seconds);
        return memory.Absorbs.Value;
    }
}
