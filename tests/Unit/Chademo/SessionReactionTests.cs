using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>Each row of "watch and react" (protocol notes c.6) while 10 A flow.</summary>
public class SessionReactionTests
{
    private static void Reacts(
        Action<SessionBench> trouble, SessionPhase path, EvseFaults faults, double within = 0.1, double amperes = 10)
    {
        var bench = amperes > 0 ? SessionBench.Charging(amperes) : SessionBench.DischargingCar(-amperes);
        Assert.NotEqual(0.A, bench.Outputs.Stage.Current);

        trouble(bench);
        var end = bench.Now + within.Seconds;
        while (bench.Now <= end && bench.Phase == SessionPhase.Transferring) bench.Step();

        Assert.Equal(path, bench.Phase);
        Assert.Equal(0.A, bench.Outputs.Stage.Current);
        Assert.Equal(faults, bench.State.Faults);
        Assert.True(bench.Outputs.Status.State.HasFlag(ChargerState.StopControl));
    }

    private const SessionPhase Ordered = SessionPhase.RampingDown, Interrupted = SessionPhase.Interrupting;

    [Fact]
    public void Permission_line_off_stops_at_once() =>
        Reacts(b => b.PermissionLine = _ => false, Ordered, EvseFaults.None, 0.05);

    [Fact]
    public void Permission_flag_off_stops_at_once() => Reacts(b => b.PermissionFlag = false, Ordered, EvseFaults.None);

    [Theory]
    [InlineData(CarStatus.NotInPark, EvseFaults.None)]
    [InlineData(CarStatus.SystemFault, EvseFaults.Vehicle)]
    public void A_status_bit_of_the_car_stops_at_once(CarStatus status, EvseFaults faults) =>
        Reacts(b => b.ExtraStatus |= status, Ordered, faults);

    [Theory]
    [InlineData(CarFaults.OverVoltage)]
    [InlineData(CarFaults.UnderVoltage)]
    [InlineData(CarFaults.CurrentDeviation)]
    [InlineData(CarFaults.HighTemperature)]
    [InlineData(CarFaults.VoltageDeviation)]
    [InlineData((CarFaults)0x80)]
    public void Any_fault_bit_of_the_car_stops_at_once(CarFaults fault) =>
        Reacts(b => b.CarFaults = fault, Ordered, EvseFaults.Vehicle);

    [Fact]
    public void A_car_silent_for_a_second_interrupts()
    {
        Reacts(b => b.CarIsSilent = true, Interrupted, EvseFaults.VehicleSilent, 1.2);
        var bench = SessionBench.Charging();
        bench.CarIsSilent = true;
        bench.Run(0.9.Seconds);
        Assert.Equal(SessionPhase.Transferring, bench.Phase);
    }

    [Fact]
    public void A_car_whose_last_frames_came_one_after_the_other_is_silent_and_may_start_again()
    {
        var bench = SessionBench.Charging();
        bench.StepTime = 5.Milliseconds;
        bench.CarIsSilent = true;
        bench.Run(20.Milliseconds);
        bench.Take(bench.Request.Encode());

        bench.Run(1.2.Seconds);

        Assert.Equal(EvseFaults.VehicleSilent, bench.State.Faults);
        Assert.False(bench.State.NeedsPlugCycle);
    }

    [Fact]
    public void An_earth_fault_interrupts() =>
        Reacts(b => b.EarthFault = true, Interrupted, EvseFaults.Insulation, 0.05);

    [Fact]
    public void An_unknown_earth_monitor_interrupts() =>
        Reacts(b => b.EarthFault = null, Interrupted, EvseFaults.Insulation, 0.05);

    [Fact]
    public void Voltage_above_the_threshold_interrupts()
    {
        Reacts(b => b.VoltageOverride = 435.5, Interrupted, EvseFaults.OverVoltage, 0.05);
        var bench = SessionBench.Charging();
        bench.VoltageOverride = 435;
        bench.Run(1.Seconds);
        Assert.Equal(SessionPhase.Transferring, bench.Phase);
    }

    [Fact]
    public void Ten_amperes_away_from_the_request_stop_before_the_car_would() =>
        Reacts(b => b.Delivered = amperes => amperes - 10, Ordered, EvseFaults.CurrentDeviation, 4.7, amperes: 15);

    [Fact]
    public void Nine_amperes_away_are_borne()
    {
        var bench = SessionBench.Charging(15);
        bench.Delivered = amperes => amperes - 9;

        bench.Run(10.Seconds);

        Assert.Equal(SessionPhase.Transferring, bench.Phase);
    }

    [Fact]
    public void An_ordered_stop_ramps_down_without_a_fault() => Reacts(b => b.Open(), Ordered, EvseFaults.None, 0.05);

    [Fact]
    public void An_emergency_stop_interrupts_in_the_same_step()
    {
        Reacts(b => b.Open(Connection.OpenNow), Interrupted, EvseFaults.None, 0.05);
        var bench = SessionBench.Charging().Open(Connection.OpenNow);
        bench.Step();
        Assert.Equal(StageMode.Off, bench.Outputs.Stage.Mode);
        Assert.True(bench.Outputs.ContactorSupply);
        Assert.True(bench.Outputs.Status.State.HasFlag(ChargerState.ChargerMalfunction));
        bench.Step();
        Assert.False(bench.Outputs.ContactorSupply);
    }

