using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Metering;

/// <summary>A meter that lies is convicted by steps of our own power, and by nothing that a house does.</summary>
public sealed class MeterConvictionTests
{
    private static readonly SiteLimits OnOneOfThree = Sites.Exact with
    {
        Service = Wiring.ThreePhase, EvseWiring = Wiring.SinglePhase, EvseLeg = 1,
    };

    [Fact]
    public void A_meter_that_is_turned_round_is_convicted_within_thirty_seconds()
    {
        var home = Charging();

        home.SpoilMeter = Turned;
        home.RunFor(30.Seconds);

        Assert.Equal(TripClass.F3, home.Trip(TripId.MeterReversed).Class);
        Assert.Equal((Watts.Zero, ModeKind.Tripped), (home.State.Setpoint, home.State.Mode));
    }

    [Fact]
    public void Without_the_trip_a_turned_meter_is_believed() =>
        Deleted.IsMissed(TripId.MeterReversed, rules =>
        {
            var home = Charging(rules: rules);
            home.SpoilMeter = Turned;
            home.RunFor(60.Seconds);
            return home.State.Setpoint == Watts.Zero;
        });

    [Fact]
    public void One_leg_that_is_turned_round_is_enough()
    {
        var home = Charging();

        home.SpoilMeter = seen => Shown(seen, -seen.LegPower.L1, seen.LegPower.L2);
        home.Ask(7.kW);
        home.RunFor(40.Seconds);

        Assert.True(home.Trip(TripId.MeterReversed).IsTripped);
    }

    [Fact]
    public void Two_bad_steps_and_then_good_ones_convict_nobody()
    {
        var home = Charging();
        var bad = 0;
        home.SpoilMeter = seen => bad < 2 ? Turned(seen) : seen;
        for (var i = 0; i < 600; i++)
        {
            var was = home.State.Meter.Trial;
            home.Step();
            // A phase that follows another one of the same trial was judged.
            if (was.Runs && was.Phase != TrialPhase.Hold && home.State.Meter.Trial.Phase != was.Phase) bad++;
        }

        Assert.True(bad >= 2);
        Assert.False(home.State.Trips.Any);
        Assert.False(home.State.Meter.Trial.Runs);
        Assert.Equal(5.kW, home.State.Setpoint);
    }

    [Fact]
    public void A_load_that_hides_our_own_step_once_is_only_a_reason_to_ask()
    {
        var home = Charging();

        // As much less as the car takes more, at the same moment.
        home.Ask(9.kW);
        home.HouseTotal = -2.kW;
        home.RunFor(60.Seconds);

        Assert.False(home.State.Trips.Any);
        Assert.Equal(9.kW, home.State.Setpoint);
    }

    [Fact]
    public void What_the_house_bounds_is_no_evidence()
    {
        var site = Sites.Exact with { ImportCap = 8.kW };
        var home = Charging(site);
        home.Ask(10.kW);

        // Our power gives way by as much as the house takes: the meter shows nothing, and is right.
        for (var i = 0; i < 20; i++)
        {
            home.HouseTotal = i % 2 == 0 ? 6.kW : 3.kW;
            home.RunFor(8.Seconds);
        }

        Assert.False(home.State.Trips.Any);
        Assert.Equal(TrialReason.None, home.State.Meter.Trial.Reason);
    }

    [Fact]
    public void Our_power_on_another_leg_is_swapped_legs() =>
        Deleted.IsMissed(TripId.MeterLegsSwapped, rules =>
        {
            var home = Charging(OnOneOfThree, rules);
            home.SpoilMeter = seen => seen with
            {
                LegPower = new(seen.LegPower.L2, seen.LegPower.L1, seen.LegPower.L3),
                LegCurrent = new(seen.LegCurrent.L2, seen.LegCurrent.L1, seen.LegCurrent.L3),
            };
            home.Ask(7.kW);
            home.RunFor(60.Seconds);
            return home.Trip(TripId.MeterLegsSwapped).IsTripped && home.State.Setpoint == Watts.Zero;
        });

