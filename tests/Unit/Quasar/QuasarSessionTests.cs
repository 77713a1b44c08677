using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Quasar;

/// <summary>What starts, keeps and ends a session.</summary>
public class QuasarSessionTests
{
    private const byte Refusal = 4;

    private static int Sent(QuasarBench bench, int action) =>
        bench.Charger.Written.Count(write => write == (257, (short)action));

    [Theory]
    [InlineData(81, 0, 0, 0)]        // refuses to be controlled
    [InlineData(82, 0, 0, 0)]        // insists on starting by itself
    [InlineData(0, 83, 0, 0)]        // forgets in which unit
    [InlineData(0, 260, 0, 0)]       // forgets the set-point
    [InlineData(0, 0, 256, 1)]       // its user has locked it
    [InlineData(0, 0, 540, 4)]       // an unrecoverable error
    public void Nothing_is_started_while_it_cannot_be_controlled(
        int refuses, int forgets, int register, ushort value)
    {
        var bench = new QuasarBench();
        bench.Charger.Refuses = (at, _) => at == refuses ? Refusal : (byte)0;
        bench.Charger.ForgetsAt = forgets;
        if (register != 0) bench.Charger[register] = value;
        bench.RunFor(3.Seconds);

        bench.Ask(Connection.Close, 3000);
        bench.RunFor(10.Seconds);

        Assert.Equal(0, Sent(bench, 1));
    }

    [Theory]
    [InlineData(256, 1)]
    [InlineData(540, 4)]
    [InlineData(537, 7)]
    public void What_hinders_a_start_ends_a_session_and_a_start_under_way(int register, ushort value)
    {
        var running = new QuasarBench();
        running.Transferring(3000);
        running.Charger[register] = value;
        running.RunFor(1.Seconds);

        var starting = new QuasarBench();
        starting.Ask(Connection.Close, 3000);
        starting.RunFor(3.Seconds);
        Assert.Equal(QuasarPhase.Starting, starting.Evse.Phase);
        starting.Charger[register] = value;
        starting.RunFor(600.Milliseconds);

        Assert.Equal((1, 1), (Sent(running, 2), Sent(starting, 2)));
    }

    [Theory]
    [InlineData(QuasarSetpoint.Power, true)]       // refused
    [InlineData(QuasarSetpoint.Auto, false)]       // taken, and it does not stand there
    public void A_set_point_that_cannot_be_set_ends_a_session(QuasarSetpoint unit, bool isRefused)
    {
        var bench = new QuasarBench(settings => settings with { Setpoint = unit });
        bench.Transferring(1000);
        if (isRefused) bench.Charger.Refuses = (at, value) => at == 260 && value > 1000 ? Refusal : (byte)0;
        else bench.Charger.ForgetsAt = 260;

        bench.Ask(Connection.Close, 3000);
        bench.RunFor(7.Seconds);

        Assert.Contains((257, (short)2), bench.Charger.Written);
    }

    [Fact]
    public void A_stop_right_after_a_start_does_not_wait()
    {
        var bench = new QuasarBench();
        bench.Ask(Connection.Close, 3000);
        bench.RunFor(3.Seconds);
        Assert.Equal(1, Sent(bench, 1));

        bench.Ask(Connection.Open);
        bench.RunFor(600.Milliseconds);

        Assert.Equal(1, Sent(bench, 2));
    }

    [Fact]
    public void A_start_is_said_again_after_a_quarter_of_a_minute()
    {
        var bench = new QuasarBench();
        bench.Ask(Connection.Close, 3000);

        bench.RunFor(14.Seconds);
        Assert.Equal(1, Sent(bench, 1));
        bench.RunFor(6.Seconds);

        Assert.Equal(2, Sent(bench, 1));
    }

    [Fact]
    public void A_car_that_left_is_stopped_for_once()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        (bench.Charger[537], bench.Charger[526]) = (0, 0);
        bench.RunFor(20.Seconds);

