using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Limits;

/// <summary>The grid operator's limits, by message (EEBUS LPC, LPP) and by relay.</summary>
public sealed class GridOperatorTests
{
    private static readonly SiteLimits Linked = Sites.Exact with
    {
        GridOperator = new(false, 4200.W, new(5.kW, 2.kW, 2.Hours, IsForGood: true), []), ExportCap = null,
    };

    private static readonly SiteLimits Wired = Sites.Exact with
    {
        GridOperator = new(false, Watts.Zero, null, [new(0, 4.kW, null), new(1, 1.kW, 1.kW)]), ExportCap = null,
    };

    private readonly Rig home = Rig.Transferring(Linked);

    [Fact]
    public void It_starts_in_the_failsafe_and_stays_until_it_is_told()
    {
        Assert.Equal((5.kW, -2.kW), Limits());

        home.RunFor(200.Seconds);

        Assert.Equal((5.kW, -2.kW), Limits());
        Assert.Equal(GridOperatorState.Failsafe, State);
    }

    [Theory]
    [InlineData(LineLevel.Inactive, LineLevel.Inactive, null, null)]
    [InlineData(LineLevel.Active, LineLevel.Inactive, 4000, 3000)]
    [InlineData(LineLevel.Inactive, LineLevel.Active, 5000, 1000)]
    [InlineData(LineLevel.Active, LineLevel.Active, 4000, 1000)]
    [InlineData(LineLevel.Unknown, LineLevel.Inactive, 4000, 3000)]
    public void Of_several_relays_the_lowest_cap_of_each_direction_holds(
        LineLevel one, LineLevel other, int? consumption, int? production)
    {
        var wired = new Rig(Sites.Exact with
        {
            GridOperator = new(false, Watts.Zero, null, [new(0, 4.kW, 3.kW), new(1, 5.kW, 1.kW), new(2, null, null)]),
        })
        {
            Relays = new(one, other, LineLevel.Active, LineLevel.NotWired),
        };

        wired.Step();

        var memory = wired.State.GridOperator;
        Assert.Equal((consumption, production), ((int?)memory.ConsumptionCap?.Value, (int?)memory.ProductionCap?.Value));
    }

    [Fact]
    public void A_heartbeat_alone_leaves_nothing_and_a_limit_before_it_does_not_count()
    {
        Write(8.kW);
        home.RunFor(1.Seconds);
        Beat();
        home.RunFor(10.Seconds);

        Assert.Equal(GridOperatorState.Failsafe, State);
        Assert.Equal(5.kW, Limits().Charge);
    }

    [Fact]
    public void A_heartbeat_and_a_limit_after_it_count()
    {
        Beat();
        home.Step();
        Write(8.kW);
        home.RunFor(3.Seconds);

        Assert.Equal(GridOperatorState.Limited, State);
        Assert.Equal((8.kW, -2.kW), Limits());
    }

    [Fact]
    public void A_heartbeat_without_a_limit_ends_it_after_120_seconds()
    {
        Beat();
        for (var i = 0; i < 2; i++)
        {
            home.RunFor(59.Seconds);
            Beat();
        }
        var before = State;
        home.RunFor(3.Seconds);

        Assert.Equal((GridOperatorState.Failsafe, GridOperatorState.Autonomous), (before, State));
    }

    [Fact]
    public void Without_heartbeat_the_failsafe_returns_just_after_120_seconds()
    {
        Accepted(9.kW);

        home.RunFor(119.Seconds);
        var just = State;
        home.RunFor(2.Seconds);

        Assert.Equal((GridOperatorState.Limited, GridOperatorState.Failsafe), (just, State));
        Assert.Equal(5.kW, Limits().Charge);
    }

    [Fact]
    public void Once_lost_the_old_limit_does_not_come_back_with_the_heartbeat()
    {
        Accepted(9.kW);
        home.RunFor(130.Seconds);

        Beat();
        home.RunFor(5.Seconds);
        var stillFailsafe = State;
        Write(7.kW);
        home.RunFor(3.Seconds);

        Assert.Equal((GridOperatorState.Failsafe, GridOperatorState.Limited), (stillFailsafe, State));
        Assert.Equal(7.kW, Limits().Charge);
    }

    [Theory]
    [InlineData(true, GridOperatorState.Failsafe)]
    [InlineData(false, GridOperatorState.Autonomous)]
    public void After_its_duration_a_failsafe_that_is_not_for_good_ends(bool isForGood, GridOperatorState expected)
    {
        var failsafe = new Failsafe(5.kW, 2.kW, 2.Hours, isForGood);
        var alone = new Rig(Linked with { GridOperator = Linked.GridOperator! with { Failsafe = failsafe } })
        {
            Period = 1.Seconds,
        };

        alone.RunFor(7199.Seconds);
        var just = alone.State.GridOperator.Consumption.State;
        alone.RunFor(3.Seconds);

        Assert.Equal((GridOperatorState.Failsafe, expected), (just, alone.State.GridOperator.Consumption.State));
    }

    [Fact]
    public void A_limit_with_a_duration_ends_with_it_and_says_when()
    {
        Beat();
        home.Step();
        home.GridOperator = home.GridOperator with
        {
            Consumption = new(6.kW, true, home.Now, home.Now + 30.Seconds),
        };
        home.Ask(10.kW);
        home.RunFor(20.Seconds);
        var (held, until) = (home.State.Setpoint, home.State.Allowed.Charge.Until);
        home.RunFor(20.Seconds);

        Assert.Equal(6.kW, held);
        Assert.NotNull(until);
        Assert.Equal((GridOperatorState.Controlled, 10.kW), (State, home.State.Setpoint));
    }

