using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

public class CurrentCommandTests
{
    private static double Commanded(SessionBench bench) => bench.Outputs.Stage.Current.Value;

    [Fact]
    public void The_current_grows_by_20_A_per_second_however_often_it_is_stepped()
    {
        foreach (var step in new[] { 10, 50, 100 })
        {
            var bench = SessionBench.At(SessionPhase.Transferring, 0);
            bench.Run(1.Seconds);
            bench.StepTime = step.Milliseconds;
            bench.Close(30).Run(500.Milliseconds);
            // The car has to see the new offer and ask first: one or two frames later.
            Assert.InRange(Commanded(bench), 0, 10.01);

            bench.Run(2.Seconds);
            Assert.Equal(30, Commanded(bench), 3);
        }
    }

    [Fact]
    public void It_shrinks_at_once()
    {
        var bench = SessionBench.Charging(30);

        bench.Close(5).Step();

        Assert.Equal(5, Commanded(bench), 3);
    }

    [Theory]
    [InlineData(10, 7, 7)]
    [InlineData(10.57, 100, 10.5)]
    [InlineData(80, 100, 30)]
    public void It_is_the_least_of_wish_request_and_rating(double wish, double takes, double expected)
    {
        var bench = SessionBench.At(SessionPhase.Transferring, wish);
        bench.Takes = takes;

        bench.Run(5.Seconds);

        Assert.Equal(expected, Commanded(bench), 3);
    }

    [Fact]
    public void No_wish_is_an_offer_of_0_and_the_car_asks_for_nothing()
    {
        var bench = SessionBench.Charging();

        bench.Close(0).Run(200.Milliseconds);

        Assert.Equal(0.A, bench.Outputs.Limits.AvailableCurrent);
        Assert.Equal(0.A, bench.Request.RequestedCurrent);
        Assert.Equal(SessionPhase.Transferring, bench.Phase);
    }

    [Fact]
    public void Growth_goes_to_the_frame_first_and_to_the_stage_only_when_the_car_asks()
    {
        var bench = SessionBench.At(SessionPhase.Transferring, 0);
        bench.Run(1.Seconds);
        (bench.StepTime, bench.Takes) = (10.Milliseconds, 0);

        bench.Close(12.3).Step();

        Assert.Equal((13.A, 0.0), (bench.Outputs.Limits.AvailableCurrent, Commanded(bench)));
        bench.Run(1.Seconds);
        Assert.Equal(0, Commanded(bench));
        bench.Takes = 100;
        bench.Run(1.5.Seconds);
        Assert.Equal(12.3, Commanded(bench), 3);
    }

    [Fact]
    public void Discharge_stays_within_the_cars_allowance_and_our_rating()
    {
        var bench = SessionBench.DischargingCar(50);
        Assert.Equal(-15, Commanded(bench), 3);

        bench.Discharge = bench.Discharge with { MaxCurrent = 100.A };
        bench.Run(2.Seconds);
        Assert.Equal(-20, Commanded(bench), 3);
        bench.Discharge = bench.Discharge with { MaxCurrent = 3.A };
        bench.Run(200.Milliseconds);

        Assert.Equal(-3, Commanded(bench), 3);
    }

    [Fact]
    public void Discharge_shows_as_208_and_109_3_stays_0()
    {
        var bench = SessionBench.DischargingCar(10);

        Assert.Equal((10.A, 0.A), (bench.Outputs.Discharge.Current, bench.Outputs.Status.ChargeCurrent));
        Assert.Equal((0.A, 20.A), (bench.Outputs.Limits.AvailableCurrent, bench.Outputs.Discharge.AvailableCurrent));
        Assert.Equal(250.V, bench.Outputs.Stage.Voltage);
    }

    [Fact]
    public void There_is_no_discharge_without_both_sides_compatible_voltage_and_level()
    {
        Ends(b => b.ExtraStatus &= ~CarStatus.DischargeCompatible);
        Ends(b => b.Discharge = b.Discharge with { MaxCurrent = 0.A });
        Ends(b => b.Discharge = b.Discharge with { MinLevel = 0xFF });
        Ends(b => b.Discharge = b.Discharge with { MinLevel = 60 });
        Ends(b => b.Discharge = b.Discharge with { MinVoltage = 371.V });
        Ends(b => b.VoltageOverride = 249);
        Ends(b => b.With = SessionBench.Settings with { MaxDischargeCurrent = 0.A });
    }

