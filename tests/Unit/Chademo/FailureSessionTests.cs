using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>
/// What cars did in the recorded failures (protocol notes c.7), rebuilt from their description and put in front of our
/// charger: no recording of them was at hand. The same failures seen from the car are in <c>Sim/CarFailureTests</c>.
/// </summary>
public sealed class FailureSessionTests
{
    private readonly double[] mostCommanded = [0];

    private static SessionBench Start(Action<SessionBench> car)
    {
        var bench = new SessionBench();
        car(bench);
        bench.Run(200.Milliseconds).Close(20);
        return bench;
    }

    // Runs and remembers the largest current that the stage was ever asked for.
    private SessionBench Watch(SessionBench bench, TimeSpan time)
    {
        for (var end = bench.Now + time; bench.Now < end;)
        {
            bench.Step();
            if (bench.Outputs.Stage.Mode == StageMode.Current)
                mostCommanded[0] = Math.Max(mostCommanded[0], Math.Abs(bench.Outputs.Stage.Current.Value));
        }
        return bench;
    }

    [Fact]
    public void FAILCHAD_a_car_that_never_hears_us_is_let_go_after_its_time_unlocked()
    {
        var bench = Watch(Start(b => b.Permits = false), 12.Seconds);

        Assert.Equal((SessionPhase.Faulted, EvseFaults.StartTimeout), (bench.Phase, bench.State.Faults));
        Assert.True(bench.Outputs is { ChargeStart: false, ContactorSupply: false, Lock: false });
        Assert.Equal(0, mostCommanded[0]);
    }

    [Fact]
    public void Failcan2_a_request_before_permission_gets_nothing_and_its_withdrawal_ends_the_session()
    {
        var bench = Start(b => (b.AsksAlways, b.Permits) = (5, false));
        Watch(bench, 3.Seconds);
        bench.Permits = true;
        bench.AsksAlways = 40;
        bench.CarCloses = false;
        Watch(bench, 2.Seconds);
        bench.PermissionFlag = false;

        Watch(bench, 6.Seconds);

        Assert.Equal((SessionPhase.Idle, EvseFaults.None), (bench.Phase, bench.State.Faults));
        Assert.Equal(0, mostCommanded[0]);
    }

    [Fact]
    public void InstaVolt_a_car_that_goes_on_asking_for_three_minutes_gets_nothing_after_the_end()
    {
        var bench = Watch(Start(b => (b.AsksAlways, b.CarCloses) = (12, false)), 177.Seconds);

        Assert.Equal((SessionPhase.Faulted, EvseFaults.StartTimeout), (bench.Phase, bench.State.Faults));
        Assert.False(bench.Outputs.IsTransmitting);
        Assert.Equal(0, mostCommanded[0]);
    }

    [Fact]
    public void GeniePoint_an_offer_that_moves_in_every_frame_is_no_fault()
    {
        var bench = SessionBench.Charging(20);
        double[] offers = [22, 30, 9, 25, 11];

        for (var i = 0; i < 60; i++)
        {
            bench.Wish = bench.Wish with { Current = new(offers[i % offers.Length]) };
            bench.Run(100.Milliseconds);
        }

        Assert.Equal((SessionPhase.Transferring, EvseFaults.None), (bench.Phase, bench.State.Faults));
    }

    [Fact]
    public void GeniePoint_a_malfunction_under_current_is_current_off_then_d2_then_d1_then_unlock_below_10_V()
    {
        var bench = SessionBench.Charging(20);
        var order = new List<string>();
        bench.StageIsFaulted = true;
        void Note(string what, bool holds)
        {
            if (holds && !order.Contains(what)) order.Add(what);
        }

        for (var i = 0; i < 100; i++)
        {
            bench.Step();
            Note("DC off", bench.Outputs.Stage.Mode == StageMode.Off);
            Note("d2 off", !bench.Outputs.ContactorSupply);
            Note("d1 off", !bench.Outputs.ChargeStart);
            Note("unlock", !bench.Outputs.Lock);
        }

        Assert.Equal(["DC off", "d2 off", "d1 off", "unlock"], order);
        Assert.True(bench.Outputs.Status.State.HasFlag(ChargerState.ChargerMalfunction));
    }

