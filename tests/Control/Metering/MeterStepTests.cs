using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Metering;

/// <summary>What one step of our own power says of the meter.</summary>
public sealed class MeterStepTests
{
    private static readonly SiteLimits OnOneOfThree = Sites.Exact with
    {
        Service = Wiring.ThreePhase, EvseWiring = Wiring.SinglePhase, EvseLeg = 1,
    };

    [Theory]
    [InlineData(500, 500, MeterVerdict.Follows)]
    [InlineData(340, 340, MeterVerdict.Scaled)]
    [InlineData(360, 360, MeterVerdict.Follows)]
    [InlineData(640, 640, MeterVerdict.Follows)]
    [InlineData(680, 680, MeterVerdict.Scaled)]
    [InlineData(0, 0, MeterVerdict.Scaled)]
    [InlineData(-500, -500, MeterVerdict.Reversed)]
    [InlineData(-500, 500, MeterVerdict.Reversed)]
    [InlineData(-330, -330, MeterVerdict.Reversed)]
    [InlineData(-310, -310, MeterVerdict.Unclear)]
    [InlineData(500, 0, MeterVerdict.Unclear)]
    [InlineData(1500, 500, MeterVerdict.Unclear)]
    public void Each_leg_of_two_must_show_half(double first, double second, MeterVerdict expected)
    {
        var after = new PerLeg<Watts>(new(300 + first), new(-200 + second), default);

        var (verdict, _) = MeterStep.Judge(new(300.W, -200.W, default), after, moved: 1000, Sites.Exact);

        Assert.Equal(expected, verdict);
    }

    [Fact]
    public void A_step_down_is_judged_as_one_up()
    {
        var (verdict, part) = MeterStep.Judge(
            default, new(-500.W, -500.W, default), moved: -1000, Sites.Exact);

        Assert.Equal((MeterVerdict.Follows, 1f), (verdict, part));
    }

    [Theory]
    [InlineData(0, 1000, 0, MeterVerdict.Follows)]
    [InlineData(1000, 0, 0, MeterVerdict.LegsSwapped)]
    [InlineData(0, 0, 1000, MeterVerdict.LegsSwapped)]
    [InlineData(0, 0, -1000, MeterVerdict.LegsSwapped)]
    [InlineData(0, -1000, 0, MeterVerdict.Reversed)]
    [InlineData(1000, 1000, 0, MeterVerdict.Unclear)]
    [InlineData(400, 1000, 0, MeterVerdict.Unclear)]
    [InlineData(140, 1000, 0, MeterVerdict.Follows)]
    [InlineData(160, 1000, 0, MeterVerdict.Unclear)]
    public void A_leg_that_carries_nothing_of_it_must_show_nothing(
        double first, double second, double third, MeterVerdict expected)
    {
        var after = new PerLeg<Watts>(new(first), new(second), new(third));

        var (verdict, _) = MeterStep.Judge(default, after, moved: 1000, OnOneOfThree);

        Assert.Equal(expected, verdict);
    }

    [Theory]
    [InlineData(1900, 0.85, MeterVerdict.Follows)]
    [InlineData(2100, 0.85, MeterVerdict.IsOff)]
    [InlineData(2100, 0.91, MeterVerdict.Follows)]
    [InlineData(2100, 1.15, MeterVerdict.IsOff)]
    public void A_tenth_is_told_by_a_large_step_only(double moved, double part, MeterVerdict expected)
    {
        var half = new Watts(moved * part / 2);

        var (verdict, seen) = MeterStep.Judge(default, new(half, half, default), moved, Sites.Exact);

        Assert.Equal(expected, verdict);
        Assert.Equal(part, seen, 3);
    }

    [Fact]
    public void What_meter_and_EVSE_may_be_apart_is_left_free()
    {
        var site = Sites.Exact with { MeterError = 400.W };
        var half = new Watts(180);

        var (verdict, _) = MeterStep.Judge(default, new(half, -half, default), moved: 700, site);

        Assert.NotEqual(MeterVerdict.Scaled, verdict);
    }
}