        Assert.Equal(1, Sent(bench, 2));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 3000)]
    public void Either_a_state_or_a_current_that_nobody_asked_for_is_stopped_until_it_is_gone(int state, int watts)
    {
        var bench = new QuasarBench();
        (bench.Charger[537], bench.Charger[526]) = ((ushort)state, (ushort)watts);

        bench.RunFor(11.Seconds);

        Assert.Equal((QuasarPhase.Stopping, 3), (bench.Evse.Phase, Sent(bench, 2)));
    }

    [Fact]
    public void Waiting_for_the_car_is_part_of_a_session_and_the_end_of_a_stop_only_after_its_time()
    {
        var bench = new QuasarBench(settings => settings with { SupplyLine = null });
        bench.Transferring(3000);
        (bench.Charger[537], bench.Charger[526]) = (2, 0);
        bench.RunFor(10.Seconds);
        Assert.Equal(QuasarPhase.Running, bench.Evse.Phase);

        bench.Ask(Connection.Open);
        bench.RunFor(10.Seconds);
        Assert.Equal(QuasarPhase.Stopping, bench.Evse.Phase);
        bench.RunFor(5.Seconds);

        Assert.Equal(QuasarPhase.Idle, bench.Evse.Phase);
    }

    [Fact]
    public void States_in_between_end_a_session_only_when_they_last()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        for (var i = 0; i < 4; i++)
        {
            bench.Charger[537] = 4;
            bench.RunFor(2.Seconds);
            bench.Charger[537] = 1;
            bench.RunFor(1.Seconds);
        }

        Assert.Equal(QuasarPhase.Running, bench.Evse.Phase);
    }

    [Fact]
    public void A_start_that_failed_closes_nothing_and_is_forgotten_with_the_next_session_or_the_car()
    {
        var bench = new QuasarBench();
        bench.Ask(Connection.Close, 3000);
        bench.RunFor(66.Seconds);
        Assert.Equal(7400.W, bench.Reading.StageCharge);

        bench.Ask(Connection.Close, 3000, session: 2);
        bench.RunFor(1.Seconds);
        Assert.Equal((EvseSession.Starting, EvseFaults.None), (bench.Reading.Session, bench.Reading.Faults));

        bench.RunFor(66.Seconds);
        Assert.Equal(EvseFaults.StartTimeout, bench.Reading.Faults);
        bench.Charger[537] = 0;
        bench.RunFor(1.Seconds);
        Assert.Equal((EvseSession.Unplugged, EvseFaults.None), (bench.Reading.Session, bench.Reading.Faults));
    }

    [Fact]
    public void After_an_outage_a_session_begins_anew_and_changed_registers_are_nobodys()
    {
        var bench = new QuasarBench(settings => settings with { OnSecondMaster = SecondMaster.Yield });
        bench.Transferring(3000);

        bench.IsSilent = true;
        bench.RunFor(2.Seconds);
        bench.IsSilent = false;
        (bench.Charger[81], bench.Charger[82], bench.Charger[260], bench.Charger[537]) = (0, 1, 0, 4);
        bench.Charger.Written.Clear();
        bench.RunFor(1.Seconds);

        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
        Assert.Equal((EvseSession.Starting, 1), (bench.Reading.Session, Sent(bench, 1)));
        Assert.Equal((81, 1), bench.Charger.Written[0]);
    }

    [Fact]
    public void One_missed_poll_is_no_outage()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        bench.IsSilent = true;
        bench.RunFor(500.Milliseconds);
        bench.IsSilent = false;
        bench.Charger[81] = 0;
        bench.RunFor(1.Seconds);

        Assert.Equal(EvseFaults.Yielded, bench.Reading.Faults);
    }

    [Fact]
    public void A_silent_charger_that_had_no_session_is_left_alone()
    {
        var bench = new QuasarBench();
        bench.RunFor(3.Seconds);
        bench.Charger.Written.Clear();

        bench.Charger.LastLive = 400;
        bench.RunFor(20.Seconds);

        Assert.Empty(bench.Charger.Written);
    }

    [Fact]
    public void It_is_polled_at_its_period_and_faster_only_for_a_while_to_learn_the_state_of_charge()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000, soc: 60);
        var (known, unknown, given) = (PollsIn(10.Seconds), 0, 0);

        bench = new QuasarBench();
        bench.Transferring(3000, soc: 0);
        unknown = PollsIn(10.Seconds);
        bench.RunFor(60.Seconds);
        given = PollsIn(10.Seconds);

        Assert.Equal((20, 20), (known, given));
        Assert.InRange(unknown, 30, 41);

        int PollsIn(TimeSpan time)
        {
            var before = bench.Charger.Polls;
            bench.RunFor(time);
            return bench.Charger.Polls - before;
        }
    }

    [Fact]
    public void A_command_stamped_a_moment_after_the_turn_is_followed_and_one_from_the_future_is_a_stop()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.CommandIsFresh = false;

        bench.Command = bench.Command with { IssuedAt = bench.Now + 900.Milliseconds };
        bench.RunFor(600.Milliseconds);
        Assert.Equal(QuasarPhase.Running, bench.Evse.Phase);

        bench.Command = bench.Command with { IssuedAt = bench.Now + 10.Seconds };
        bench.RunFor(600.Milliseconds);
        Assert.Equal(QuasarPhase.Stopping, bench.Evse.Phase);
    }
}
