using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Limits;

/// <summary>Narrowing acts at once, widening after it has lasted.</summary>
public sealed class WideningHoldTests
{
    [Fact]
    public void A_side_widens_after_the_hold_and_not_before()
    {
        var home = Charging();
        home.HouseTotal = 36.kW;
        home.Step();
        var narrow = home.State.Allowed.Envelope.Charge;

        home.HouseTotal = 1.kW;
        home.RunFor(1900.Milliseconds);
        var held = home.State;
        home.RunFor(700.Milliseconds);

        Assert.Equal(narrow, held.Allowed.Envelope.Charge);
        Assert.Equal(LimitId.WideningHold, held.Allowed.Charge.By);
        Assert.InRange(held.Allowed.Charge.Until!.Value - held.At, TimeSpan.Zero, 1.Seconds);
        Assert.Equal(10.kW, home.State.Allowed.Envelope.Charge);
    }

    [Fact]
    public void Noise_cannot_hold_a_side_narrow_for_ever()
    {
        var home = Charging();
        home.HouseTotal = 36.kW;
        home.RunFor(1.Seconds);
        var narrow = home.State.Allowed.Envelope.Charge;

        for (var i = 0; i < 40; i++)
        {
            home.HouseTotal = i % 2 == 0 ? 32.kW : 32100.W;
            home.Step();
        }

        Assert.InRange((home.State.Allowed.Envelope.Charge - narrow).Value, 3800, 4000);
    }

    [Fact]
    public void Without_the_hold_the_power_would_follow_every_gap() =>
        Deleted.IsMissed(LimitId.WideningHold, rules =>
        {
            var home = Charging(rules);
            home.HouseTotal = 36.kW;
            home.Step();
            var cut = home.State.Setpoint;
            home.HouseTotal = 1.kW;
            home.RunFor(1.Seconds);
            return home.State.Setpoint == cut;
        });

    private static Rig Charging(RuleSet? rules = null)
    {
        var home = Rig.Transferring(rules: rules);
        home.HouseTotal = 1.kW;
        home.Ask(9.kW);
        home.RunFor(14.Seconds);
        return home;
    }
}