    [Fact]
    public void InstavoltBYD_a_car_that_closes_and_never_asks_is_given_up_after_4_s_not_31()
    {
        var bench = Start(b => (b.Asks, b.Discharge) = (false, new(0.A, 250.V, 0xFF, 0xFF)));
        bench.RunTo(SessionPhase.Requesting);
        var closed = bench.Now;

        bench.RunTo(SessionPhase.RampingDown, 5);

        Assert.InRange((bench.Now - closed).TotalSeconds, 3.9, 4.2);
        Assert.Equal(EvseFaults.StartTimeout, bench.State.Faults);
        Watch(bench, 20.Seconds);
        Assert.Equal((SessionPhase.Faulted, 0.0), (bench.Phase, mostCommanded[0]));
    }

    [Fact]
    public void Abb_evgo_and_ea_a_car_that_never_closes_loses_d2_after_4_s_and_d1_half_a_second_later()
    {
        // It does not let go of its permission either, so nobody may wait for that.
        var bench = Start(b => (b.CarCloses, b.PermissionFlag) = (false, true));
        bench.RunTo(SessionPhase.Closing);
        var supplied = bench.Now;

        bench.RunTo(SessionPhase.Releasing, 5);
        var released = bench.Now;
        Assert.False(bench.Outputs.ContactorSupply);
        while (bench.Outputs.ChargeStart) bench.Step();

        Assert.InRange((released - supplied).TotalSeconds, 3.9, 4.2);
        Assert.InRange((bench.Now - released).TotalSeconds, 0.45, 0.6);
        Assert.Equal(EvseFaults.StartTimeout, bench.State.Faults);
    }

    [Fact]
    public void Non_working_charger_a_request_in_the_moment_of_the_fault_gets_nothing()
    {
        var bench = SessionBench.At(SessionPhase.Requesting, 20);
        bench.StageIsFaulted = true;
        bench.AsksAlways = 1;

        Watch(bench, 5.Seconds);

        Assert.Equal((SessionPhase.Faulted, EvseFaults.PowerStage), (bench.Phase, bench.State.Faults));
        Assert.Equal(0, mostCommanded[0]);
    }

    [Fact]
    public void A_log_with_its_bytes_last_first_is_a_car_that_does_not_fit()
    {
        var seen = default(CarSeen);
        string[] mirrored = ["100#006401B300000000", "101#0000DE00003CFF00", "102#0049C1000C019A02"];
        foreach (var frame in mirrored)
        {
            var parts = frame.Replace(" ", "", StringComparison.Ordinal).Split('#');
            seen.Take(new(Convert.ToUInt32(parts[0], 16), Convert.FromHexString(parts[1])), 1.Seconds);
        }
        var inputs = new SessionInputs(1.Seconds, seen, default, default, default);

        Assert.False(new SessionFacts(inputs, default, SessionBench.Settings).IsCompatible);
    }

    [Fact]
    public void A_pulled_plug_that_stays_live_for_a_second_is_a_possible_weld()
    {
        var bench = SessionBench.Charging();
        (bench.Plug, bench.VoltageOverride) = (false, 61);
        bench.Run(900.Milliseconds);
        var early = bench.State.Faults;

        bench.Run(500.Milliseconds);

        Assert.Equal(EvseFaults.Lock, early);
        Assert.Equal(EvseFaults.Lock | EvseFaults.Weld, bench.State.Faults);
        Assert.True(bench.Outputs.Lock);
    }

    [Fact]
    public void A_charge_only_car_is_charged_never_discharged_and_is_sent_no_discharge_frames()
    {
        var bench = new SessionBench { ExtraStatus = CarStatus.None };
        bench.Run(200.Milliseconds).Close(10).RunTo(SessionPhase.Transferring).Run(2.Seconds);
        var charged = bench.Outputs.Stage.Current;

        bench.Close(-10).Run(3.Seconds);

        Assert.Equal(10.A, charged);
        Assert.Equal((0.A, 0.A), (bench.Outputs.Stage.Current, bench.Outputs.VehicleDischarge));
        Assert.False(bench.Outputs.IsDischargeOffered);
        Assert.False(bench.Outputs.Status.IsDischargeCompatible);
        Assert.Equal(SessionPhase.Transferring, bench.Phase);
    }

    [Fact]
    public void A_discharge_car_is_offered_208_and_209_from_its_first_frame_and_109_4_0_after_permission()
    {
        var bench = SessionBench.At(SessionPhase.Exchanging);
        var first = (bench.Outputs.IsDischargeOffered, bench.Outputs.Status.IsDischargeCompatible);

        bench.RunTo(SessionPhase.Locking);

        Assert.Equal((true, false), first);
        Assert.True(bench.Outputs.IsDischargeOffered && bench.Outputs.Status.IsDischargeCompatible);
    }
}