    [Fact]
    public void Legs_that_are_loaded_alike_cannot_be_swapped()
    {
        var home = Charging();

        home.SpoilMeter = seen => Shown(seen, seen.LegPower.L2, seen.LegPower.L1);
        home.Ask(7.kW);
        home.RunFor(60.Seconds);

        Assert.False(home.State.Trips.Any);
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.65, true)]
    [InlineData(0.75, false)]
    [InlineData(1.25, false)]
    [InlineData(1.4, true)]
    public void Three_tenths_are_the_most_that_sources_may_differ(double part, bool convicts)
    {
        var home = Charging();

        home.SpoilMeter = seen => Times(seen, part);
        home.Ask(8.kW);
        home.RunFor(60.Seconds);

        Assert.Equal(convicts, home.Trip(TripId.MeterDisagrees).Stops);
    }

    [Theory]
    [InlineData(0.85, true)]
    [InlineData(1.15, true)]
    [InlineData(0.95, false)]
    public void A_tenth_is_told_and_stops_nothing(double part, bool tells)
    {
        var home = InLargeSteps(part);

        Assert.Equal(tells, home.Trip(TripId.MeterDisagrees) is { IsTripped: true, Class: TripClass.F0 });
        Assert.Equal(8.kW, home.State.Setpoint);
    }

    [Fact]
    public void What_is_told_goes_when_the_steps_are_right_again()
    {
        var home = InLargeSteps(0.85);

        home.SpoilMeter = seen => seen;
        InSteps(home, 6);

        Assert.False(home.Trip(TripId.MeterDisagrees).IsTripped);
    }

    [Fact]
    public void While_it_is_told_the_caps_keep_free_what_the_meter_may_hide() =>
        Deleted.IsMissed(LimitId.MeterInDoubt, rules =>
        {
            var home = InLargeSteps(0.85, rules);
            home.HouseTotal = 1.kW;
            home.Ask(-10.kW);
            home.RunFor(30.Seconds);
            return home.Trip(TripId.MeterDisagrees).IsTripped && home.House.L1 * 2 + home.Power >= -7600.W;
        });

    [Fact]
    public void Watts_that_become_kilowatts_are_noticed_in_little_more_than_a_second()
    {
        var home = Charging();

        home.SpoilMeter = seen => InWatts(seen, 0.001);
        home.RunFor(1500.Milliseconds);

        Assert.True(home.Trip(TripId.MeterDisagrees).Stops);
    }

    [Fact]
    public void Active_power_that_goes_with_its_current_is_no_other_unit()
    {
        var home = Charging();

        home.Ask(Watts.Zero);
        home.HouseTotal = Watts.Zero;
        home.RunFor(5.Seconds);

        Assert.False(home.State.Trips.Any);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(1.3, false)]
    public void More_watts_than_volts_times_amperes_are_no_measurement(double part, bool convicts)
    {
        var home = Charging();

        home.SpoilMeter = seen => InWatts(seen, part);
        home.RunFor(1500.Milliseconds);

        Assert.Equal(convicts, home.Trip(TripId.MeterDisagrees).Stops);
    }

    [Fact]
    public void Spikes_convict_nobody()
    {
        var home = Charging();
        var samples = 0;

        home.SpoilMeter = seen => ++samples % 10 == 0 ? InWatts(seen, 6) : seen;
        home.RunFor(60.Seconds);

        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void A_silent_meter_is_not_judged()
    {
        var home = Charging();

        home.MeterSpeaks = false;
        home.RunFor(30.Seconds);

        Assert.False(home.State.Trips.Any);
        Assert.False(home.State.Meter.Trial.Runs);
    }

    [Fact]
    public void Once_an_hour_of_power_the_meter_is_asked()
    {
        var home = Charging();
        home.Period = 500.Milliseconds;
        var asked = 0;
        for (var i = 0; i < 2 * 3600 * 2; i++)
        {
            home.Step();
            if (home.State.Meter.Trial.Runs && !home.Before.Meter.Trial.Runs) asked++;
        }

        Assert.InRange(asked, 1, 2);
        Assert.False(home.State.Trips.Any);
    }

    private static Rig Charging(SiteLimits? site = null, RuleSet? rules = null)
    {
        var home = Rig.Transferring(site, rules);
        home.HouseTotal = 2.kW;
        home.Ask(5.kW);
        home.RunFor(10.Seconds);
        return home;
    }

    private static Rig InLargeSteps(double part, RuleSet? rules = null)
    {
        var home = Charging(rules: rules);
        home.SpoilMeter = seen => Times(seen, part);
        InSteps(home, 3);
        return home;
    }

    private static void InSteps(Rig home, int times)
    {
        for (var i = 0; i < times; i++)
        {
            home.Ask(3.kW);
            home.RunFor(15.Seconds);
            home.Ask(8.kW);
            home.RunFor(15.Seconds);
        }
    }

    private static MeterReading Turned(MeterReading seen) => Shown(seen, -seen.LegPower.L1, -seen.LegPower.L2);

    private static MeterReading Times(MeterReading seen, double part) => InWatts(seen, part) with
    {
        LegCurrent = new(seen.LegCurrent.L1 * part, seen.LegCurrent.L2 * part, seen.LegCurrent.L3 * part),
    };

    private static MeterReading InWatts(MeterReading seen, double part) =>
        Shown(seen, seen.LegPower.L1 * part, seen.LegPower.L2 * part);

    private static MeterReading Shown(MeterReading seen, Watts first, Watts second) =>
        seen with { LegPower = new(first, second, default), Power = first + second };
}