    private static void Ends(Action<SessionBench> change)
    {
        var bench = SessionBench.DischargingCar();
        Assert.Equal(-10, Commanded(bench), 3);

        change(bench);
        bench.Run(200.Milliseconds);

        Assert.Equal(0, Commanded(bench));
        Assert.Equal(0.A, bench.Outputs.VehicleDischarge);
    }

    [Theory]
    [InlineData(DischargeLevelUnit.Percent, 67, false)]
    [InlineData(DischargeLevelUnit.TenthKilowattHours, 67, true)]
    [InlineData(DischargeLevelUnit.TenthKilowattHours, 134, false)]
    [InlineData(DischargeLevelUnit.Ignored, 200, true)]
    public void The_level_is_read_in_the_unit_that_the_site_file_says(DischargeLevelUnit unit, byte level, bool allowed)
    {
        // 60 % of 22.2 kWh = 13.3 kWh
        var bench = new SessionBench { With = SessionBench.Settings with { LevelUnit = unit } };
        bench.Discharge = bench.Discharge with { MinLevel = level };
        bench.Run(200.Milliseconds).Close(-10).RunTo(SessionPhase.Transferring).Run(2.Seconds);

        Assert.Equal(allowed ? -10 : 0, Commanded(bench), 3);
    }

    [Fact]
    public void The_direction_changes_only_through_measured_zero()
    {
        var bench = SessionBench.Charging(10);
        bench.Delivered = _ => 10;

        bench.Close(-10).Run(500.Milliseconds);
        Assert.Equal(0, Commanded(bench));
        bench.Delivered = amperes => amperes;
        bench.Run(2.Seconds);

        Assert.Equal(-10, Commanded(bench), 3);
    }

    [Fact]
    public void A_car_that_still_asks_for_charge_is_not_discharged()
    {
        var bench = SessionBench.At(SessionPhase.Transferring, 0);
        const CarStatus status = CarStatus.Permitted | CarStatus.DischargeCompatible;
        bench.Take(new CarRequest(2, 410.V, 5.A, CarFaults.None, status, 60).Encode());
        bench.StepTime = 1.Milliseconds;

        bench.Close(-10).Step();

        Assert.Equal(0, Commanded(bench));
    }

    [Fact]
    public void What_the_car_takes_is_learnt_from_a_request_that_stays_below_the_offer()
    {
        var bench = SessionBench.Charging(20);
        Assert.Equal(30.A, bench.Outputs.VehicleCharge);

        bench.Takes = 6;
        bench.Run(2.Seconds);
        Assert.Equal(6.A, bench.Outputs.VehicleCharge);
        bench.Close(5).Run(10.Seconds);

        // Asked for less than it takes, nothing new is learnt and the limit relaxes.
        Assert.InRange(bench.Outputs.VehicleCharge.Value, 9, 12);
    }

    [Fact]
    public void A_pause_does_not_look_like_a_car_that_takes_nothing()
    {
        var bench = SessionBench.Charging(20);

        bench.Close(0).Run(60.Seconds);

        Assert.Equal(30.A, bench.Outputs.VehicleCharge);
    }

    [Fact]
    public void A_wish_that_is_no_number_is_zero()
    {
        var bench = SessionBench.Charging();

        bench.Close(double.NaN).Step();

        Assert.Equal(0, Commanded(bench));
    }

    [Fact]
    public void One_ampere_is_shown_now_and_then_only_when_the_quirk_asks_for_it()
    {
        var shown = SessionBench.Settings with { ShownCurrentInterval = 60.Seconds };
        var bench = SessionBench.At(SessionPhase.Transferring);
        bench.With = shown;
        var frames = 0;

        for (var i = 0; i < 600; i++)
        {
            bench.Run(100.Milliseconds);
            if (bench.Outputs.Status.ChargeCurrent == 1.A) frames++;
        }

        Assert.Equal(1, frames);
        Assert.Equal(0.A, bench.Outputs.Stage.Current);
    }
}
