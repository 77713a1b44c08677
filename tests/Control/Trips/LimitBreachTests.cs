using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Trips;

/// <summary>A limit of the site that stays exceeded at the meter, and whose it is.</summary>
public sealed class LimitBreachTests
{
    private const TripId Breach = TripId.LimitBreach;
    private static readonly SiteLimits importing = Sites.Exact with { ImportCap = 8.kW };

    [Theory]
    [InlineData(3100, false)]
    [InlineData(3200, true)]
    public void A_cap_that_stays_exceeded_with_our_part_in_it_is_interrupted_and_latched(int house, bool trips)
    {
        var home = Stuck(importing, 5.kW);
        home.HouseTotal = house.W;

        home.RunFor(4800.Milliseconds);
        var early = home.Trip(Breach).IsTripped;
        home.RunFor(400.Milliseconds);

        Assert.False(early);
        Assert.Equal(trips, home.Trip(Breach).IsTripped);
        if (!trips) return;
        Assert.Equal(TripClass.F3, home.Trip(Breach).Class);
        Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
        home.Power = Watts.Zero;
        home.RunFor(10.Minutes);
        Assert.True(home.Trip(Breach).IsTripped);
    }

    [Theory]
    [InlineData(2400, false)]
    [InlineData(2600, true)]
    public void A_breaker_bears_its_continuous_share_and_seven_seconds(int perLeg, bool trips)
    {
        // 0.8 × 50 A, 2 % and half an ampere: 4956 W on a leg, of which the car draws 2500.
        var home = Stuck(Sites.Exact with { MainBreaker = 50.A, EvseBreaker = 50.A }, 5.kW);
        home.House = new(perLeg.W, 500.W, Watts.Zero);

        home.RunFor(6800.Milliseconds);
        var early = home.Trip(Breach).IsTripped;
        home.RunFor(400.Milliseconds);

        Assert.False(early);
        Assert.Equal(trips, home.Trip(Breach).IsTripped);
    }

    [Fact]
    public void Feeding_above_the_export_cap_is_one_too()
    {
        var home = Stuck(Sites.Exact, -5.kW);
        home.HouseTotal = -3.kW;

        home.RunFor(5500.Milliseconds);

        Assert.Equal((true, TripClass.F3), (home.Trip(Breach).IsTripped, home.Trip(Breach).Class));
    }

    [Fact]
    public void So_is_what_the_grid_operator_leaves_to_the_site()
    {
        // Its failsafe value, 9 kW, holds from the start.
        var rules = new GridOperatorRules(true, 2.kW, new(9.kW, 4.kW, 3.Hours, IsForGood: false), []);
        var home = Stuck(Sites.Exact with { GridOperator = rules }, 5.kW);
        home.HouseTotal = 5.kW;

        home.RunFor(5500.Milliseconds);

        Assert.True(home.Trip(Breach).IsTripped);
    }

    [Fact]
    public void And_a_cap_of_one_leg()
    {
        var home = Stuck(Sites.Exact with { ImportLegCap = 4.kW }, 5.kW);
        home.House = new(2.kW, Watts.Zero, Watts.Zero);

        home.RunFor(5500.Milliseconds);

        Assert.True(home.Trip(Breach).IsTripped);
    }

    [Fact]
    public void Seconds_over_a_limit_add_up_through_moments_below_it()
    {
        var home = Stuck(importing, 5.kW);

        for (var i = 0; i < 100 && !home.Trip(Breach).IsTripped; i++)
        {
            home.HouseTotal = i % 4 == 0 ? 1.kW : 6.kW;
            home.Step();
        }

        Assert.True(home.Trip(Breach).IsTripped);
    }

    [Fact]
    public void A_silent_meter_accuses_nobody()
    {
        var home = Stuck(importing, 5.kW);
        home.HouseTotal = 6.kW;
        home.RunFor(4.Seconds);
        home.MeterSpeaks = false;

        home.RunFor(20.Seconds);

        Assert.False(home.Trip(Breach).IsTripped);
    }

    [Fact]
    public void A_slow_charger_has_its_reaction_time()
    {
        var slow = importing with
        {
            EvseTiming = importing.EvseTiming with { DeadTime = 2500.Milliseconds, SettlingTime = 22.Seconds },
        };
        var home = Stuck(slow, 5.kW);
        home.HouseTotal = 6.kW;

        // 24.5 s and a reading each of meter and charger, and 2 s.
        home.RunFor(26500.Milliseconds);
        var early = home.Trip(Breach).IsTripped;
        home.RunFor(500.Milliseconds);

        Assert.False(early);
        Assert.True(home.Trip(Breach).IsTripped);
    }

    [Fact]
    public void A_house_that_is_over_its_limit_alone_costs_one_look_and_nobody_a_way()
    {
        var home = Waiting(importing);
        home.HouseTotal = 11.kW;

        home.RunFor(5500.Milliseconds);
        var looked = home.Trip(Breach);
        home.RunFor(3.Seconds);
        var after = home.Trip(Breach);
        home.RunFor(10.Minutes);

        Assert.Equal((true, TripClass.F1), (looked.IsTripped, looked.Class));
        Assert.False(after.IsTripped);
        Assert.Equal(1u, home.Trip(Breach).Occurrence);
    }

