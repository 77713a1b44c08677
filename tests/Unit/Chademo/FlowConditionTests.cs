using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>The current is zero in the very step in which one condition of the transfer is missing, whatever the
/// phase will become.</summary>
public sealed class FlowConditionTests
{
    private static Amperes Next(
        SessionBench bench, Func<SessionInputs, SessionInputs>? change = null, SessionState? state = null)
    {
        var inputs = change is null ? bench.LastInputs : change(bench.LastInputs);
        var before = state ?? bench.State;
        return CurrentCommand.Next(inputs, before, new(inputs, before, bench.With), bench.With);
    }

    private static SessionInputs Seen(SessionInputs seen, Func<SessionLines, SessionLines> lines) =>
        seen with { Lines = lines(seen.Lines) };

    private static SessionInputs Of(SessionInputs seen, Func<StageReading, StageReading> stage) =>
        seen with { Stage = seen.Stage.Then(stage(seen.Stage.Within(1.Seconds, seen.Now)!.Value), seen.Now) };

    private static SessionInputs From(SessionInputs seen, Func<CarRequest, CarRequest> request)
    {
        var car = seen.Car;
        car.Request = car.Request.Then(request(car.Request.Within(1.Seconds, seen.Now)!.Value), seen.Now);
        return seen with { Car = car };
    }

    public static TheoryData<string, Func<SessionInputs, SessionInputs>> Missing => new()
    {
        { "wish", seen => seen with { Wish = seen.Wish with { Connection = Connection.Open } } },
        { "number", seen => seen with { Wish = seen.Wish with { Current = new(double.PositiveInfinity) } } },
        { "permission line", seen => Seen(seen, lines => lines with { Permission = null }) },
        { "plug", seen => Seen(seen, lines => lines with { Plug = false }) },
        { "lock", seen => Seen(seen, lines => lines with { Locked = null }) },
        { "earth", seen => Seen(seen, lines => lines with { EarthFault = true }) },
        { "outputs", seen => Seen(seen, lines => lines with { OutputsObey = false }) },
        { "permission flag", seen => From(seen, car => car with { Status = car.Status & ~CarStatus.Permitted }) },
        { "car's faults", seen => From(seen, car => car with { Faults = (CarFaults)1 }) },
        { "contactor", seen => From(seen, car => car with { Status = car.Status | CarStatus.ContactorOpen }) },
        { "target", seen => From(seen, car => car with { TargetVoltage = 440.V }) },
        { "stage", seen => Of(seen, stage => stage with { IsFaulted = true }) },
        { "low voltage", seen => Of(seen, stage => stage with { Voltage = 100.V }) },
        { "high voltage", seen => Of(seen, stage => stage with { Voltage = 436.V }) },
    };

    [Theory]
    [MemberData(nameof(Missing))]
    public void Without_one_condition_nothing_flows(string what, Func<SessionInputs, SessionInputs> change)
    {
        var bench = SessionBench.Charging();
        Assert.Equal(10, Next(bench).Value, 6);

        Assert.True(Next(bench, change) == Amperes.Zero, what);
    }

    [Fact]
    public void Outside_a_transfer_nothing_flows()
    {
        var bench = SessionBench.Charging();

        Assert.Equal(0.A, Next(bench, state: bench.State with { Phase = SessionPhase.RampingDown }));
    }

    [Fact]
    public void A_reversal_goes_through_commanded_zero_though_hardly_anything_flowed()
    {
        var bench = SessionBench.Charging();
        SessionInputs Reversed(SessionInputs seen)
        {
            var later = seen with { Now = seen.Now + 50.Milliseconds, Wish = seen.Wish with { Current = -(10.A) } };
            return Of(
                From(later, car => car with { RequestedCurrent = 0.A }), stage => stage with { Current = new(0.5) });
        }

        Assert.Equal(0.A, Next(bench, Reversed));
        Assert.True(Next(bench, Reversed, bench.State with { Command = 0.A }) < 0.A);
    }