    [Fact]
    public void A_limit_that_is_lifted_or_was_over_when_it_came_limits_nothing()
    {
        Accepted(6.kW);
        home.GridOperator = home.GridOperator with { Consumption = new(6.kW, false, home.Now, null) };
        home.RunFor(1.Seconds);
        var lifted = State;
        home.GridOperator = home.GridOperator with { Consumption = new(6.kW, true, home.Now, home.Now) };
        home.RunFor(1.Seconds);

        Assert.Equal((GridOperatorState.Controlled, GridOperatorState.Controlled), (lifted, State));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1.0)]
    [InlineData(double.PositiveInfinity)]
    public void A_limit_that_cannot_be_is_as_if_it_had_never_come(double watts)
    {
        Accepted(6.kW);

        Write(new(watts));
        home.RunFor(1.Seconds);

        Assert.Equal(6.kW, home.State.GridOperator.ConsumptionCap);
    }

    [Fact]
    public void No_limit_of_consumption_counts_below_the_floor()
    {
        Accepted(500.W);

        Assert.Equal(4200.W, Limits().Charge);
    }

    [Fact]
    public void A_heartbeat_from_the_future_is_none()
    {
        home.GridOperator = home.GridOperator with { HeartbeatAt = home.Now + 1.Hours };
        home.RunFor(130.Seconds);

        Assert.False(home.State.GridOperator.IsHeard);
    }

    [Fact]
    public void Of_the_site_it_binds_what_the_meter_sees_and_a_silent_meter_closes_it()
    {
        var rules = new GridOperatorRules(true, 4200.W, new(8.kW, 2.kW, 2.Hours, true), []);
        var site = Rig.Transferring(Linked with { GridOperator = rules, HouseLoadMax = 30.kW });
        site.HouseTotal = 3.kW;
        site.Ask(10.kW);
        site.RunFor(14.Seconds);
        var charge = site.State.Setpoint;
        site.Ask(-10.kW);
        site.RunFor(14.Seconds);
        var discharge = site.State.Setpoint;
        site.MeterSpeaks = false;
        site.RunFor(2.Seconds);

        // The usual age takes 100 W; two seconds of silence take nearly 4 kW more.
        Assert.Equal((4900.W, -4900.W), (charge, discharge));
        Assert.InRange(site.State.Setpoint.Value, -1300, -1000);
    }

    [Theory]
    [InlineData(LineLevel.Inactive, LineLevel.Inactive, 10_000, -10_000)]
    [InlineData(LineLevel.Active, LineLevel.Inactive, 4000, -10_000)]
    [InlineData(LineLevel.Unknown, LineLevel.Inactive, 4000, -10_000)]
    [InlineData(LineLevel.NotWired, LineLevel.Inactive, 4000, -10_000)]
    [InlineData(LineLevel.Active, LineLevel.Active, 1000, -1000)]
    [InlineData(LineLevel.Inactive, LineLevel.Active, 1000, -1000)]
    public void A_relay_that_is_pulled_unknown_or_not_wired_limits(
        LineLevel first, LineLevel second, int charge, int discharge)
    {
        var relays = Rig.Transferring(Wired);
        relays.Relays = new(first, second, LineLevel.NotWired, LineLevel.NotWired);
        relays.RunFor(3.Seconds);

        var allowed = relays.State.Allowed.Envelope;
        Assert.Equal((charge.W, discharge.W), (allowed.Charge, allowed.Discharge));
    }

    [Fact]
    public void Lines_that_are_no_longer_read_limit_like_pulled_relays()
    {
        var relays = Rig.Transferring(Wired);
        relays.Relays = new(LineLevel.Inactive, LineLevel.Inactive, LineLevel.NotWired, LineLevel.NotWired);
        relays.RunFor(3.Seconds);
        relays.LinesSpeak = false;

        relays.RunFor(1.Seconds);

        Assert.Equal(1.kW, relays.State.GridOperator.ConsumptionCap);
    }

    [Theory]
    [InlineData(LimitId.GridOperatorConsumption, 10_000)]
    [InlineData(LimitId.GridOperatorProduction, -10_000)]
    public void Without_it_the_operator_would_be_ignored(LimitId id, int asked) =>
        Deleted.IsMissed(id, rules =>
        {
            var linked = Rig.Transferring(Linked, rules);
            linked.Ask(asked.W);
            linked.RunFor(14.Seconds);
            return Watts.Abs(linked.State.Setpoint) <= 5.kW;
        });

    private GridOperatorState State => home.State.GridOperator.Consumption.State;

    private (Watts Charge, Watts Discharge) Limits()
    {
        var allowed = home.State.Allowed.Envelope;
        return (allowed.Charge, allowed.Discharge);
    }

    private void Beat() => home.GridOperator = home.GridOperator with { HeartbeatAt = home.Now };

    private void Write(Watts limit) =>
        home.GridOperator = home.GridOperator with { Consumption = new(limit, true, home.Now, null) };

    private void Accepted(Watts limit)
    {
        Beat();
        home.Step();
        Write(limit);
        home.RunFor(3.Seconds);
        Beat();
        home.Step();
    }
}
