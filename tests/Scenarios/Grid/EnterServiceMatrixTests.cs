using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Tests.Scenarios.Grid;

/// <summary>
/// Enter service after IEEE 1547.1: six rows of settings (IEEE 1547-2018, table 4), and at a quarter of the delay an
/// excursion of a tenth of a second which must start the delay anew. The inverter here would return at once; what holds
/// is the controller's. No export before 98.5 % of the delay, not full before 98.5 % of delay and ramp.
/// </summary>
public sealed class EnterServiceMatrixTests
{
    private const double Most = 9000;

    public static TheoryData<double, double, double, double, double, double> Rows => new()
    {
        // low V, high V (%), low f, high f (Hz), delay, ramp (s)
        { 91.7, 105, 59.5, 60.1, 300, 300 },
        { 95, 106, 59.9, 61, 600, 1000 },
        { 88, 105, 59, 60.1, 0, 1 },
        { 88, 106, 59, 61, 300, 1 },
        { 95, 105, 59.9, 60.1, 10, 1000 },
        { 91.7, 106, 59.5, 61, 600, 300 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Service_waits_for_its_delay_and_grows_over_its_ramp(
        double lowVolts, double highVolts, double lowHertz, double highHertz, double delay, double ramp)
    {
        foreach (var excursion in Excursions(lowVolts, highVolts, lowHertz, highHertz))
        {
            using var lab = Returning(new(lowVolts, highVolts, new(lowHertz), new(highHertz),
                TimeSpan.FromSeconds(delay), TimeSpan.FromSeconds(ramp)));
            lab.Run(delay / 4);
            excursion(lab);
            lab.Run(0.1);
            lab.Voltage(1);
            lab.Frequency(60);
            var calmSince = lab.Now;

            var exports = lab.Until(() => lab.EvseW < -100, delay + 60);
            var full = lab.Until(() => lab.EvseW < -0.98 * Most, ramp + 60);

            Assert.True(exports is not null && full is not null, $"it never fed: {exports} s, {full} s");
            Assert.True(exports >= 0.985 * delay, $"export after {exports} s of {delay}");
            var whole = lab.Now - calmSince;
            // The rating is above what is ordered, so the ramp ends a little before its own end.
            var share = Most / 9600 * 0.96;
            Assert.True(whole >= 0.985 * (delay + share * ramp), $"full after {whole} s of {delay} + {ramp}");
        }
    }

    private static IEnumerable<Action<GridLab>> Excursions(double lowV, double highV, double lowHz, double highHz) =>
    [
        lab => lab.Voltage(lowV / 100 - 0.02), lab => lab.Voltage(highV / 100 + 0.02),
        lab => lab.Frequency(lowHz - 0.2), lab => lab.Frequency(highHz + 0.2),
    ];

    // The grid was lost, and is back since now.
    private static GridLab Returning(EnterServiceRule service)
    {
        var lab = new GridLab(
            """
            about: a type test
            site: demo-split-phase.json
            site_set: ["service.exportCapW=none"]
            length: 2 h
            home:
              house: { base_w: [900, 800] }
              service: { voltage_wander: 0 }
              car: { plugged: true, soc_pct: 88, capacity_kwh: 100 }
            events:
              - { at: 2 s, as: v2g, order: { kind: setpoint, p_evse_w: -9000, ttl_s: 7190 } }
            expect:
              - { claim: it is there, of: evse_w, at_most: 100000 }
            """, new GridProtectionSettings { ReturnDelay = TimeSpan.Zero }, seed: 1, service);
        lab.Run(20);
        lab.Do("grid", "lost");
        lab.Run(10);
        lab.Do("grid", "back");
        return lab;
    }
}
