using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>Rules of the session that another rule stands behind: each must hold by itself.</summary>
public sealed class SessionRuleTests
{
    private static ChademoSettings Within(ChademoTimes times) => SessionBench.Settings with { Times = times };

    private static SessionBench Started(Action<SessionBench> with)
    {
        var bench = new SessionBench();
        with(bench);
        bench.Run(200.Milliseconds).Close(10);
        return bench;
    }

    [Fact]
    public void A_car_whose_contactor_is_closed_before_the_test_gets_no_test_voltage()
    {
        var bench = Started(b => b.ReportsClosed = true);

        for (var i = 0; i < 400; i++)
        {
            bench.Step();
            Assert.NotEqual(SessionPhase.Insulating, bench.Phase);
        }
    }

    [Fact]
    public void Voltage_at_the_inlet_while_it_locks_is_a_weld()
    {
        var bench = Started(b => b.LockFeedback = _ => false).RunTo(SessionPhase.Locking);
        bench.VoltageOverride = 50;

        bench.Step();

        Assert.Equal((SessionPhase.Interrupting, EvseFaults.Weld), (bench.Phase, bench.State.Faults));
    }

    [Fact]
    public void Without_all_three_frames_a_car_has_not_introduced_itself()
    {
        var bench = Started(b => b.SendsCapacity = false).Run(9.Seconds);
        Assert.Equal(SessionPhase.Waking, bench.Phase);

        bench.Run(10.Seconds);

        Assert.Equal(EvseFaults.StartTimeout | EvseFaults.VehicleSilent, bench.State.Faults);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_from_before_the_start_introduce_nobody(bool isRequestOld)
    {
        var bench = new SessionBench { CarIsSilent = true };
        bench.Run(200.Milliseconds);
        var request = new CarRequest(2, 410.V, 0.A, CarFaults.None, CarStatus.ContactorOpen, 60).Encode();
        var limits = bench.Limits.Encode();
        bench.Take(isRequestOld ? request : limits);
        bench.Take(new CarCapacity(60.Minutes, 30.Minutes, new(22_200)).Encode());
        bench.Close(10).Step();
        bench.Step();
        bench.Take(isRequestOld ? limits : request);

        bench.Run(500.Milliseconds);

        Assert.Equal(SessionPhase.Waking, bench.Phase);
    }

    [Fact]
    public void A_start_that_no_car_answers_ends_without_a_frame_of_ours()
    {
        var bench = Started(b => b.CarIsSilent = true);

        for (var i = 0; i < 400; i++)
        {
            bench.Step();
            Assert.False(bench.Outputs.IsTransmitting);
        }
        Assert.Equal(SessionPhase.Faulted, bench.Phase);
    }

    [Fact]
    public void A_second_start_that_no_car_answers_ends_without_a_frame_too()
    {
        var bench = SessionBench.Charging().Open().RunTo(SessionPhase.Idle);
        bench.CarIsSilent = true;
        bench.Wish = new(Connection.Close, 2, 10.A);

        for (var i = 0; i < 400; i++)
        {
            bench.Step();
            Assert.False(bench.Outputs.IsTransmitting);
        }
        Assert.Equal(SessionPhase.Faulted, bench.Phase);
    }

    [Fact]
    public void Where_next_to_nothing_flowed_an_opening_is_waited_for_a_second_only()
    {
        var bench = SessionBench.At(SessionPhase.Transferring, 10);
        bench.ContactorIsWelded = true;

        bench.Open().RunTo(SessionPhase.AwaitingOpen).Run(1.2.Seconds);

        Assert.Equal(SessionPhase.Releasing, bench.Phase);
    }

    [Fact]
    public void A_car_whose_permission_line_stays_on_has_not_opened()
    {
        var bench = SessionBench.Charging().Open().RunTo(SessionPhase.RampingDown);
        bench.PermissionLine = _ => true;

        bench.RunTo(SessionPhase.AwaitingOpen).Run(5.Seconds);

        Assert.Equal(SessionPhase.AwaitingOpen, bench.Phase);
    }

    [Fact]
    public void A_stage_that_falls_silent_while_the_car_is_released_is_named()
    {
        var bench = SessionBench.Charging().Open().RunTo(SessionPhase.Releasing);
        bench.VoltageOverride = 15;
        bench.Run(1.Seconds);
        bench.StageIsSilent = true;

        bench.Run(3.Seconds);

        Assert.Equal((SessionPhase.Releasing, EvseFaults.PowerStageSilent), (bench.Phase, bench.State.Faults));
    }

    [Fact]
    public void A_current_that_flows_after_the_supply_is_gone_is_a_weld()
    {
        var bench = SessionBench.Charging().Open().RunTo(SessionPhase.Releasing);
        (bench.VoltageOverride, bench.CurrentOverride) = (15, 2);

        bench.Run(1.2.Seconds);

        Assert.Equal(EvseFaults.Weld, bench.State.Faults);
    }

    [Fact]
    public void A_little_voltage_on_a_pulled_plug_is_no_weld_yet()
    {
        var bench = SessionBench.Charging().Open().RunTo(SessionPhase.Releasing);
        (bench.VoltageOverride, bench.Plug) = (30, false);

        bench.Run(2.Seconds);

        Assert.Equal(EvseFaults.None, bench.State.Faults);
    }

    [Fact]
    public void A_lock_that_cannot_be_read_is_a_fault_of_its_line_too()
    {
        var bench = SessionBench.Charging().Open().RunTo(SessionPhase.Unlocking);
        bench.LockFeedback = _ => null;

        bench.Run(4.Seconds);

        Assert.Equal((SessionPhase.Faulted, EvseFaults.Lock | EvseFaults.Line), (bench.Phase, bench.State.Faults));
    }

    [Fact]
    public void More_than_was_commanded_out_of_the_car_stops_it()
    {
        var bench = SessionBench.DischargingCar(5);
        bench.Delivered = command => command == 0 ? 0 : command - 11;

        bench.Run(6.Seconds);

        Assert.Equal(EvseFaults.CurrentDeviation, bench.State.Faults);
    }

    [Fact]
    public void A_car_that_asks_for_far_more_than_it_gets_is_stopped_as_it_would_stop_by_itself()
    {
        var bench = SessionBench.Charging(10);
        bench.AsksAlways = 25;

        bench.Run(4.Seconds);
        Assert.Equal(SessionPhase.Transferring, bench.Phase);
        bench.Run(1.Seconds);

        Assert.Equal(EvseFaults.CurrentDeviation, bench.State.Faults);
    }

    [Fact]
    public void A_plug_that_is_pulled_before_it_is_locked_ends_the_start_at_once()
    {
        var bench = Started(b => b.Permits = false).RunTo(SessionPhase.Exchanging);
        bench.Plug = false;

        bench.Step();

        Assert.Equal((SessionPhase.Releasing, EvseFaults.None), (bench.Phase, bench.State.Faults));
    }

    [Fact]
    public void Stop_before_charging_ends_a_start_and_means_nothing_later()
    {
        var start = Started(b => b.CarCloses = false).RunTo(SessionPhase.Closing);
        start.ExtraStatus |= CarStatus.StopBeforeCharging;
        start.Run(300.Milliseconds);

        var transfer = SessionBench.Charging();
        transfer.ExtraStatus |= CarStatus.StopBeforeCharging;
        transfer.Run(3.Seconds);

        Assert.True(start.Phase >= SessionPhase.RampingDown || start.Phase == SessionPhase.Idle, $"{start.Phase}");
        Assert.Equal(SessionPhase.Transferring, transfer.Phase);
    }

    [Fact]
    public void A_test_voltage_that_is_too_high_is_cut_off()
    {
        var bench = Started(b => b.InsulationVoltage = asked => asked.Value * 1.06).RunTo(SessionPhase.Interrupting);

        Assert.Equal(EvseFaults.OverVoltage, bench.State.Faults);
    }

    [Fact]
    public void A_current_within_the_test_is_a_leak()
    {
        var bench = Started(_ => { }).RunTo(SessionPhase.Insulating);
        bench.CurrentOverride = 0.6;

        bench.RunTo(SessionPhase.Interrupting, 1);

        Assert.Equal(EvseFaults.Insulation, bench.State.Faults);
    }

    [Fact]
    public void An_interruption_before_the_contactor_was_supplied_does_not_supply_it()
    {
        var bench = SessionBench.At(SessionPhase.Insulating);
        bench.EarthFault = true;

        for (var i = 0; i < 40; i++)
        {
            bench.Step();
            Assert.False(bench.Outputs.ContactorSupply);
        }
    }

    [Fact]
    public void The_caps_over_several_steps_hold_where_each_step_has_time_left()
    {
        var patient = new ChademoTimes { InsulationRise = 60.Seconds, Request = 60.Seconds, Lock = 60.Seconds };
        var slowTest = Started(b =>
        {
            b.With = Within(patient with { PermissionToSupply = 3.Seconds });
            b.InsulationVoltage = _ => 0;
        });
        var slowLock = Started(b =>
        {
            b.With = Within(patient with { LockToFlow = 3.Seconds });
            b.InsulationVoltage = _ => 0;
        });
        var slowCar = Started(b =>
        {
            b.With = Within(patient with { LockToFlow = 6.Seconds });
            (b.Asks, b.ExtraStatus) = (false, CarStatus.None);
        }).RunTo(SessionPhase.Requesting);

        slowTest.Run(4.Seconds);
        slowLock.Run(5.Seconds);
        slowCar.Run(7.Seconds);

        Assert.All(
            [slowTest, slowLock, slowCar], bench => Assert.Equal(EvseFaults.StartTimeout, bench.State.Faults));
    }

    [Theory]
    [InlineData(0)]          // no target at all
    [InlineData(436)]        // above the car's own maximum
    [InlineData(501)]        // above ours, and the car could
    public void A_target_voltage_that_cannot_be_is_incompatible(int target)
    {
        var bench = Started(b =>
        {
            b.Target = new(target);
            if (target > 500) b.Limits = b.Limits with { MaxVoltage = 550.V };
        });

        bench.Run(5.Seconds);

        Assert.True(bench.State.Faults.HasFlag(EvseFaults.Incompatible), $"{bench.Phase} {bench.State.Faults}");
    }

    [Fact]
    public void Voltage_alone_is_no_closed_contactor()
    {
        var bench = SessionBench.At(SessionPhase.Bleeding);
        bench.ReportsClosed = false;

        bench.RunTo(SessionPhase.Closing).Run(2.Seconds);

        Assert.Equal(SessionPhase.Closing, bench.Phase);
        Assert.False(bench.Outputs.IsContactorClosed);
    }
}
