using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>The grid code's side: invariants I21 and I22 of the safety brief, §4.5.</summary>
public sealed class GridProperties(ITestOutputHelper output)
{
    private static readonly TimeSpan delay = 5.Seconds, ramp = 10.Seconds;
    private static readonly EnterServiceRule window = Profiles.CategoryIii.EnterService with { Delay = delay, Ramp = ramp };
    private static readonly SiteLimits site = Homes.All[0] with
    {
        Grid = new(Profiles.CategoryIii with { EnterService = window }, IsOptedIn: true, SettingsProof.Stated),
    };

    [Fact, Trait("Kind", "Property")]
    public void I21_A_voltage_that_must_be_ridden_through_does_not_trip_us() =>
        Property.Holds(output, Trouble.None, told =>
        {
            var dice = new Dice((ulong)told.Seed);
            var home = new LiveHome(site, dice) { Slew = 0 };
            var state = Homes.Warm[0].State;
            home.Order(dice.OneOf(-4000, 4000));
            var changesAt = home.Now + 1.Seconds;
            for (var i = 0; i < 2 * told.Length; i++)
            {
                if (home.Now >= changesAt) changesAt = home.Now + Change(home, dice);
                home.Next(100.Milliseconds, state.Command);
                state = ControlCycle.Step(home.Seen, home.Plan, site, state, default, RuleSet.All);

                if (state.Trips[TripId.GridLost].IsTripped || state.Trips[TripId.InverterDidNotTrip].IsTripped)
                    Assert.Fail($"step {i}: tripped at {home.Voltage:0.00} of nominal");
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I22_Nothing_is_fed_before_the_delay_after_the_last_excursion_and_then_over_the_ramp() =>
        Property.Holds(output, Trouble.None, told =>
        {
            var dice = new Dice((ulong)told.Seed);
            var home = new LiveHome(site, dice) { Slew = 0 };
            var state = ControlState.PowerUp;
            home.Order(-site.EvseDischargeRating.Value);
            var (outsideAt, changesAt, servedFrom) = (home.Now, home.Now, TimeSpan.MaxValue);
            for (var i = 0; i < 3 * told.Length; i++)
            {
                if (home.Now >= changesAt)
                {
                    home.Voltage = dice.Chance(0.3) ? dice.OneOf(0.03, 0.6, 0.9, 1.07) : dice.Between(0.93, 1.04);
                    changesAt = home.Now + TimeSpan.FromSeconds(dice.Between(0.1, home.Voltage > 0.917 ? 14 : 4));
                }
                home.Next(100.Milliseconds, state.Command);
                state = ControlCycle.Step(home.Seen, home.Plan, site, state, default, RuleSet.All);

                if (state.Trips[TripId.GridLost].IsTripped) servedFrom = TimeSpan.MaxValue;
                if (!window.HasVoltage(home.Voltage * 100)) outsideAt = home.Now;
                // In service an excursion that must be ridden through changes nothing.
                else if (home.Now - outsideAt >= 0.985 * delay && servedFrom > home.Now) servedFrom = home.Now;
                if (state.Setpoint >= Watts.Zero) continue;
                var share = Math.Min(1, (home.Now - servedFrom) / ramp + 0.2);
                if (servedFrom > home.Now || -state.Setpoint.Value > site.EvseDischargeRating.Value * share)
                    Assert.Fail($"step {i}: {state.Setpoint} {(home.Now - outsideAt).TotalSeconds} s after an excursion");
            }
        });

    // Either whole again, or so far out for so long that every source must stay (IEEE 1547-2018, category III).
    private static TimeSpan Change(LiveHome home, Dice dice)
    {
        if (home.Voltage != 1)
        {
            home.Voltage = 1;
            return TimeSpan.FromSeconds(dice.Between(0.3, 3));
        }
        (home.Voltage, var most) = dice.Below(4) switch
        {
            0 => (dice.Between(0, 0.5), 0.95),
            1 => (dice.Between(0.5, 0.7), 9.5),
            2 => (dice.Between(0.7, 0.88), 19.5),
            _ => (dice.Between(1.1, 1.2), 11.5),
        };
        return TimeSpan.FromSeconds(dice.Between(0.1, most));
    }
}
