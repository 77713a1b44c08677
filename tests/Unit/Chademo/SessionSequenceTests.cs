using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

public class SessionSequenceTests
{
    [Fact]
    public void A_session_walks_through_every_step_in_order_and_back()
    {
        var bench = new SessionBench();
        var phases = new List<SessionPhase>();
        void Note()
        {
            if (phases.Count == 0 || phases[^1] != bench.Phase) phases.Add(bench.Phase);
        }
        bench.Run(200.Milliseconds).Close(10);

        for (var i = 0; i < 200; i++) { bench.Step(); Note(); }
        bench.Open();
        for (var i = 0; i < 200; i++) { bench.Step(); Note(); }

        Assert.Equal(
            [
                SessionPhase.Waking, SessionPhase.Exchanging, SessionPhase.Locking, SessionPhase.Insulating,
                SessionPhase.Bleeding,
                SessionPhase.Closing, SessionPhase.Requesting, SessionPhase.Transferring, SessionPhase.RampingDown,
                SessionPhase.AwaitingOpen, SessionPhase.Releasing, SessionPhase.Unlocking, SessionPhase.Idle,
            ], phases);
        Assert.Equal(EvseFaults.None, bench.Outputs.Faults);
        Assert.False(bench.Outputs.IsTransmitting);
    }

    [Fact]
    public void The_lines_follow_the_sequence()
    {
        var bench = SessionBench.At(SessionPhase.Waking);
        Assert.Equal((true, false, false), Lines(bench));
        bench.RunTo(SessionPhase.Locking);
        Assert.Equal((true, false, true), Lines(bench));
        bench.RunTo(SessionPhase.Closing);
        Assert.Equal((true, true, true), Lines(bench));

        bench.RunTo(SessionPhase.Transferring).Open().RunTo(SessionPhase.Releasing);

        Assert.Equal((true, false, true), Lines(bench));
        bench.Run(450.Milliseconds);
        Assert.Equal((true, false, true), Lines(bench));
        bench.Step();
        Assert.Equal((false, false, true), Lines(bench));
        bench.RunTo(SessionPhase.Unlocking);
        Assert.Equal((false, false, false), Lines(bench));
    }

    private static (bool D1, bool D2, bool Lock) Lines(SessionBench bench) =>
        (bench.Outputs.ChargeStart, bench.Outputs.ContactorSupply, bench.Outputs.Lock);

    [Fact]
    public void The_lock_is_reported_only_after_its_mechanical_feedback()
    {
        var bench = SessionBench.At(SessionPhase.Exchanging);
        bench.LockFeedback = _ => false;
        bench.RunTo(SessionPhase.Locking).Run(1.Seconds);
        Assert.False(bench.Outputs.Status.State.HasFlag(ChargerState.Locked));

        bench.LockFeedback = commanded => commanded;
        bench.Run(100.Milliseconds);

        Assert.True(bench.Outputs.Status.State.HasFlag(ChargerState.Locked));
    }

    [Fact]
    public void Start_needs_the_line_and_the_flag()
    {
        var flagOnly = new SessionBench { PermissionLine = _ => false };
        flagOnly.Run(200.Milliseconds).Close().RunTo(SessionPhase.Exchanging).Run(900.Milliseconds);
        var lineOnly = new SessionBench { PermissionFlag = false };
        lineOnly.Run(200.Milliseconds).Close().RunTo(SessionPhase.Exchanging).Run(2.Seconds);

        Assert.Equal(SessionPhase.Exchanging, flagOnly.Phase);
        Assert.Equal(SessionPhase.Exchanging, lineOnly.Phase);
    }

    [Fact]
    public void The_test_voltage_is_asked_for_only_while_permitted_and_locked()
    {
        var bench = SessionBench.At(SessionPhase.Insulating);
        bench.InsulationVoltage = _ => 300;
        bench.Step();
        Assert.Equal(new StageCommand(StageMode.Voltage, 500.V, 0.A), bench.Outputs.Stage);

        bench.Permits = false;
        bench.Step();

        Assert.Equal(StageMode.Off, bench.Outputs.Stage.Mode);
        Assert.Equal(SessionPhase.Releasing, bench.Phase);
    }

    [Fact]
    public void The_insulation_test_holds_for_half_a_second_and_ends_below_20_V()
    {
        var bench = SessionBench.At(SessionPhase.Insulating);
        var began = bench.Now;
        bench.RunTo(SessionPhase.Bleeding);
        Assert.InRange((bench.Now - began).TotalSeconds, 0.5, 0.7);
        Assert.Equal(StageMode.Off, bench.Outputs.Stage.Mode);

        bench.VoltageOverride = 21;
        bench.Run(1.Seconds);
        Assert.Equal(SessionPhase.Bleeding, bench.Phase);
        Assert.False(bench.Outputs.ContactorSupply);
        bench.VoltageOverride = null;
        bench.Step();

        Assert.Equal(SessionPhase.Closing, bench.Phase);
    }

