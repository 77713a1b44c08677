using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Metering;

/// <summary>Direction and legs are proven by steps of our own power before the first discharge and at each doubt.</summary>
public sealed class MeterProofTests
{
    private static readonly SiteLimits ByStep = Sites.Exact with { IsMeterStated = false, MeterSetup = 7 };

    [Fact]
    public void An_order_to_discharge_charges_a_little_first_and_is_followed_within_half_a_minute()
    {
        var home = Ordered(-4.kW);
        var most = Watts.Zero;
        for (var i = 0; i < 300 && home.State.Setpoint >= Watts.Zero; i++)
        {
            home.Step();
            most = Watts.Max(most, home.State.Setpoint);
        }
        home.RunFor(10.Seconds);

        Assert.InRange(most.Value, 500, 1050);
        Assert.Equal(MeterProofKind.ByStep, home.State.Meter.Proof.Kind);
        Assert.Equal(-4.kW, home.State.Setpoint);
    }

    [Fact]
    public void Until_then_it_is_said_why()
    {
        var home = Ordered(-4.kW);

        home.RunFor(1.Seconds);

        Assert.Equal(LimitId.MeterUnproven, home.State.Allowed.Discharge.By);
        Assert.Equal(LimitId.MeterUnproven, home.State.BoundBy);
    }

    [Fact]
    public void Charging_goes_as_far_as_is_safe_whatever_the_house_does()
    {
        var home = Ordered(9.kW, ByStep with { HouseLoadMax = 34.kW });
        home.SpoilMeter = seen => seen with { LegPower = new(seen.LegPower.L1, -seen.LegPower.L2, default) };

        home.Step();

        // 0.8 of 200 A on two legs of 120 V, less all that the house can draw.
        Assert.Equal(4400, home.Contribution(LimitId.MeterUnproven).Charge.Value, 1);
    }

    [Fact]
    public void A_turned_meter_is_never_proven_and_is_convicted()
    {
        var home = Ordered(-4.kW, spoil: Turned);
        var least = Watts.Zero;
        for (var i = 0; i < 600; i++)
        {
            home.Step();
            least = Watts.Min(least, home.State.Setpoint);
        }

        Assert.Equal(Watts.Zero, least);
        Assert.True(home.Trip(TripId.MeterReversed).IsTripped);
    }

    [Fact]
    public void The_proof_is_kept_across_a_restart()
    {
        var home = Ordered(-4.kW);
        home.RunFor(30.Seconds);

        home.Restart(Beginning.Ordered, isNewBoot: true);

        Assert.True(home.State.Meter.Proof.IsProven(ByStep));
    }

    [Fact]
    public void Its_keeping_is_asked_for_when_it_is_made()
    {
        var home = Ordered(-4.kW);
        var before = home.State.KeptRevision;

        home.RunFor(30.Seconds);

        Assert.NotEqual(before, home.State.KeptRevision);
    }

    [Theory]
    [InlineData(MeterProofKind.ByStep, 7u, false, true)]
    [InlineData(MeterProofKind.ByStep, 8u, false, false)]
    [InlineData(MeterProofKind.ByStep, 8u, true, true)]
    [InlineData(MeterProofKind.None, 7u, false, false)]
    [InlineData(MeterProofKind.None, 7u, true, true)]
    [InlineData(MeterProofKind.Revoked, 7u, true, false)]
    [InlineData(MeterProofKind.Revoked, 8u, true, true)]
    public void It_belongs_to_one_setup_and_a_conviction_outweighs_a_statement(
        MeterProofKind kind, uint setup, bool isStated, bool isProven) =>
        Assert.Equal(isProven, new MeterProof(kind, setup).IsProven(ByStep with { IsMeterStated = isStated }));

    [Fact]
    public void After_a_conviction_was_cleared_it_must_prove_itself_again()
    {
        var home = Rig.Transferring(Sites.Exact);
        home.HouseTotal = 2.kW;
        home.Ask(5.kW);
        home.RunFor(10.Seconds);
        home.SpoilMeter = Turned;
        home.RunFor(30.Seconds);
        home.SpoilMeter = seen => seen;

        home.Requests = new(TripId.MeterReversed, 1);
        home.Ask(-4.kW);
        home.Step();
        home.RunUntil(ModeKind.Transferring);
        var asks = Watts.Zero;
        for (var i = 0; i < 300; i++)
        {
            home.Step();
            asks = Watts.Max(asks, home.State.Setpoint);
        }

        Assert.InRange(asks.Value, 500, 1050);
        Assert.Equal(-4.kW, home.State.Setpoint);
    }

    [Fact]
    public void A_house_that_lets_nothing_be_seen_is_left_in_peace_for_a_while()
    {
        var dice = new Random(1);
        var home = Ordered(-4.kW);
        var power = 0;
        for (var i = 0; i < 2400; i++)
        {
            home.House = new(new(6000 * dice.NextDouble()), new(6000 * dice.NextDouble()), default);
            home.Step();
            if (home.State.Setpoint > Watts.Zero) power++;
        }

        Assert.False(home.State.Meter.Proof.IsProven(ByStep));
        Assert.True(home.State.Meter.Trial.IsPaused(home.Now));
        Assert.Equal(Watts.Zero, home.State.Setpoint);
        Assert.InRange(power, 1, 1200);
    }

    private static MeterReading Turned(MeterReading seen) => seen with
    {
        LegPower = new(-seen.LegPower.L1, -seen.LegPower.L2, default), Power = -seen.Power,
    };

    // In service and connected, with nothing proven; then the order.
    private static Rig Ordered(
        Watts power, SiteLimits? site = null, RuleSet? rules = null, Func<MeterReading, MeterReading>? spoil = null)
    {
        var home = new Rig(site ?? ByStep, rules);
        home.HouseTotal = 2.kW;
        if (spoil is not null) home.SpoilMeter = spoil;
        home.Ask(power);
        home.RunUntil(ModeKind.Transferring);
        return home;
    }
}
