using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Gpio;

namespace ChargeScape.Edge.Tests.Unit.Quasar;

/// <summary>The contactor in its supply, what hangs, and what is shown of both.</summary>
public class QuasarSupplyTests
{
    [Fact]
    public void Before_the_first_command_the_supply_is_left_alone()
    {
        var bench = new QuasarBench();

        for (var i = 0; i < 20; i++)
        {
            bench.Evse.Read(bench.Now + i * 100.Milliseconds);
            bench.Evse.Write(bench.Now + i * 100.Milliseconds);
        }

        Assert.False(bench.HasSupply);
    }

    [Fact]
    public void Without_supply_nothing_is_asked_and_after_it_control_is_taken_anew()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.Ask(Connection.OpenNow);
        bench.RunFor(1.Seconds);
        bench.Charger.Written.Clear();

        bench.RunFor(20.Seconds);
        Assert.Empty(bench.Charger.Written);
        (bench.Charger[81], bench.Charger[82], bench.Charger[83], bench.Charger[537]) = (0, 1, 0, 4);
        bench.Charger[526] = 0;
        bench.Ask(Connection.Open);
        while (!bench.HasSupply) bench.RunFor(100.Milliseconds);
        // It boots: nothing is written before it was read.
        Assert.Empty(bench.Charger.Written);
        bench.RunFor(3.Seconds);

        Assert.Equal((1, EvseFaults.None), (bench.Charger[81], bench.Reading.Faults));
    }

    [Fact]
    public void A_supply_that_was_cut_for_a_stop_is_no_fault_at_the_next_emergency()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.Ask(Connection.Open);
        bench.RunFor(15.Seconds);
        Assert.Equal(EvseFaults.PowerStage, bench.Reading.Faults);
        (bench.Charger[537], bench.Charger[526]) = (4, 0);
        bench.RunFor(20.Seconds);

        bench.Ask(Connection.OpenNow);
        bench.RunFor(2.Seconds);

        Assert.Equal(EvseFaults.NotControllable, bench.Reading.Faults);
    }

    [Fact]
    public void Contacts_need_a_moment_to_open()
    {
        var bench = new QuasarBench(settings => settings with { Period = 100.Milliseconds });
        bench.Transferring(3000);

        bench.Ask(Connection.OpenNow);
        bench.RunFor(400.Milliseconds);
        Assert.True(bench.Reading.IsContactorClosed);
        bench.RunFor(700.Milliseconds);

        Assert.False(bench.Reading.IsContactorClosed);
    }

    [Theory]
    [InlineData(0, EvseSession.Unplugged)]
    [InlineData(4, EvseSession.PluggedIn)]
    public void Without_supply_the_plug_is_where_it_was_seen_last(ushort state, EvseSession session)
    {
        var bench = new QuasarBench();
        bench.Charger[537] = state;
        bench.RunFor(2.Seconds);

        bench.Ask(Connection.OpenNow);
        bench.RunFor(2.Seconds);
        Assert.Equal(session, bench.Reading.Session);
        bench.Charger[537] = 7;
        bench.Ask(Connection.Open);
        bench.RunFor(12.Seconds);

        Assert.Equal(session, bench.Reading.Session);
    }

    [Fact]
    public void A_line_that_does_not_obey_is_a_fault_is_tried_again_and_is_no_proof_of_an_open_contact()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.Chip.SetFault("supply", LineFault.StuckActive);

        bench.Ask(Connection.OpenNow);
        bench.RunFor(3.Seconds);
        Assert.True(bench.Reading.Faults.HasFlag(EvseFaults.Line));
        Assert.True(bench.Reading.IsContactorClosed);
        bench.Chip.SetFault("supply", LineFault.None);
        bench.RunFor(1.Seconds);

        Assert.False(bench.HasSupply);
        Assert.False(bench.Reading.IsContactorClosed);
    }

    [Theory]
    [InlineData(526)]
    [InlineData(547)]
    [InlineData(548)]
    public void One_value_that_moves_is_enough_to_be_alive(int register)
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.Moves = false;

        for (var i = 0; i < 80; i++)
        {
            bench.Charger[register] ^= 1;
            bench.RunFor(1.Seconds);
        }

        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void After_an_outage_standing_still_is_counted_anew()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.Moves = false;
        bench.RunFor(62.Seconds);
        Assert.Equal(EvseFaults.Frozen, bench.Reading.Faults);

        bench.IsSilent = true;
        bench.RunFor(2.Seconds);
        bench.IsSilent = false;
        bench.RunFor(1.Seconds);

        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void A_hung_server_ends_the_session_and_promises_nothing()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.Moves = false;

        bench.RunFor(62.Seconds);

        Assert.Equal(QuasarPhase.Stopping, bench.Evse.Phase);
        Assert.Equal((0.W, 0.W), (bench.Reading.VehicleCharge, bench.Reading.VehicleDischarge));
    }

    [Fact]
    public void A_set_point_that_does_not_stand_there_is_waited_for_a_moment_and_then_everything_is_unknown()
    {
        var bench = new QuasarBench();
        (bench.Charger.ForgetsAt, bench.Charger[260]) = (260, 500);

        bench.RunFor(2500.Milliseconds);
        Assert.Equal((EvseFaults.None, false), (bench.Reading.Faults, bench.Reading.IsContactorClosed));
        bench.RunFor(3.Seconds);

        Assert.Equal(EvseFaults.Frozen, bench.Reading.Faults);
        Assert.Equal((-7400.W, true), (bench.Reading.PowerLow, bench.Reading.IsContactorClosed));
        bench.Charger.ForgetsAt = null;
        bench.RunFor(3.Seconds);
        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Theory]
    [InlineData(4, 300, 0)]       // power at the meter inside
    [InlineData(4, 0, 15)]        // 1.5 A at the DC side
    [InlineData(1, 0, 0)]         // the state
    public void The_contactor_counts_as_closed_by_any_sign_of_a_flow(int state, int watts, int tenths)
    {
        var bench = new QuasarBench(settings => settings with { StopTime = 100.Seconds });
        (bench.Charger[537], bench.Charger[526], bench.Charger[548]) = ((ushort)state, (ushort)watts, (ushort)tenths);

        bench.RunFor(2.Seconds);

        Assert.True(bench.Reading.IsContactorClosed);
        Assert.Equal(0.W, bench.Reading.VehicleCharge);
    }

    [Fact]
    public void Within_a_session_it_counts_as_closed_though_nothing_flows()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        (bench.Charger[537], bench.Charger[526]) = (2, 0);
        bench.RunFor(1.Seconds);

        Assert.True(bench.Reading.IsContactorClosed);
    }

    [Fact]
    public void A_recoverable_error_within_a_session_promises_nothing()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        Assert.Equal(7400.W, bench.Reading.VehicleCharge);

        bench.Charger[541] = 1;
        bench.RunFor(1.Seconds);

        Assert.Equal((0.W, 0.W), (bench.Reading.VehicleCharge, bench.Reading.VehicleDischarge));
    }
}
