using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Limits;

/// <summary>What the inverter says that it can do, and what temperatures take away.</summary>
public sealed class DerateTests
{
    // Full to 45 °C, none from 65 °C on: 5 % of 10 kW a kelvin.
    private static readonly Derating Usual = new(45.degC, 65.degC, 4, 75.degC, 20.Seconds, 0.3);
    private static readonly SiteLimits Warm = Sites.Exact with { StageDerate = Usual, ExportCap = null };

    [Theory]
    [InlineData(6000, 6000, LimitId.None)]
    [InlineData(6500, 6000, LimitId.InverterCapability)]
    [InlineData(-4000, -4000, LimitId.None)]
    [InlineData(-4500, -4000, LimitId.InverterCapability)]
    public void An_inverter_bounds_each_direction_by_what_it_is_built_for(int asked, int expected, LimitId by)
    {
        var home = Rig.Transferring();
        (home.InverterCharge, home.InverterDischarge) = (6.kW, -4.kW);
        home.HouseTotal = 5.kW;

        home.Ask(asked.W);
        home.RunFor(14.Seconds);

        Assert.Equal((expected.W, by), (home.State.Setpoint, home.State.BoundBy));
    }

    [Fact]
    public void Without_it_an_inverter_would_be_asked_for_more_than_its_nameplate() =>
        Deleted.IsMissed(LimitId.InverterCapability, rules =>
        {
            var home = Rig.Transferring(rules: rules);
            home.InverterCharge = 6.kW;
            home.Ask(9.kW);
            home.RunFor(14.Seconds);
            return home.State.Setpoint <= 6.kW;
        });

    [Theory]
    [InlineData(44, 9990)]
    [InlineData(45, 9990)]
    [InlineData(47, 9000)]
    [InlineData(60, 2500)]
    [InlineData(65, 0)]
    [InlineData(90, 0)]
    public void Power_falls_with_the_temperature_both_ways(int degrees, int expected)
    {
        var home = At(degrees, 9990.W);
        var away = At(degrees, -9990.W);

        Assert.Equal((expected.W, -(expected.W)), (home.State.Setpoint, away.State.Setpoint));
        if (expected != 9990) Assert.Equal(LimitId.Derate, home.State.BoundBy);
    }

    [Fact]
    public void Power_returns_only_when_it_is_cooler_by_the_hysteresis_and_falls_at_once()
    {
        var home = At(55, 10.kW);
        var hot = home.State.Setpoint;

        home.StageTemperature = 52.degC;
        home.RunFor(14.Seconds);
        var within = home.State.Setpoint;
        home.StageTemperature = 49.degC;
        home.RunFor(14.Seconds);
        var cooler = home.State.Setpoint;
        home.StageTemperature = 56.degC;
        home.Step();

        Assert.Equal((5.kW, 5.kW, 6.kW, 4500.W), (hot, within, cooler, home.State.Setpoint));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-100.0)]
    [InlineData(500.0)]
    [InlineData(double.NaN)]
    public void A_sensor_that_is_open_short_or_silent_counts_as_before_and_then_as_the_site_says(double? told)
    {
        var home = At(30, 10.kW);
        home.StageTemperature = told is { } degrees ? new Celsius(degrees) : null;

        home.RunFor(20.Seconds);
        var before = home.State.Setpoint;
        home.Step();

        Assert.Equal((10.kW, 3.kW), (before, home.State.Setpoint));
    }

    [Fact]
    public void A_sensor_that_falls_silent_while_hot_leaves_no_more_than_it_did()
    {
        var home = At(62, 10.kW);
        home.StageTemperature = null;

        home.RunFor(60.Seconds);

        Assert.Equal(1500.W, home.State.Setpoint);
    }

    [Fact]
    public void A_temperature_that_was_never_told_is_not_known()
    {
        var home = Rig.Transferring(Warm);

        home.Ask(10.kW);
        home.RunFor(14.Seconds);

        Assert.Equal((3.kW, LimitId.Derate), (home.State.Setpoint, home.State.BoundBy));
    }

    [Fact]
    public void The_warmer_of_stage_and_outlet_binds()
    {
        var home = Rig.Transferring(Warm with { OutletDerate = Usual });
        (home.StageTemperature, home.OutletTemperature) = (47.degC, 55.degC);

        home.Ask(10.kW);
        home.RunFor(14.Seconds);

        Assert.Equal(5.kW, home.State.Setpoint);
    }

    [Fact]
    public void Without_it_a_hot_charger_would_go_on_at_full_power() =>
        Deleted.IsMissed(LimitId.Derate, rules => At(70, 9.kW, rules).State.Setpoint == Watts.Zero);

    private static Rig At(int degrees, Watts asked, RuleSet? rules = null)
    {
        var home = new Rig(Warm, rules) { StageTemperature = degrees.degC };
        home.Order(Watts.Zero, 8000.Seconds);
        home.RunFor(2.Seconds);
        home.StageTemperature = 20.degC;
        home.Ask(5.kW);
        home.RunUntil(ModeKind.Transferring);
        home.StageTemperature = degrees.degC;
        home.Ask(asked);
        home.RunFor(16.Seconds);
        return home;
    }
}
