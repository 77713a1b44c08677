using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Metering;

/// <summary>A meter that goes on answering with the same values; by night as by day.</summary>
public sealed class MeterFrozenTests
{
    [Fact]
    public void At_a_steady_power_it_is_asked_and_convicted_within_ten_seconds() =>
        Deleted.IsMissed(TripId.MeterFrozen, rules =>
        {
            var home = Charging(rules: rules);
            Freeze(home);
            home.RunFor(10.Seconds);
            return home.Trip(TripId.MeterFrozen).IsTripped && home.State.Setpoint == Watts.Zero;
        });

    [Fact]
    public void Our_own_power_must_show_within_three_seconds()
    {
        var home = Charging();
        Freeze(home);
        home.Ask(9.kW);

        home.RunFor(3.Seconds);
        var early = home.Trip(TripId.MeterFrozen).IsTripped;
        home.RunFor(1500.Milliseconds);

        Assert.False(early);
        Assert.True(home.Trip(TripId.MeterFrozen).IsTripped);
    }

    [Fact]
    public void Less_than_five_hundred_watts_of_our_own_need_not_show()
    {
        var home = Charging();
        Freeze(home);
        home.Ask(5480.W);

        home.RunFor(4500.Milliseconds);

        Assert.False(home.State.Trips.Any);
    }

    [Fact]
    public void A_quiet_house_at_night_is_asked_now_and_then_and_convicted_never()
    {
        var home = Charging();
        home.IsMeterQuiet = true;
        var (asked, energy) = (0, 0.0);
        for (var i = 0; i < 6000; i++)
        {
            home.Step();
            if (home.State.Meter.Trial.Runs && !home.Before.Meter.Trial.Runs) asked++;
            energy += home.Power.Value;
        }

        Assert.False(home.State.Trips.Any);
        Assert.InRange(asked, 5, 14);
        Assert.InRange(energy / 6000, 4850, 5000);
    }

    [Fact]
    public void Where_no_power_flows_a_meter_that_stands_still_harms_nobody()
    {
        var home = Rig.Transferring();
        Freeze(home);

        home.RunFor(60.Seconds);

        Assert.False(home.State.Trips.Any);
        Assert.False(home.State.Meter.Trial.Runs);
    }

    [Fact]
    public void A_value_that_moves_ends_it()
    {
        var home = Charging();
        Freeze(home);
        home.RunFor(6.Seconds);
        var asked = home.State.Meter.Trial.Reason;

        home.SpoilMeter = seen => seen;
        home.RunFor(5.Seconds);

        Assert.Equal(TrialReason.Still, asked);
        Assert.False(home.State.Meter.Trial.Runs);
        Assert.Equal(5.kW, home.State.Setpoint);
    }

    [Fact]
    public void It_is_not_cleared_before_it_shows_another_value()
    {
        var home = Charging();
        Freeze(home);
        home.RunFor(12.Seconds);

        Clear(home);
        var still = home.Trip(TripId.MeterFrozen).IsTripped;
        home.SpoilMeter = seen => seen;
        home.RunFor(1.Seconds);
        Clear(home);

        Assert.True(still);
        Assert.False(home.Trip(TripId.MeterFrozen).IsTripped);
    }

    [Fact]
    public void A_silent_meter_is_not_a_frozen_one()
    {
        var home = Charging();

        home.MeterSpeaks = false;
        home.Ask(8.kW);
        home.RunFor(20.Seconds);

        Assert.False(home.State.Trips.Any);
    }

    private static void Clear(Rig home)
    {
        home.Requests = new(TripId.MeterFrozen, home.Trip(TripId.MeterFrozen).Occurrence);
        home.Step();
    }

    private static void Freeze(Rig home)
    {
        MeterReading? held = null;
        home.SpoilMeter = seen => held ??= seen;
    }

    private static Rig Charging(RuleSet? rules = null)
    {
        var home = Rig.Transferring(rules: rules);
        home.HouseTotal = 2.kW;
        home.Ask(5.kW);
        home.RunFor(10.Seconds);
        return home;
    }
}
