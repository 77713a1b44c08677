using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>
/// Meter and EVSE are read at different moments; the house load is what their difference at one moment says.
/// </summary>
public sealed class AlignmentTests
{
    private static readonly SiteLimits SlowMeter = Sites.Exact with
    {
        ImportCap = 12.kW,
        MeterTiming = Sites.Exact.MeterTiming with { Refresh = 300.Milliseconds },
    };

    [Fact]
    public void A_meter_that_lags_does_not_make_the_power_hunt() =>
        Assert.True(TurnsInAMinute(RuleSet.All) <= 3);

    [Fact]
    public void Without_the_alignment_it_hunts() =>
        Assert.True(TurnsInAMinute(RuleSet.All with { AlignsMeterAndEvse = false }) > 3);

    [Fact]
    public void An_oven_cuts_to_what_is_left_and_not_to_zero()
    {
        var home = Lagging(RuleSet.All);
        home.HouseTotal = 1.kW;
        home.Ask(9.kW);
        home.RunFor(20.Seconds);
        var least = home.State.Setpoint;

        home.HouseTotal = 6.kW;
        for (var i = 0; i < 50; i++)
        {
            home.Step();
            least = Watts.Min(least, home.State.Setpoint);
        }

        // 12 kW − 6 kW, less what the house may have become while the meter lags.
        Assert.InRange(least.Value, 3500, 6000);
    }

    /// <summary>
    /// How often the setpoint changes from growing to shrinking or back, with an oven that runs for five seconds.
    /// </summary>
    private static int TurnsInAMinute(RuleSet rules)
    {
        var home = Lagging(rules);
        home.HouseTotal = 4.kW;
        home.Ask(10.kW);
        var (turns, direction) = (0, 0);
        for (var i = 0; i < 600; i++)
        {
            home.HouseTotal = i is > 100 and < 150 ? 7.kW : 4.kW;
            home.Step();
            var change = Math.Sign((home.State.Setpoint - home.Before.Setpoint).Value);
            if (change == 0) continue;
            if (direction != 0 && change != direction) turns++;
            direction = change;
        }
        return turns;
    }

    /// <summary>The meter shows what was 300 ms ago.</summary>
    private static Rig Lagging(RuleSet rules)
    {
        var home = Rig.Transferring(SlowMeter, rules);
        var past = new Queue<MeterReading>();
        home.SpoilMeter = now =>
        {
            past.Enqueue(now);
            return past.Count > 3 ? past.Dequeue() : past.Peek();
        };
        return home;
    }
}
