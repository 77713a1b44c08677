using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Limits;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>What no change of the house or of the car lifts: an order outside it is refused at once.</summary>
public sealed class StandingRuleTests
{
    [Fact]
    public void The_rating_of_the_EVSE_stands_on_both_sides()
    {
        var allowed = Standing(Rig.Transferring());

        Assert.Equal((10.kW, LimitId.EvseRating), (allowed.Envelope.Charge, allowed.Charge.By));
        Assert.Equal((-10.kW, LimitId.EvseRating), (allowed.Envelope.Discharge, allowed.Discharge.By));
    }

    [Fact]
    public void What_carries_less_than_the_rating_stands_instead_and_is_named()
    {
        // 32 A × 240 V.
        var home = new Rig(Sites.Exact with { Cable = 32.A });
        home.Step();

        var allowed = Standing(home);

        Assert.Equal((7680.W, LimitId.Cable), (allowed.Envelope.Charge, allowed.Charge.By));
        Assert.Equal((-7680.W, LimitId.Cable), (allowed.Envelope.Discharge, allowed.Discharge.By));
    }

    [Theory]
    [InlineData(29, LimitId.EvseRating, LimitId.SocReserve, 10_000, 0)]
    [InlineData(60, LimitId.EvseRating, LimitId.EvseRating, 10_000, -10_000)]
    [InlineData(91, LimitId.UpperSoc, LimitId.EvseRating, 0, -10_000)]
    public void A_latched_state_of_charge_closes_its_side_only(
        int soc, LimitId charge, LimitId discharge, int most, int least)
    {
        var home = new Rig { Soc = soc.Percent };
        home.RunFor(2.Seconds);

        var allowed = Standing(home);

        Assert.Equal((charge, discharge), (allowed.Charge.By, allowed.Discharge.By));
        Assert.Equal(new Envelope(least.W, most.W), allowed.Envelope);
        Assert.Null(allowed.Charge.Until);
    }

    [Fact]
    public void An_unknown_state_of_charge_closes_no_side_for_good()
    {
        var home = new Rig { Soc = null };
        home.RunFor(2.Seconds);

        Assert.Equal(new Envelope(-10.kW, 10.kW), Standing(home).Envelope);
    }

    [Fact]
    public void The_limits_of_the_house_do_not_stand()
    {
        var home = Rig.Transferring();
        home.HouseTotal = 37.kW;
        home.RunFor(2.Seconds);

        Assert.Equal(LimitId.EvseRating, Standing(home).Charge.By);
        Assert.Equal(LimitId.MainBreaker, home.State.Allowed.Charge.By);
    }

    [Fact]
    public void A_limit_that_is_not_there_contributes_nothing() =>
        Assert.Equal(Envelope.Open, Rig.Transferring().Contribution(LimitId.None));

    private static Allowance Standing(Rig home) => AllLimits.Standing(home.Site, home.State);
}
