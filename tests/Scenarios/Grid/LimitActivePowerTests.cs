using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Tests.Scenarios.Grid;

/// <summary>
/// Limit active power after IEEE 1547.1: 66, 33 and 0 % of the rating, three times each, each through disturbances of
/// 59 Hz, 61 Hz and 1.08 of the voltage and back: 63 graded steps. The limit is effective in 30 s at the latest, holds
/// in every disturbance, and is used as far as it goes. The simulated inverter has no droop, so the limit alone is
/// graded.
/// </summary>
public sealed class LimitActivePowerTests
{
    private const double RatingW = 9600;
    private const double ToleranceW = 0.02 * RatingW;
    private static int graded;

    [Fact]
    public void A_limit_holds_in_each_of_the_63_steps()
    {
        graded = 0;
        foreach (var percent in new[] { 66, 33, 0 })
            for (var repeat = 1ul; repeat <= 3; repeat++)
                Grade(percent / 100.0 * RatingW, repeat);

        Assert.Equal(63, graded);
    }

    private static void Grade(double limitW, ulong seed)
    {
        using var lab = new GridLab(
            """
            about: a type test
            site: demo-split-phase.json
            site_set: ["service.exportCapW=none", 'gridOperator={"limits": "evse", "consumptionFloorW": 0, "relays": [],
              "failsafe": {"consumptionW": "none", "productionW": 9600, "lastsH": 2, "afterwards": "stay"}}']
            length: 2 h
            home:
              house: { base_w: [900, 800] }
              car: { plugged: true, soc_pct: 88, capacity_kwh: 100 }
            events:
              - { at: 1 s, grid_operator: heard }
              - { at: 2 s, as: v2g, order: { kind: setpoint, p_evse_w: -9600, ttl_s: 7190 } }
            expect:
              - { claim: it is there, of: evse_w, at_most: 100000 }
            """, new GridProtectionSettings(), seed);
        lab.Run(40);
        Assert.InRange(lab.EvseW, -RatingW, -0.9 * RatingW);

        lab.Do("grid_operator_production_w", limitW);
        Assert.NotNull(lab.Until(() => -lab.EvseW <= limitW + ToleranceW, 30));
        See(lab, limitW);
        foreach (var hertz in new[] { 59.0, 60, 61, 60 })
        {
            lab.Frequency(hertz);
            See(lab, limitW);
        }
        foreach (var share in new[] { 1.08, 1 })
        {
            lab.Voltage(share);
            See(lab, limitW);
        }
        Assert.Empty(lab.Latched);
    }

    // Never above for 20 s, and used at their end.
    private static void See(GridLab lab, double limitW)
    {
        graded++;
        Assert.Null(lab.Until(() => -lab.EvseW > limitW + ToleranceW, 20));
        Assert.True(-lab.EvseW >= 0.9 * limitW - ToleranceW, $"{-lab.EvseW:0} W of {limitW:0} W are used at {lab.Now:0} s");
    }
}
