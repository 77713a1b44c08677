using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>Insulation, welds, what is left after a stop, and what a new session needs then.</summary>
public class SessionAftermathTests
{
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
        Assert.Equal((EvseFaults.Weld, EvseFaults.Weld), (bench.State.Faults, bench.Outputs.ActiveFaults));
        Assert.True(bench.Outputs is { Lock: true, ContactorSupply: false, ChargeStart: false });
        bench.ContactorIsWelded = false;
        bench.RunTo(SessionPhase.Faulted);
        StartsOnlyAfterThePlugWasPulled(bench);
    }

    [Fact]
    public void A_car_that_goes_on_reporting_closed_is_a_possible_weld_even_without_voltage()
    {
        var bench = SessionBench.Charging();
        bench.ReportsClosed = true;

        bench.Open().RunTo(SessionPhase.Faulted);

        Assert.Equal(EvseFaults.Weld, bench.State.Faults);
        Assert.False(bench.Outputs.Lock);
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
    public void Voltage_of_a_stage_that_could_not_be_told_to_switch_off_is_no_weld()
    {
        var bench = SessionBench.Charging();
        bench.StageIsSilent = true;
        bench.Run(8.Seconds);
        (bench.StageIsSilent, bench.VoltageOverride) = (false, 410);

        bench.Run(2.5.Seconds);

        Assert.Equal(EvseFaults.PowerStageSilent, bench.Outputs.Faults);
        bench.Run(1.Seconds);
        Assert.True(bench.Outputs.Faults.HasFlag(EvseFaults.Weld), "it had its time to fall");
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