    [Theory]
    [InlineData(SessionPhase.RampingDown)]
    [InlineData(SessionPhase.AwaitingOpen)]
    public void An_emergency_stop_in_an_ordered_stop_interrupts_it(SessionPhase during)
    {
        var bench = SessionBench.Charging();
        bench.Delivered = amperes => during == SessionPhase.RampingDown ? 10 : amperes;
        bench.ContactorIsWelded = true;
        bench.Open().RunTo(during, 3);
        Assert.True(bench.Outputs.ContactorSupply);

        bench.Open(Connection.OpenNow).Step();

        Assert.Equal((SessionPhase.Interrupting, StageMode.Off), (bench.Phase, bench.Outputs.Stage.Mode));
        bench.Run(600.Milliseconds);
        Assert.False(bench.Outputs.ContactorSupply);
    }

    [Theory]
    [InlineData(SessionPhase.Waking)]
    [InlineData(SessionPhase.Exchanging)]
    [InlineData(SessionPhase.Locking)]
    [InlineData(SessionPhase.Insulating)]
    [InlineData(SessionPhase.Bleeding)]
    [InlineData(SessionPhase.Closing)]
    [InlineData(SessionPhase.Requesting)]
    public void An_emergency_stop_in_any_step_of_the_start_ends_it(SessionPhase during)
    {
        var bench = new SessionBench();
        if (during == SessionPhase.Waking) bench.CarIsSilent = true;
        if (during == SessionPhase.Locking) bench.LockFeedback = _ => false;
        bench.Run(200.Milliseconds).Close(10).RunTo(during);

        bench.Open(Connection.OpenNow).Step();

        Assert.Equal((SessionPhase.Interrupting, StageMode.Off), (bench.Phase, bench.Outputs.Stage.Mode));
        bench.Run(1.Seconds);
        Assert.False(bench.Outputs.ContactorSupply);
    }

    [Fact]
    public void In_discharge_the_same_emergency_stop_interrupts() =>
        Reacts(b => b.Open(Connection.OpenNow), Interrupted, EvseFaults.None, 0.05, amperes: -10);

    [Fact]
    public void A_faulted_stage_interrupts() =>
        Reacts(b => b.StageIsFaulted = true, Interrupted, EvseFaults.PowerStage, 0.05);

    [Fact]
    public void A_silent_stage_interrupts() =>
        Reacts(b => b.StageIsSilent = true, Interrupted, EvseFaults.PowerStageSilent, 1.1);

    [Fact]
    public void A_pulled_plug_interrupts() => Reacts(b => b.Plug = false, Interrupted, EvseFaults.Lock, 0.05);

    [Fact]
    public void A_lost_lock_interrupts() =>
        Reacts(b => b.LockFeedback = _ => false, Interrupted, EvseFaults.Lock, 0.05);

    [Fact]
    public void Lines_that_cannot_be_read_interrupt() =>
        Reacts(
            b => b.LinesReadable = false, Interrupted,
            EvseFaults.Line | EvseFaults.Lock | EvseFaults.Insulation, 0.05);

    [Fact]
    public void An_output_that_does_not_obey_interrupts() =>
        Reacts(b => b.OutputsObey = false, Interrupted, EvseFaults.Line, 0.05);

    [Theory]
    [InlineData(0, 410)]
    [InlineData(405, 410)]
    [InlineData(435, 501)]
    public void Implausible_data_of_the_car_stop_the_session(int max, int target) =>
        Reacts(
            b => (b.Limits, b.Target) = (b.Limits with { MaxVoltage = max.V }, target.V), Ordered,
            EvseFaults.Incompatible);

    [Fact]
    public void Two_cars_on_one_bus_are_noticed() =>
        Reacts(b => b.CarIsDoubled = true, Interrupted, EvseFaults.Incompatible, 4.1);

    [Fact]
    public void A_car_that_opens_under_way_ends_the_session() =>
        Reacts(b => b.ExtraStatus |= CarStatus.ContactorOpen, Ordered, EvseFaults.None);

    [Theory]
    [InlineData(0, 410, EvseFaults.Incompatible)]
    [InlineData(199, 199, EvseFaults.Incompatible)]
    public void A_car_that_does_not_fit_never_starts(int max, int target, EvseFaults fault)
    {
        var bench = new SessionBench { Limits = new(0.A, 0.A, 0.V, max.V, 100), Target = target.V };
        bench.Run(200.Milliseconds).Close().RunTo(SessionPhase.Exchanging);

        bench.RunTo(SessionPhase.Releasing, 2);

        Assert.Equal(fault, bench.State.Faults);
        Assert.False(bench.Outputs.Lock);
        Assert.True(bench.Outputs.Status.State.HasFlag(ChargerState.BatteryIncompatible));
    }

    [Fact]
    public void Permission_before_any_frame_is_a_contradiction()
    {
        var bench = new SessionBench { CarIsSilent = true, PermissionLine = on => on };
        bench.Run(200.Milliseconds).Close().RunTo(SessionPhase.Releasing, 2);

        Assert.Equal(EvseFaults.PermissionMismatch, bench.State.Faults);
    }

    [Fact]
    public void A_permission_line_that_is_on_before_the_start_keeps_it_from_starting()
    {
        var bench = new SessionBench { PermissionLine = _ => true };

        bench.Run(200.Milliseconds).Close().Run(3.Seconds);

        Assert.Equal(SessionPhase.Idle, bench.Phase);
        Assert.Equal(EvseFaults.PermissionMismatch, bench.Outputs.Faults);
    }

    [Fact]
    public void The_flag_without_the_line_is_a_contradiction()
    {
        var bench = new SessionBench { PermissionLine = _ => false };
        bench.Run(200.Milliseconds).Close().RunTo(SessionPhase.Releasing, 3);

        Assert.Equal(EvseFaults.PermissionMismatch, bench.State.Faults);
    }
}
