using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>A reading with a value that cannot be is as if it had never come; one at the edge of what can be
/// counts.</summary>
public sealed class PlausibleInputTests
{
    // Main breaker 200 A: 10 × 200 A + 100 A a leg, at 1.6 × 120 V.
    private const double MostAmperes = 2100, MostVolts = 192, MostLegWatts = MostAmperes * MostVolts;
    // Rating 10 kW: 3 × (10 kW + 1 kW).
    private const double MostEvseWatts = 33_000;

    [Theory]
    [InlineData(MostVolts, true)]
    [InlineData(MostVolts + 0.1, false)]
    [InlineData(0, true)]
    [InlineData(-0.1, false)]
    [InlineData(double.NaN, false)]
    public void The_voltage_of_a_leg(double volts, bool counts) =>
        ExpectMeter(counts, meter => meter with { LegVoltage = new(120.V, new(volts), 120.V) });

    [Theory]
    [InlineData(MostAmperes, true)]
    [InlineData(-MostAmperes, true)]
    [InlineData(MostAmperes + 1, false)]
    [InlineData(-MostAmperes - 1, false)]
    [InlineData(double.NaN, false)]
    public void The_current_of_a_leg(double amperes, bool counts) =>
        ExpectMeter(counts, meter => meter with { LegCurrent = new(new(amperes), default, default) });

    [Theory]
    [InlineData(MostLegWatts, true)]
    [InlineData(-MostLegWatts, true)]
    [InlineData(MostLegWatts + 1, false)]
    [InlineData(-MostLegWatts - 1, false)]
    [InlineData(double.NaN, false)]
    public void The_power_of_a_leg(double watts, bool counts) =>
        ExpectMeter(counts, meter => meter with { LegPower = new(default, new(watts), default) });

    [Theory]
    [InlineData(2 * MostLegWatts, true)]
    [InlineData(-2 * MostLegWatts, true)]
    [InlineData(2 * MostLegWatts + 1, false)]
    [InlineData(double.NegativeInfinity, false)]
    [InlineData(double.NaN, false)]
    public void The_power_of_all_legs(double watts, bool counts) =>
        ExpectMeter(counts, meter => meter with { Power = new(watts) });

