using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

public class AcPowerTests
{
    private static readonly StageRatings Stage = OutletBench.Ratings;

    [Fact]
    public void A_charge_measurement_becomes_an_interval_above_it_and_a_discharge_one_below()
    {
        Assert.Equal(3000 / 0.96, AcPower.Low(3.kW, Stage).Value, 6);
        Assert.Equal(3000 / 0.90, AcPower.High(3.kW, Stage).Value, 6);
        Assert.Equal(-3000 * 0.96, AcPower.Low(-3.kW, Stage).Value, 6);
        Assert.Equal(-3000 * 0.90, AcPower.High(-3.kW, Stage).Value, 6);
    }

    [Fact]
    public void No_efficiency_makes_the_AC_power_exceed_what_was_asked()
    {
        for (var ac = -8000; ac <= 8000; ac += 100)
        {
            var dc = AcPower.ToDc(new(ac), Stage);

            var (low, high) = (AcPower.Low(dc, Stage).Value, AcPower.High(dc, Stage).Value);
            if (ac >= 0) Assert.InRange(high, 0, ac + 1e-6);
            else Assert.InRange(low, ac - 1e-6, 0);
        }
    }

    [Theory]
    [InlineData(3600, 400, 8.1)]
    [InlineData(-3840, 400, -10)]
    [InlineData(1e9, 400, 55)]
    [InlineData(1e9, 250, 73)]
    [InlineData(3600, 199, 0)]
    [InlineData(3600, 1001, 0)]
    [InlineData(3600, 0, 0)]
    [InlineData(3600, double.NaN, 0)]
    [InlineData(double.NaN, 400, 0)]
    public void A_setpoint_becomes_a_current_within_the_ratings(double ac, double volts, double amperes) =>
        Assert.Equal(amperes, AcPower.CurrentFor(new(ac), new(volts), Stage).Value, 6);
}