    [Theory]
    [InlineData(-5000, 0)]
    [InlineData(200, 200)]
    [InlineData(60_000, 1000)]
    public void A_pause_earns_no_more_growth_than_a_second(int milliseconds, int counted)
    {
        var bench = SessionBench.Charging();
        var seen = bench.LastInputs with { Now = bench.State.At + milliseconds.Milliseconds };

        Assert.Equal(counted.Milliseconds, CurrentCommand.Elapsed(seen, bench.State));
    }

    [Theory]
    [InlineData(DischargeLevelUnit.Percent, 20, 15)]
    [InlineData(DischargeLevelUnit.Percent, 60, 0)]          // it has 60 %
    [InlineData(DischargeLevelUnit.Percent, 0xFF, 0)]        // it does not say
    [InlineData(DischargeLevelUnit.Ignored, 0xFF, 15)]
    [InlineData(DischargeLevelUnit.TenthKilowattHours, 133, 15)]      // 60 % of 22.2 kWh = 13.32 kWh
    [InlineData(DischargeLevelUnit.TenthKilowattHours, 134, 0)]
    public void Below_its_own_level_a_car_gives_nothing(DischargeLevelUnit unit, byte level, double amperes)
    {
        var bench = SessionBench.DischargingCar();
        bench.With = bench.With with { LevelUnit = unit };
        bench.Discharge = bench.Discharge with { MinLevel = level };
        bench.Run(300.Milliseconds);

        Assert.Equal(-amperes, bench.Outputs.VehicleDischarge.Value);
    }

    [Theory]
    [InlineData(0xFE, true)]        // 25.4 kWh
    [InlineData(0xFF, false)]       // it does not say
    public void A_large_battery_does_not_make_up_for_a_level_that_is_not_said(byte level, bool gives)
    {
        var bench = SessionBench.DischargingCar();
        bench.With = bench.With with { LevelUnit = DischargeLevelUnit.TenthKilowattHours };
        bench.Discharge = bench.Discharge with { MinLevel = level };
        bench.Run(300.Milliseconds);
        SessionInputs Large(SessionInputs seen)
        {
            var car = seen.Car;
            car.Capacity = car.Capacity.Then(new(60.Minutes, 30.Minutes, new(100_000)), seen.Now);
            return seen with { Car = car, Now = seen.Now + 50.Milliseconds };
        }

        Assert.Equal(gives, Next(bench, Large) < 0.A);
    }

    [Theory]
    [InlineData(ExtendedFunctions.HighCurrent, 10)]
    [InlineData(ExtendedFunctions.DynamicControl, 0)]
    public void A_request_in_the_extended_frame_counts_where_the_car_has_that_function(
        ExtendedFunctions functions, double amperes)
    {
        var bench = SessionBench.Charging();
        SessionInputs Extended(SessionInputs seen)
        {
            var car = seen.Car;
            car.Extended = car.Extended.Then(new(functions, 130.A), seen.Now);
            return From(seen with { Car = car }, request => request with { RequestedCurrent = 255.A });
        }

        Assert.Equal(amperes, Next(bench, Extended).Value, 6);
    }

    [Fact]
    public void A_level_in_energy_of_a_car_that_does_not_say_its_capacity_gives_nothing()
    {
        var bench = SessionBench.DischargingCar();
        bench.With = bench.With with { LevelUnit = DischargeLevelUnit.TenthKilowattHours };
        SessionInputs WithoutCapacity(SessionInputs seen)
        {
            var car = seen.Car;
            car.Capacity = default;
            return seen with { Car = car };
        }

        Assert.True(Next(bench) < 0.A);
        Assert.Equal(0.A, Next(bench, WithoutCapacity));
    }

    [Theory]
    [InlineData(250, 300, 300)]
    [InlineData(320, 300, 320)]
    public void The_stage_is_held_above_both_lower_bounds_and_below_them_nothing_flows(
        double car, double ours, double floor)
    {
        var bench = SessionBench.DischargingCar();
        bench.With = bench.With with { LowerThreshold = new(ours) };
        bench.Discharge = bench.Discharge with { MinVoltage = new(car) };
        bench.Run(300.Milliseconds);
        Assert.Equal(floor, bench.Outputs.Stage.Voltage.Value);

        Assert.Equal(0.A, Next(bench, seen => Of(seen, stage => stage with { Voltage = new(floor - 1) })));
    }
}
