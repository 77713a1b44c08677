using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Tests.Scenarios.Grid;

/// <summary>
/// Trip magnitude and time after IEEE 1547.1: each region at both ends of its ranges (IEEE 1547-2018, tables 13 and 18,
/// category III), five times. The inverter trips; the controller must neither be before it nor make a person's matter
/// of it, and when the inverter's protection is dead it must interrupt. Where a level's lower end is no voltage at all,
/// the lowest at which a grid is still there is taken; between OV1's upper end and OV2 there is no room, so OV1 ends at
/// 1.16.
/// </summary>
public sealed class TripMatrixTests
{
    private const double Shortest = 0.16;
    private static readonly ulong[] repeats = [1, 2, 3, 4, 5];
    // Never reached: what a curve is while another one is tested.
    private static readonly TripCorner noLowVoltage = new(0, 21), noLowFrequency = new(41, 1000),
        noHighFrequency = new(69, 1000), highVoltage = new(1.2, Shortest);

    public static TheoryData<string, double, double> Rows()
    {
        var rows = new TheoryData<string, double, double>();
        void Add(string region, double[] levels, double[] times)
        {
            foreach (var level in levels)
                foreach (var time in times)
                    rows.Add(region, level, time);
        }

        Add("OV2", [1.2], [Shortest]);
        Add("OV1", [1.1, 1.16], [1, 13]);
        Add("UV1", [0.2, 0.88], [21, 50]);
        Add("UV2", [0.2, 0.5], [2, 21]);
        Add("OF1", [61, 66], [180, 1000]);
        Add("OF2", [61.8, 66], [Shortest, 1000]);
        Add("UF1", [50, 59], [180, 1000]);
        Add("UF2", [50, 57], [Shortest, 1000]);
        return rows;
    }

    [Fact]
    public void There_are_29_settings_and_145_runs() => Assert.Equal(145, Rows().Count * repeats.Length);

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_inverter_trips_and_the_controller_lets_it(string region, double level, double seconds)
    {
        foreach (var seed in repeats)
        {
            using var lab = Feeding(region, level, seconds, seed);

            Disturb(lab, region, level);
            lab.Run(Math.Max(0.9 * seconds, seconds - 1));
            var opened = !lab.Plant.IsContactorClosed;
            var trippedEarly = lab.Plant.Protection.IsTripped;
            Calm(lab);
            var resumed = lab.Until(() => lab.EvseW < -3700, 20);

            Disturb(lab, region, level);
            var ceasedAfter = lab.Until(() => lab.Plant.Protection.IsTripped, seconds + 1);
            lab.Run(0.2);
            var flows = lab.EvseW;
            Calm(lab);
            var returned = lab.Until(() => lab.EvseW < -3700, 60);

            Assert.Equal((false, false), (opened, trippedEarly));
            Assert.True(resumed is not null, $"seed {seed}: no power after 90 % of the time: {lab.State}");
            Assert.InRange(ceasedAfter ?? double.NaN, seconds, seconds + 0.1);
            Assert.InRange(flows, -100, 100);
            Assert.True(returned is not null, $"seed {seed}: no power after the trip: {lab.State}");
            Assert.Empty(lab.Latched);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_dead_inverter_is_interrupted_after_its_time_and_never_before(
        string region, double level, double seconds)
    {
        using var lab = Feeding(region, level, seconds, seed: 1);
        lab.Do("inverter_protection", "dead");

        Disturb(lab, region, level);
        var openedAfter = lab.Until(() => !lab.Plant.IsContactorClosed, seconds + 15);

        // The controller's own margin, a reading that is younger than the end of it, and a step.
        var most = seconds + GridWatch.TimeMargin(seconds) + 2.5;
        Assert.InRange(openedAfter ?? double.NaN, seconds, most);
        Assert.Equal([TripId.InverterDidNotTrip], lab.Latched);
    }

    private static GridLab Feeding(string region, double level, double seconds, ulong seed)
    {
        var corner = new TripCorner(level, seconds);
        var none = new GridProtectionSettings
        {
            UnderVoltage = [noLowVoltage], OverVoltage = [highVoltage], UnderFrequency = [noLowFrequency],
            OverFrequency = [noHighFrequency],
        };
        var protection = region switch
        {
            "OV2" => none with { OverVoltage = [corner] },
            "OV1" => none with { OverVoltage = [highVoltage, corner] },
            "UV1" or "UV2" => none with { UnderVoltage = [corner] },
            "OF1" or "OF2" => none with { OverFrequency = [corner] },
            _ => none with { UnderFrequency = [corner] },
        };
        var lab = new GridLab(
            """
            about: a type test
            site: demo-der.json
            length: 2 h
            home:
              house: { base_w: [900, 800] }
              car: { plugged: true, soc_pct: 85, capacity_kwh: 80 }
            events:
              - { at: 2 s, as: v2g, order: { kind: setpoint, p_evse_w: -4000, ttl_s: 7190 } }
            expect:
              - { claim: it is there, of: evse_w, at_most: 100000 }
            """, protection, seed);
        lab.Run(60);
        Assert.True(lab.EvseW is > -4200 and < -3800, $"{lab.EvseW} W at first; settings: {lab.Settings}");
        return lab;
    }

    // So far beyond that controller and meter see it for certain, and not so far that the next region is reached.
    private static void Disturb(GridLab lab, string region, double level)
    {
        if (region.EndsWith('1') && region[1] == 'V' && level > 1.1) lab.Voltage(1.195);
        else if (region[1] == 'V') lab.Voltage(level + (region[0] == 'O' ? 0.04 : -0.04));
        else lab.Frequency(level + (region[0] == 'O' ? 0.3 : -0.3));
    }

    private static void Calm(GridLab lab)
    {
        lab.Voltage(1);
        lab.Frequency(60);
        lab.Run(1);
    }
}
