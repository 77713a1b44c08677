using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>
/// A meter that takes 400 ms and more to answer. Its reading has the time of the request, but nobody knows when within
/// the answer it was measured: a cut of ours in between may be in it or not.
/// </summary>
public sealed class SlowMeterTests
{
    private static readonly Watts House = 2.kW;

    [Theory]
    [InlineData(400, 0)]
    [InlineData(400, 2)]
    [InlineData(400, 4)]
    [InlineData(1500, 0)]
    [InlineData(1500, 15)]
    public void Whenever_it_measured_our_own_cut_is_not_taken_for_the_house(int answerMs, int measuredStepsAgo)
    {
        var home = Slow(answerMs, measuredStepsAgo);
        Watts[] asked = [9.kW, Watts.Zero, -6.kW, Watts.Zero];
        for (var i = 0; i < 600; i++)
        {
            // 1.7 s is no multiple of either answer time, so that cuts fall everywhere in it.
            if (i % 17 == 0) home.Ask(asked[i / 17 / 3 % asked.Length] * (i / 17 % 3 == 2 ? 0 : 1));

            home.Step();

            var taken = home.State.House.Aged(home.Now, home.Site).Total;
            Assert.InRange(House.Value, taken.Low - 1, taken.High + 1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void With_an_answer_after_400_ms_a_breach_ends_with_the_answer_that_shows_it(int measuredStepsAgo)
    {
        for (var phase = 0; phase < 8; phase++)
        {
            var home = Slow(400, measuredStepsAgo);
            home.Ask(9.kW);
            home.RunFor(20.Seconds + phase * 100.Milliseconds);
            // A cut of ours while an answer is under way, and the same order again as soon as it is there.
            home.Ask(Watts.Zero);
            home.Step();
            home.Ask(9.kW);
            home.HouseTotal = 8.kW;

            var over = 0;
            for (var i = 0; i < 100; i++)
            {
                home.Step();
                if (8.kW + home.Power > home.Site.ImportCap!.Value + 1.W) over++;
            }

            // The answer under way may not show it yet, the next one does; a step on each side.
            Assert.InRange(over, 0, 10);
        }
    }

    [Fact]
    public void An_answer_that_is_late_once_does_not_hide_a_cut_that_is_forgotten_already()
    {
        var home = Rig.Transferring(Sites.Exact with { ImportCap = 12.kW });
        home.HouseTotal = House;
        home.Ask(9.kW);
        home.RunFor(20.Seconds);
        // Measured before the cut, answered long after it.
        var before = default(MeterReading);
        home.SpoilMeter = now => before = now;
        home.Step();
        home.SpoilMeter = _ => before;
        home.MeterAnswersAfter = 1500.Milliseconds;
        home.Step();
        home.MeterSpeaks = false;
        home.Ask(Watts.Zero);
        home.RunFor(1300.Milliseconds);
        home.MeterSpeaks = true;

        home.Step();
        home.Step();

        var taken = home.State.House.Aged(home.Now, home.Site).Total;
        Assert.InRange(House.Value, taken.Low - 1, taken.High + 1);
    }

    [Fact]
    public void A_slow_meter_leaves_most_of_what_a_cap_allows()
    {
        var home = Slow(1500, 0);

        home.Ask(9.kW);
        home.RunFor(40.Seconds);

        Assert.InRange(home.State.Setpoint.Value, 4000, 9000);
    }

    [Fact]
    public void At_the_edge_of_a_cap_the_power_settles_and_does_not_cut_its_own_ramp()
    {
        var home = Slow(400, 0, rampWattsPerSecond: 6000);
        home.HouseTotal = 5.kW;
        home.Ask(9.kW);
        home.RunFor(40.Seconds);
        var cuts = 0;

        for (var i = 0; i < 300; i++)
        {
            home.Step();
            if (home.State.Setpoint < home.Before.Setpoint) cuts++;
        }

        Assert.InRange(home.State.Setpoint.Value, 3000, 7000);
        Assert.Equal(0, cuts);
    }

    private static Rig Slow(int answerMs, int measuredStepsAgo, double rampWattsPerSecond = 1000)
    {
        var home = Rig.Transferring(Sites.Exact with
        {
            ImportCap = 12.kW,
            RampWattsPerSecond = rampWattsPerSecond,
            MeterTiming = Sites.Exact.MeterTiming with { Period = answerMs.Milliseconds, MaxAge = 3.Seconds },
        });
        var past = new Queue<MeterReading>();
        home.SpoilMeter = now =>
        {
            past.Enqueue(now);
            return past.Count > measuredStepsAgo + 1 ? past.Dequeue() : past.Peek();
        };
        home.HouseTotal = House;
        home.MeterAnswersAfter = answerMs.Milliseconds;
        home.RunFor(5.Seconds);
        return home;
    }
}
