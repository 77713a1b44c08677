using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Tests.ControlRules;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>
/// A home whose switch, meter and inverter do what they like: whatever else happens, a grid of our own is only ordered
/// after both signals have been there, fresh and agreeing, for their time.
/// </summary>
public sealed class IslandProperties(ITestOutputHelper output)
{
    private const int Steps = 400;

    [Fact, Trait("Kind", "Property")]
    public void No_grid_is_formed_unless_both_signals_have_agreed_for_their_time()
    {
        long formed = 0, overloads = 0, lost = 0;

        Property.Holds(output, Trouble.None, told =>
        {
            var home = IslandHome.OnGrid();
            var dice = new Dice((ulong)told.Seed);
            var (isolatedSince, meterAt, linesAt) = (TimeSpan.MaxValue, home.Now, home.Now);
            if (dice.Chance(0.7)) IslandHome.Part(home);
            for (var i = 0; i < Steps; i++)
            {
                Disturb(home, dice);
                home.Step(dice.OneOf(20, 100, 100, 150).Milliseconds);
                if (home.MeterSpeaks) meterAt = home.Now;
                if (home.LinesSpeak) linesAt = home.Now;
                var isIsolated = home.Seen.Lines.Within(1.Seconds, home.Now)?.Transfer == TransferPosition.Island
                    && home.Seen.Meter.Within(1.Seconds, home.Now) is { LegVoltage.L1.Value: < 12 };
                if (!isIsolated) isolatedSince = TimeSpan.MaxValue;
                else if (isolatedSince == TimeSpan.MaxValue) isolatedSince = home.Now;

                if (!IslandHome.Forms(home)) continue;
                formed++;
                Assert.True(isIsolated, "a signal is gone");
                Assert.True(home.Now - isolatedSince >= IslandHome.Rules.Isolation, "it was there too shortly");
                Assert.True(home.Now - meterAt <= 1.Seconds && home.Now - linesAt <= 1.Seconds, "a signal is old");
                Assert.Equal(Watts.Zero, home.State.Setpoint);
            }
            overloads += home.Trip(TripId.IslandOverload).Occurrence;
            lost += home.Trip(TripId.IslandNotIsolated).Occurrence;
        });

        output.WriteLine($"{formed} steps with a grid of our own, {overloads} overloads, {lost} lost signals");
        Assert.True(formed > 0 && overloads > 0 && lost > 0);
    }

    private static void Disturb(Rig home, Dice dice)
    {
        if (dice.Chance(0.01))
            home.Transfer = dice.OneOf(
                TransferPosition.Island, TransferPosition.Grid, TransferPosition.Between, TransferPosition.Unknown);
        else if (dice.Chance(0.03)) IslandHome.Part(home);
        if (dice.Chance(0.01)) home.LegVoltage = new(dice.OneOf(0, 5, 11, 13, 60, 120));
        if (dice.Chance(0.01)) home.MeterSpeaks = !home.MeterSpeaks;
        else if (dice.Chance(0.1)) home.MeterSpeaks = true;
        if (dice.Chance(0.01)) home.LinesSpeak = !home.LinesSpeak;
        else if (dice.Chance(0.1)) home.LinesSpeak = true;
        if (dice.Chance(0.02)) home.HouseTotal = new(dice.Between(0, 9000));
        if (dice.Chance(0.005)) home.LetsGo = !home.LetsGo;
        if (dice.Chance(0.01)) home.Soc = dice.OneOf<Soc?>(null, 60.Percent, 60.Percent, 15.Percent);
        if (dice.Chance(0.02)) home.Ask(new(dice.Between(-9000, 9000)));
    }
}
