using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>Each row of "watch and react" (protocol notes c.6) while 10 A flow, and what a new session needs
/// afterwards.</summary>
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

    [Fact]
    public void Low_insulation_ends_the_test_and_needs_the_plug_pulled()
    {
        var bench = SessionBench.At(SessionPhase.Insulating);
        bench.Run(200.Milliseconds);
        bench.InsulationVoltage = _ => 300;
        bench.Step();

        Assert.Equal((SessionPhase.Interrupting, EvseFaults.Insulation), (bench.Phase, bench.State.Faults));
        const ChargerState expected = ChargerState.SystemMalfunction | ChargerState.StopControl;
        Assert.Equal(expected, bench.Outputs.Status.State & expected);
        bench.RunTo(SessionPhase.Faulted);
        StartsOnlyAfterThePlugWasPulled(bench);
    }

    private static void StartsOnlyAfterThePlugWasPulled(SessionBench bench)
    {
        bench.Wish = new(Connection.Close, bench.Wish.Number + 1, 0.A);
        bench.Run(2.Seconds);
        Assert.Equal(SessionPhase.Faulted, bench.Phase);
        bench.Plug = false;
        bench.Run(200.Milliseconds);
        bench.Plug = true;
        bench.Run(200.Milliseconds);
        Assert.Equal(EvseSession.Starting, bench.Outputs.Session);
        Assert.Equal(EvseFaults.None, bench.Outputs.Faults);
    }

    [Fact]
    public void A_car_that_closes_before_d2_gets_no_test_voltage()
    {
        var bench = new SessionBench { ContactorIsWelded = true };
        bench.Run(200.Milliseconds).Close();
        bench.Run(10.Seconds);

        Assert.Equal(SessionPhase.Idle, bench.Phase);
        Assert.Equal(EvseFaults.PowerStage, bench.Outputs.Faults);

        var late = SessionBench.At(SessionPhase.Insulating);
        (late.ContactorIsWelded, late.InsulationVoltage) = (true, _ => 300);
        late.Run(200.Milliseconds);
        Assert.True(late.State.Faults.HasFlag(EvseFaults.Weld));
        Assert.Equal(StageMode.Off, late.Outputs.Stage.Mode);
    }

    [Fact]
    public void A_contactor_that_never_opens_is_a_possible_weld_and_stays_locked()
    {
        var bench = SessionBench.Charging();
        bench.ContactorIsWelded = true;
        bench.Open().RunTo(SessionPhase.AwaitingOpen).Run(9.8.Seconds);
        Assert.Equal(SessionPhase.AwaitingOpen, bench.Phase);

        bench.Run(5.Seconds);

        Assert.Equal((SessionPhase.Releasing, EvseSession.Faulted), (bench.Phase, bench.Outputs.Session));
        Assert.Equal(EvseFaults.Weld, bench.State.Faults);
        Assert.True(bench.Outputs is { Lock: true, ContactorSupply: false, ChargeStart: false });
        bench.ContactorIsWelded = false;
        bench.RunTo(SessionPhase.Faulted);
        StartsOnlyAfterThePlugWasPulled(bench);
    }

    [Fact]
    public void Voltage_that_stays_after_opening_is_a_possible_weld()
    {
        var bench = SessionBench.Charging();
        bench.Open().RunTo(SessionPhase.Releasing);
        bench.VoltageOverride = 12;

        bench.Run(3.2.Seconds);

        Assert.Equal(EvseFaults.Weld, bench.State.Faults);
        Assert.True(bench.Outputs.Lock);
    }

    [Fact]
    public void With_the_stage_silent_the_lock_is_kept_because_the_voltage_is_unknown()
    {
        var bench = SessionBench.Charging();
        bench.StageIsSilent = true;

        bench.Run(60.Seconds);

        Assert.Equal(EvseSession.Faulted, bench.Outputs.Session);
        Assert.True(bench.Outputs is { Lock: true, ContactorSupply: false, Stage.Mode: StageMode.Off });
        bench.StageIsSilent = false;
        bench.RunTo(SessionPhase.Faulted);
    }

    [Fact]
    public void A_stage_that_goes_on_conducting_is_switched_off_and_then_cut()
    {
        var bench = SessionBench.Charging();
        bench.Delivered = _ => 20;
        bench.Open().RunTo(SessionPhase.RampingDown).Run(500.Milliseconds);
        Assert.Equal(StageMode.Off, bench.Outputs.Stage.Mode);

        var conducting = SessionBench.Charging();
        conducting.Delivered = _ => 20;
        conducting.With = SessionBench.Settings with { Times = new() { RampDown = 60.Seconds } };
        conducting.Open().RunTo(SessionPhase.Interrupting, 2.1);

        Assert.Equal(EvseFaults.PowerStage, conducting.State.Faults);
    }

    [Fact]
    public void A_stuck_lock_is_reported_after_the_session()
    {
        var bench = SessionBench.Charging();
        bench.LockFeedback = _ => true;

        bench.Open().RunTo(SessionPhase.Faulted);

        Assert.Equal(EvseFaults.Lock, bench.State.Faults);
    }

    [Fact]
    public void After_a_fault_only_a_new_session_number_starts_again()
    {
        var bench = SessionBench.Charging();
        bench.CarFaults = CarFaults.HighTemperature;
        bench.RunTo(SessionPhase.Faulted);
        bench.CarFaults = CarFaults.None;

        bench.Run(3.Seconds);
        Assert.Equal((EvseSession.Faulted, EvseFaults.Vehicle), (bench.Outputs.Session, bench.Outputs.Faults));
        bench.Wish = bench.Wish with { Number = 2 };
        bench.Step();

        Assert.Equal((SessionPhase.Waking, EvseFaults.None), (bench.Phase, bench.State.Faults));
    }

    [Fact]
    public void A_number_given_while_it_stops_starts_the_next_session()
    {
        var bench = SessionBench.Charging();
        bench.Wish = bench.Wish with { Number = 7 };
        bench.Run(200.Milliseconds);
        bench.CarFaults = CarFaults.HighTemperature;
        bench.RunTo(SessionPhase.AwaitingOpen).Run(200.Milliseconds);
        bench.CarFaults = CarFaults.None;
        bench.RunTo(SessionPhase.Faulted).Run(2.Seconds);
        Assert.Equal(SessionPhase.Faulted, bench.Phase);

        bench.Wish = bench.Wish with { Number = 8 };
        bench.Run(100.Milliseconds);

        Assert.Equal(EvseSession.Starting, bench.Outputs.Session);
    }

    [Fact]
    public void A_car_that_lets_go_of_the_permission_a_moment_late_is_no_fault()
    {
        var bench = SessionBench.At(SessionPhase.Exchanging);
        bench.PermissionLine = _ => true;
        bench.Open().RunTo(SessionPhase.Idle).Run(500.Milliseconds);
        Assert.Equal(EvseFaults.None, bench.Outputs.Faults);

        bench.Run(1.Seconds);

        Assert.Equal(EvseFaults.PermissionMismatch, bench.Outputs.Faults);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_car_or_an_emergency_ended_needs_a_new_number_what_was_ordered_does_not(bool byCar)
    {
        var bench = SessionBench.Charging();
        if (byCar) bench.Permits = false;
        else bench.Open(Connection.OpenNow);
        bench.RunTo(SessionPhase.Idle).Close();
        bench.Permits = true;
        bench.Run(2.Seconds);
        Assert.Equal((SessionPhase.Idle, EvseFaults.None), (bench.Phase, bench.Outputs.Faults));

        var ordered = SessionBench.Charging();
        ordered.Open().RunTo(SessionPhase.Idle).Close().Run(200.Milliseconds);
        Assert.Equal(EvseSession.Starting, ordered.Outputs.Session);
    }

    [Fact]
    public void Nothing_starts_while_something_is_unknown_or_wrong()
    {
        Stays(b => b.Plug = null, EvseFaults.Line);
        Stays(b => b.LockFeedback = _ => null, EvseFaults.Line);
        Stays(b => b.LockFeedback = _ => true, EvseFaults.Lock);
        Stays(b => b.EarthFault = true, EvseFaults.Insulation);
        Stays(b => b.StageIsSilent = true, EvseFaults.PowerStageSilent);
        Stays(b => b.StageIsFaulted = true, EvseFaults.PowerStage);
        Stays(b => b.VoltageOverride = 10, EvseFaults.PowerStage);
        Stays(b => b.OutputsObey = false, EvseFaults.Line);
        Stays(b => b.Plug = false, EvseFaults.None);
    }

    private static void Stays(Action<SessionBench> trouble, EvseFaults shown)
    {
        var bench = new SessionBench();
        trouble(bench);

        bench.Run(2.Seconds).Close(10).Run(3.Seconds);

        Assert.Equal((SessionPhase.Idle, shown), (bench.Phase, bench.Outputs.Faults));
        var outputs = bench.Outputs;
        Assert.True(outputs is { ChargeStart: false, ContactorSupply: false, Lock: false, IsTransmitting: false });
    }
}
