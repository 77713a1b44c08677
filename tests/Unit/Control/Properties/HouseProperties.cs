using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Limits;
using ChargeScape.Edge.Hal;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>
/// What is known of a house that moves: invariants I7, I16, I17 and I29 of the safety brief, §4.5, in homes that obey
/// physics.
/// </summary>
public sealed class HouseProperties(ITestOutputHelper output)
{
    private const double Tolerance = 1;
    private static readonly LimitId[] ofMeter =
        [LimitId.MainBreaker, LimitId.ImportCap, LimitId.ExportCap, LimitId.StaleMeter];

    [Fact, Trait("Kind", "Property")]
    public void I29_While_the_house_moves_no_faster_than_assumed_its_true_load_is_in_the_set() =>
        Property.Holds(output, Trouble.Drops, told =>
        {
            var (site, dice) = (Homes.All[told.Site], new Dice((ulong)told.Seed));
            var home = new LiveHome(site, dice) { Wanders = true };
            var (state, silentUntil) = (Homes.Warm[told.Site].State, TimeSpan.Zero);
            for (var i = 0; i < told.Length; i++)
            {
                if (told.Has(Trouble.Drops) && dice.Chance(0.03))
                    silentUntil = home.Now + TimeSpan.FromSeconds(dice.Between(0.1, 4));
                home.IsMeterSilent = home.Now < silentUntil;
                home.Next(Elapsed(dice), state.Command);
                state = ControlCycle.Step(home.Seen, home.Plan, site, state, default, RuleSet.All);

                // The free age is the design's, and no error of the set.
                var free = Math.Min(site.MeterTiming.Period.TotalSeconds, 1) * site.HouseSlewWattsPerSecond;
                var bands = state.House.Aged(home.Now, site);
                AssertIn(bands.Total, home.House.Sum(), free, $"step {i}, in total");
                for (var leg = 0; leg < site.Legs; leg++)
                    AssertIn(bands.Leg(leg), home.House[leg], free / site.Legs, $"step {i}, leg {leg}");
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I7_While_the_meter_is_silent_what_it_is_asked_for_never_widens_though_the_house_moves() =>
        Property.Holds(output, Trouble.None, told =>
        {
            var (site, dice) = (Homes.All[told.Site], new Dice((ulong)told.Seed));
            var home = new LiveHome(site, dice) { Wanders = true };
            var state = Homes.Warm[told.Site].State;
            var (silentFrom, last) = (dice.Below(30), Envelope.Open);
            var comparedFrom = TimeSpan.MaxValue;
            for (var i = 0; i < silentFrom + 60; i++)
            {
                home.IsMeterSilent = i > silentFrom;
                home.Next(Elapsed(dice), state.Command);
                state = ControlCycle.Step(home.Seen, home.Plan, site, state, default, RuleSet.All);

                // Until the last sample is placed against the EVSE's power of its time, it may still be understood
                // better.
                if (i == silentFrom) comparedFrom = home.Now + 2 * site.EvseTiming.Refresh + 300.Milliseconds;
                if (home.Now < comparedFrom) continue;
                var allowed = Envelope.Open;
                foreach (var id in ofMeter) allowed = allowed.And(AllLimits.Contribution(id, site, state));
                if (allowed.Charge.Value > last.Charge.Value + Tolerance
                    || allowed.Discharge.Value < last.Discharge.Value - Tolerance)
                    Assert.Fail($"step {i}: {allowed} after {last}");
                last = allowed;
            }
            Assert.Equal(Watts.Zero, last.Discharge);
        });

    [Fact, Trait("Kind", "Property")]
    public void I16_After_a_step_of_the_house_the_site_is_back_inside_its_caps_or_the_car_takes_no_part() =>
        Property.Holds(output, Trouble.None, told =>
        {
            var (site, dice) = (Homes.All[told.Site], new Dice((ulong)told.Seed));
            var home = new LiveHome(site, dice) { Slew = 0.5 };
            var (state, steppedAt) = (Homes.Warm[told.Site].State, home.Now);
            // A step that is not seen at once needs the meter's period beside the two seconds.
            var time = 2.Seconds + site.MeterTiming.Period + site.MeterTiming.Refresh;
            var latency = 0.5 + (site.MeterTiming.Period + site.MeterTiming.Refresh).TotalSeconds;
            var slack = site.HouseSlewWattsPerSecond * latency + site.MeterError.Value + site.MinimumPower.Value;
            home.Order(dice.Between(-1, 1) < 0 ? -site.EvseDischargeRating.Value : site.EvseChargeRating.Value);
            for (var i = 0; i < 150; i++)
            {
                if (home.Now - steppedAt > 6.Seconds && dice.Chance(0.05))
                {
                    home.Jump(dice.Between(-6000, 6000));
                    steppedAt = home.Now;
                }
                home.Next(Elapsed(dice), state.Command);
                state = ControlCycle.Step(home.Seen, home.Plan, site, state, default, RuleSet.All);

                if (home.Now - steppedAt < time) continue;
                var (own, total) = (home.Power, home.Total);
                if (site.ImportCap is { } import && own > slack && total > import.Value + slack)
                    Assert.Fail($"step {i}: imports {total:0} W with {own:0} W of our own");
                if (site.ExportCap is { } export && own < -slack && -total > export.Value + slack)
                    Assert.Fail($"step {i}: exports {-total:0} W with {own:0} W of our own");
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I17_With_a_house_that_stands_still_and_a_noisy_meter_the_power_settles() =>
        Property.Holds(output, Trouble.None, told =>
        {
            var (site, dice) = (Homes.All[told.Site], new Dice((ulong)told.Seed));
            var home = new LiveHome(site, dice) { Slew = 0 };
            var state = Homes.Warm[told.Site].State;
            home.Jump(dice.Between(-site.SourcesMax.Value, site.HouseLoadMax.Value));
            home.Order(dice.Between(-site.EvseDischargeRating.Value, site.EvseChargeRating.Value));
            // What the error of the meter moves is its own; a hunt moves more, there and back.
            var moves = new Turns(2 * site.MeterError.Value + site.SetpointStep.Value + site.MinimumPower.Value);
            for (var i = 0; i < 400; i++)
            {
                home.Next(200.Milliseconds, state.Command);
                state = ControlCycle.Step(home.Seen, home.Plan, site, state, default, withoutTrials);
                if (i >= 100) moves.See(state.Setpoint.Value);
            }

            Assert.True(moves.Count <= 3, $"{moves.Count} turns in a minute");
        });

    // A step of our own power that tests a meter which stands still is there and back on purpose.
    private static readonly RuleSet withoutTrials = RuleSet.All.Without(LimitId.MeterInDoubt);

    private static TimeSpan Elapsed(Dice dice) => TimeSpan.FromMilliseconds(dice.Below(130) + 20);

    private static void AssertIn(Interval band, double truth, double free, string where)
    {
        if (truth < band.Low - free - Tolerance || truth > band.High + free + Tolerance)
            Assert.Fail($"{where}: {truth:0} W is outside {band}, {free:0} W of free age beside it");
    }

    // Changes of direction of what moves by more than a deadband.
    private struct Turns(double deadband)
    {
        private double extreme = double.NaN;
        private int direction;

        public int Count { get; private set; }

        public void See(double value)
        {
            if (double.IsNaN(extreme)) extreme = value;
            var moved = value - extreme;
            if (Math.Sign(moved) == direction) extreme = value;
            if (Math.Abs(moved) <= deadband) return;
            if (direction != 0 && Math.Sign(moved) != direction) Count++;
            (direction, extreme) = (Math.Sign(moved), value);
        }
    }
}