    [Theory]
    [InlineData(null, true)]
    [InlineData(0.0, true)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void The_frequency_may_be_untold_and_must_be_a_number(double? hertz, bool counts) =>
        ExpectMeter(counts, meter => meter with { Frequency = hertz is { } told ? new Hertz(told) : null });

    [Fact]
    public void A_leg_that_the_service_does_not_have_says_nothing() =>
        ExpectMeter(true, meter => meter with { LegVoltage = new(120.V, 120.V, new(double.NaN)) });

    [Theory]
    [InlineData(MostEvseWatts, true)]
    [InlineData(MostEvseWatts + 1, false)]
    [InlineData(double.NaN, false)]
    public void The_power_of_the_EVSE_and_its_bounds(double watts, bool counts)
    {
        ExpectEvse(counts, evse => evse with { Power = new(watts) });
        ExpectEvse(counts, evse => evse with { Power = new(-watts) });
        ExpectEvse(counts, evse => evse with { PowerHigh = new(watts) });
        ExpectEvse(counts, evse => evse with { PowerLow = new(-watts) });
    }

    [Fact]
    public void Bounds_of_the_power_that_are_the_wrong_way_round()
    {
        ExpectEvse(true, evse => evse with { PowerLow = 10.W, PowerHigh = 10.W });
        ExpectEvse(false, evse => evse with { PowerLow = 11.W, PowerHigh = 10.W });
    }

    [Theory]
    [InlineData(1500, true)]
    [InlineData(-1500, true)]
    [InlineData(1501, false)]
    [InlineData(-1501, false)]
    [InlineData(double.NaN, false)]
    public void The_DC_voltage(double volts, bool counts) =>
        ExpectEvse(counts, evse => evse with { DcVoltage = new(volts) });

    [Theory]
    [InlineData(1000, true)]
    [InlineData(-1000, true)]
    [InlineData(1001, false)]
    [InlineData(-1001, false)]
    [InlineData(double.NaN, false)]
    public void The_DC_current(double amperes, bool counts) =>
        ExpectEvse(counts, evse => evse with { DcCurrent = new(amperes) });

    [Theory]
    [InlineData(1e6, true)]
    [InlineData(-1e6, true)]
    [InlineData(1e6 + 1, false)]
    [InlineData(double.NaN, false)]
    public void What_stage_car_and_inverter_say_of_themselves(double watts, bool counts)
    {
        ExpectEvse(counts, evse => evse with { StageCharge = new(watts) });
        ExpectEvse(counts, evse => evse with { StageDischarge = new(watts) });
        ExpectEvse(counts, evse => evse with { VehicleCharge = new(watts) });
        ExpectEvse(counts, evse => evse with { VehicleDischarge = new(watts) });
        ExpectEvse(counts, evse => evse with { InverterCharge = new Watts(watts) });
        ExpectEvse(counts, evse => evse with { InverterDischarge = new Watts(watts) });
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(100, true)]
    [InlineData(-0.1, false)]
    [InlineData(100.1, false)]
    [InlineData(double.NaN, false)]
    public void A_state_of_charge_that_cannot_be_was_not_said_and_the_rest_was(double percent, bool counts)
    {
        var home = Evse(evse => evse with { VehicleSoc = new Soc(percent), StageTemperature = new Celsius(20) });

        Assert.Equal((counts ? new Soc(percent) : (Soc?)null, new Celsius(20)), (Said(home).VehicleSoc,
            Said(home).StageTemperature));
    }

    [Theory]
    [InlineData(-40, true)]
    [InlineData(150, true)]
    [InlineData(-40.1, false)]
    [InlineData(150.1, false)]
    [InlineData(double.NaN, false)]
    public void A_temperature_that_cannot_be_was_not_said_and_the_rest_was(double celsius, bool counts)
    {
        var told = new Celsius(celsius);
        var stage = Evse(evse => evse with { StageTemperature = told, OutletTemperature = new Celsius(20) });
        var outlet = Evse(evse => evse with { OutletTemperature = told, StageTemperature = new Celsius(20) });

        Celsius? expected = counts ? told : null;
        Assert.Equal((expected, new Celsius(20), 60.Percent), (Said(stage).StageTemperature,
            Said(stage).OutletTemperature, Said(stage).VehicleSoc));
        Assert.Equal((expected, new Celsius(20), 60.Percent), (Said(outlet).OutletTemperature,
            Said(outlet).StageTemperature, Said(outlet).VehicleSoc));
    }

    [Fact]
    public void Nothing_is_held_before_the_first_reading()
    {
        var inputs = default(Inputs);

        Assert.Equal((0u, 0u, 0u), (inputs.Meter.Sequence, inputs.Evse.Sequence, inputs.Lines.Sequence));
        Assert.Null(inputs.Meter.Within(TimeSpan.MaxValue, TimeSpan.Zero));
    }

    [Fact]
    public void What_is_held_can_be_had_as_a_reading_with_its_time()
    {
        var home = Rig.Transferring();

        var held = home.State.Inputs;

        Assert.Equal((home.Now, home.Now, home.Now), (held.Meter.TakenAt, held.Evse.TakenAt, held.Lines.TakenAt));
        Assert.True(held.Lines.Within(TimeSpan.Zero, home.Now)!.Value.HasSupervisorPermit);
    }

    [Fact]
    public void A_reading_that_is_older_than_the_held_one_or_the_same_once_more_is_not_taken()
    {
        var inputs = new Inputs { Now = 10.Seconds };
        var lines = new LinesReading(IsEmergencyStopPressed: false, HasSupervisorPermit: true);

        inputs.TakeLines(new(lines, 5.Seconds, 2));
        inputs.TakeLines(new(lines with { HasSupervisorPermit = false }, 4.Seconds, 3));
        inputs.TakeLines(new(lines with { HasSupervisorPermit = false }, 6.Seconds, 2));
        inputs.TakeLines(new(lines with { HasSupervisorPermit = false }, 11.Seconds, 4));
        inputs.TakeLines(new(lines with { HasSupervisorPermit = false }, TimeSpan.FromTicks(-1), 5));
        var held = inputs.Lines;
        inputs.TakeLines(new(lines with { HasSupervisorPermit = false }, 5.Seconds, 3));

        Assert.Equal((5.Seconds, 2u), (held.TakenAt, held.Sequence));
        Assert.Equal(3u, inputs.Lines.Sequence);
    }

    private static void ExpectMeter(bool counts, Func<MeterReading, MeterReading> spoil)
    {
        var home = Rig.Transferring();
        home.SpoilMeter = spoil;

        home.Step();

        Assert.Equal(counts, home.State.Inputs.Meter.TakenAt == home.Now);
    }

    private static void ExpectEvse(bool counts, Func<EvseReading, EvseReading> spoil) =>
        Assert.Equal(counts, Evse(spoil) is var home && home.State.Inputs.Evse.TakenAt == home.Now);

    private static Rig Evse(Func<EvseReading, EvseReading> spoil)
    {
        var home = Rig.Transferring();
        home.SpoilEvse = spoil;
        home.Step();
        return home;
    }

    private static EvseReading Said(Rig home) => home.State.Inputs.Evse.Within(TimeSpan.Zero, home.Now)!.Value;
}