    [Fact]
    public void Discharge_is_not_announced_during_discovery()
    {
        var bench = SessionBench.At(SessionPhase.Exchanging);
        Assert.False(bench.Outputs.Status.IsDischargeCompatible);

        bench.RunTo(SessionPhase.Locking);
        Assert.True(bench.Outputs.Status.IsDischargeCompatible);

        var recorded = SessionBench.Settings with { Announcement = DischargeAnnouncement.FromFirstFrame };
        var early = new SessionBench { With = recorded };
        early.Run(200.Milliseconds).Close().RunTo(SessionPhase.Exchanging);
        Assert.True(early.Outputs.Status.IsDischargeCompatible);
    }

    [Fact]
    public void State_of_charge_is_known_only_from_permission_to_the_end_of_the_session()
    {
        var bench = SessionBench.At(SessionPhase.Exchanging);
        Assert.Null(bench.Outputs.VehicleSoc);
        bench.RunTo(SessionPhase.Locking);
        Assert.Equal(60.Percent, bench.Outputs.VehicleSoc);

        bench.Rate = 101;
        bench.Step();
        Assert.Null(bench.Outputs.VehicleSoc);
        bench.Rate = 60;
        bench.Open().RunTo(SessionPhase.Idle);

        Assert.Null(bench.Outputs.VehicleSoc);
    }

    [Theory]
    [InlineData(SessionPhase.Waking, 10, EvseFaults.StartTimeout | EvseFaults.VehicleSilent)]
    [InlineData(SessionPhase.Exchanging, 8, EvseFaults.StartTimeout)]
    [InlineData(SessionPhase.Locking, 10, EvseFaults.Lock)]
    [InlineData(SessionPhase.Insulating, 5, EvseFaults.Insulation)]
    [InlineData(SessionPhase.Bleeding, 3, EvseFaults.PowerStage)]
    [InlineData(SessionPhase.Closing, 4, EvseFaults.StartTimeout)]
    [InlineData(SessionPhase.Requesting, 4, EvseFaults.StartTimeout)]
    public void Each_step_of_the_start_gives_up_after_its_time(SessionPhase phase, double seconds, EvseFaults fault)
    {
        var bench = new SessionBench();
        Stall(bench, phase);
        bench.Run(200.Milliseconds).Close(10).RunTo(phase);
        if (phase == SessionPhase.Bleeding) bench.VoltageOverride = 30;
        var began = bench.State.Since;

        while (bench.Phase == phase && bench.Now - began < 60.Seconds) bench.Step();

        Assert.InRange((bench.Now - began).TotalSeconds, seconds - 0.2, seconds + 0.2);
        Assert.Equal(fault, bench.State.Faults);
        Assert.False(bench.Phase < SessionPhase.RampingDown);
        bench.VoltageOverride = null;
        bench.RunTo(SessionPhase.Faulted);
        Assert.False(bench.Outputs.ContactorSupply);
    }

    private static void Stall(SessionBench bench, SessionPhase phase)
    {
        switch (phase)
        {
            case SessionPhase.Waking: (bench.CarIsSilent, bench.Permits) = (true, false); break;
            case SessionPhase.Exchanging: bench.Permits = false; break;
            case SessionPhase.Locking: bench.LockFeedback = _ => false; break;
            case SessionPhase.Insulating: bench.InsulationVoltage = _ => 449; break;
            case SessionPhase.Closing: bench.CarCloses = false; break;
            case SessionPhase.Requesting: (bench.Asks, bench.Discharge) = (false, new(0.A, 250.V, 0xFF, 0xFF)); break;
            default: break;
        }
    }

    [Fact]
    public void From_permission_to_d2_no_more_than_20_s_pass()
    {
        var slow = SessionBench.Settings.Times with { Lock = 60.Seconds };
        var bench = new SessionBench { With = SessionBench.Settings with { Times = slow }, LockFeedback = _ => false };
        bench.Run(200.Milliseconds).Close().RunTo(SessionPhase.Locking);

        bench.Run(19.Seconds);
        Assert.Equal(SessionPhase.Locking, bench.Phase);
        bench.Run(1.5.Seconds);

        Assert.Equal(EvseFaults.StartTimeout, bench.State.Faults);
    }

    [Fact]
    public void From_lock_to_flow_there_is_an_overall_cap()
    {
        var slow = SessionBench.Settings.Times with { Close = 600.Seconds };
        var bench = new SessionBench { With = SessionBench.Settings with { Times = slow }, CarCloses = false };
        bench.Run(200.Milliseconds).Close().RunTo(SessionPhase.Closing);

        bench.Run(26.Seconds);

        Assert.Equal(EvseFaults.StartTimeout, bench.State.Faults);
    }

    [Fact]
    public void Flow_begins_half_a_second_after_the_first_request()
    {
        var bench = SessionBench.At(SessionPhase.Requesting, 10);
        bench.RunTo(SessionPhase.Transferring);

        Assert.InRange((bench.Now - bench.State.RequestedAt!.Value).TotalSeconds, 0.5, 0.56);
        Assert.Equal(ChargerState.Charging | ChargerState.Locked, bench.Outputs.Status.State);
    }

    [Fact]
    public void A_car_that_only_gives_is_a_session_too()
    {
        var bench = new SessionBench { Asks = false };
        bench.Run(200.Milliseconds).Close(-8).RunTo(SessionPhase.Transferring).Run(2.Seconds);

        Assert.Equal(-8.A, bench.Outputs.Stage.Current);
    }
}