    [Fact]
    public void A_breach_a_minute_after_the_last_one_is_looked_at_anew()
    {
        var home = Waiting(importing);
        home.HouseTotal = 11.kW;
        home.RunFor(20.Seconds);
        home.HouseTotal = 2.kW;
        home.Ask(1.kW);
        home.RunFor(70.Seconds);

        home.HouseTotal = 11.kW;
        home.RunFor(10.Seconds);

        Assert.Equal(2u, home.Trip(Breach).Occurrence);
    }

    [Fact]
    public void A_charger_that_shows_nothing_is_convicted_when_the_breach_ends_with_its_session()
    {
        var home = Lying();

        home.RunFor(5500.Milliseconds);
        var looked = home.Trip(Breach).Class;
        home.Power = Watts.Zero;
        home.RunFor(3.Seconds);
        var convicted = home.Trip(Breach);
        home.RunFor(56.Seconds);
        var still = home.Trip(Breach).IsTripped;
        home.RunFor(10.Seconds);

        Assert.Equal(TripClass.F1, looked);
        Assert.Equal((true, TripClass.F2), (convicted.IsTripped, convicted.Class));
        Assert.True(still);
        Assert.False(home.Trip(Breach).IsTripped);
    }

    [Fact]
    public void The_third_conviction_of_a_day_is_a_persons()
    {
        var home = Lying();

        for (var i = 0; i < 3; i++)
        {
            home.RunFor(5500.Milliseconds);
            home.Power = Watts.Zero;
            home.RunFor(3.Seconds);
            if (i == 2) break;
            home.RunUntil(ModeKind.Tripped);
            home.HouseTotal = 2.kW;
            home.RunFor(61.Seconds);
            home.RunUntil(ModeKind.Transferring);
            home.HouseTotal = 6.kW;
            home.Power = 5.kW;
        }

        Assert.Equal(TripClass.F3, home.Trip(Breach).Class);
    }

    [Fact]
    public void A_charger_that_shows_its_part_while_it_is_looked_at_is_latched()
    {
        var home = Lying();
        home.RunFor(5500.Milliseconds);
        home.ForcedSession = EvseSession.Energised;
        var looked = home.Trip(Breach).Class;

        home.SpoilEvse = reading => reading;
        home.RunFor(500.Milliseconds);

        Assert.Equal((TripClass.F1, TripClass.F3), (looked, home.Trip(Breach).Class));
    }

    [Fact]
    public void What_somebody_else_takes_while_the_site_stands_back_is_no_breach_of_ours()
    {
        var home = Stuck(importing, 5.kW);
        (home.Faults, home.ForcedSession) = (EvseFaults.Yielded, EvseSession.Energised);
        home.HouseTotal = 6.kW;

        home.RunFor(20.Seconds);

        Assert.Equal(0u, home.Trip(Breach).Occurrence);
    }

    [Fact]
    public void Whoever_works_against_the_breach_is_not_accused()
    {
        var home = Stuck(importing, -3.kW);
        home.HouseTotal = 12.kW;

        home.RunFor(20.Seconds);

        Assert.False(home.Trip(Breach).IsTripped);
    }

    [Fact]
    public void With_the_contactor_open_nothing_is_looked_at()
    {
        var home = new Rig(importing);
        home.HouseTotal = 11.kW;

        home.RunFor(60.Seconds);

        Assert.Equal(0u, home.Trip(Breach).Occurrence);
    }

    [Fact]
    public void It_cannot_be_cleared_while_power_flows()
    {
        var home = Stuck(importing, 5.kW);
        home.HouseTotal = 6.kW;
        home.RunFor(6.Seconds);

        home.Requests = new(Breach, 1);
        home.Step();
        var flowing = home.Trip(Breach).IsTripped;
        home.Power = Watts.Zero;
        home.RunFor(1.Seconds);
        home.Requests = new(Breach, 1);
        home.Step();

        Assert.True(flowing);
        Assert.False(home.Trip(Breach).IsTripped);
    }

    [Fact]
    public void Without_limit_breach_a_lying_charger_would_stay_connected() =>
        Deleted.IsMissed(Breach, rules =>
        {
            var home = Lying(rules);
            home.RunFor(6.Seconds);
            return home.State.Command.Connection != Connection.Close;
        });

    // In transfer with a power that no command changes, and nothing else that would notice.
    private static Rig Stuck(SiteLimits site, Watts power)
    {
        var rules = RuleSet.All.Without(TripId.CommandOvershoot).Without(TripId.WrongSign)
            .Without(TripId.CommandIgnored).Without(TripId.StopIgnored);
        var home = Rig.Transferring(site, rules);
        home.HouseTotal = 1.kW;
        home.Ask(power);
        home.RunFor(10.Seconds);
        Assert.Equal(power, home.State.Setpoint);
        home.Follows = false;
        return home;
    }

    // In transfer at zero, with an order that waits for room.
    private static Rig Waiting(SiteLimits site, RuleSet? rules = null)
    {
        var home = Rig.Transferring(site, rules);
        home.HouseTotal = 2.kW;
        home.Ask(5.kW);
        home.RunFor(10.Seconds);
        return home;
    }

    // Draws 5 kW and shows none of it, on neither side.
    private static Rig Lying(RuleSet? rules = null)
    {
        var home = Waiting(importing, (rules ?? RuleSet.All).Without(TripId.CommandIgnored));
        home.Follows = false;
        home.Power = 5.kW;
        home.HouseTotal = 6.kW;
        home.SpoilEvse = reading => reading with
        {
            Power = default, PowerLow = default, PowerHigh = default, DcCurrent = default,
        };
        return home;
    }
}
