using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;

namespace ChargeScape.Edge.Tests.Unit.Quasar;

/// <summary>What the driver says about the charger: what it cannot know is unknown.</summary>
public class QuasarReadingTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(2, 2)]
    [InlineData(97, 97)]
    [InlineData(98, null)]
    [InlineData(65535, null)]
    public void The_state_of_charge_is_known_within_a_session_and_between_2_and_97(int raw, int? percent)
    {
        var bench = new QuasarBench();

        bench.Transferring(3000, soc: (ushort)raw);

        Assert.Equal((double?)percent, bench.Reading.VehicleSoc?.Percent);
    }

    [Fact]
    public void Outside_a_session_it_is_unknown_whatever_stands_there()
    {
        var bench = new QuasarBench();
        (bench.Charger[537], bench.Charger[538]) = (4, 55);

        bench.RunFor(3.Seconds);

        Assert.Null(bench.Reading.VehicleSoc);
        Assert.Equal((EvseSession.PluggedIn, false), (bench.Reading.Session, bench.Reading.IsContactorClosed));
    }

    [Fact]
    public void A_glitch_to_1_is_bridged_for_a_while_and_then_unknown()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        bench.Charger[538] = 1;
        bench.RunFor(20.Seconds);
        var bridged = bench.Reading.VehicleSoc;
        bench.RunFor(15.Seconds);

        Assert.Equal(new Soc(60), bridged);
        Assert.Null(bench.Reading.VehicleSoc);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(99)]
    public void A_state_that_nobody_explains_takes_no_orders(int state)
    {
        var bench = new QuasarBench();
        bench.RunFor(3.Seconds);
        bench.Charger.Written.Clear();

        bench.Charger[537] = (ushort)state;
        bench.Ask(Connection.Close, 3000);
        bench.RunFor(3.Seconds);

        Assert.Equal(EvseFaults.NotControllable, bench.Reading.Faults);
        Assert.Equal((0.W, 0.W), (bench.Reading.StageCharge, bench.Reading.StageDischarge));
        Assert.Empty(bench.Charger.Written);
    }

    [Fact]
    public void Unrecoverable_errors_are_the_power_stages_and_recoverable_ones_stop_orders()
    {
        var bench = new QuasarBench();
        bench.RunFor(1.Seconds);

        bench.Charger[540] = 4;
        bench.RunFor(1.Seconds);
        var unrecoverable = bench.Reading.Faults;
        (bench.Charger[540], bench.Charger[541]) = (0, 1);
        bench.RunFor(1.Seconds);

        Assert.Equal(EvseFaults.PowerStage, unrecoverable);
        Assert.Equal(EvseFaults.NotControllable, bench.Reading.Faults);
        Assert.Equal((0u, 0x10000u), bench.Evse.Errors);
    }

    [Fact]
    public void A_lock_with_a_car_takes_no_orders_and_without_one_it_is_nobodys_matter()
    {
        var bench = new QuasarBench();
        bench.Charger[256] = 1;

        bench.RunFor(1.Seconds);
        var withCar = bench.Reading;
        bench.Charger[537] = 6;
        bench.RunFor(1.Seconds);

        Assert.Equal(EvseFaults.NotControllable, withCar.Faults);
        Assert.Equal((EvseFaults.None, EvseSession.Unplugged), (bench.Reading.Faults, bench.Reading.Session));
    }

    [Fact]
    public void Values_that_stand_still_while_power_flows_are_a_hung_servers_and_the_power_is_unknown()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        bench.Moves = false;
        bench.RunFor(59.Seconds);
        var before = bench.Reading.Faults;
        // A state of charge that ticks on proves nothing: it is the same image.
        bench.Charger[538]++;
        bench.RunFor(2.Seconds);

        Assert.Equal(EvseFaults.None, before);
        Assert.Equal(EvseFaults.Frozen, bench.Reading.Faults);
        Assert.Equal((-7400.W, 7400.W, true),
            (bench.Reading.PowerLow, bench.Reading.PowerHigh, bench.Reading.IsContactorClosed));
    }

    [Fact]
    public void Values_that_stand_still_while_nothing_flows_are_only_quiet()
    {
        var bench = new QuasarBench { Moves = false };

        bench.RunFor(120.Seconds);

        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void A_set_point_that_is_acknowledged_and_does_not_stand_there_is_a_hung_servers()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        bench.Charger.Forgets = true;
        bench.Ask(Connection.Close, 1000);
        bench.RunFor(6.Seconds);

        Assert.True(bench.Reading.Faults.HasFlag(EvseFaults.Frozen));
    }

    [Fact]
    public void An_emergency_takes_the_supply_away_in_the_same_turn_and_leaves_it_off_until_it_is_over()
    {
        var bench = new QuasarBench();
        bench.Transferring(-3000);
        Assert.True(bench.HasSupply);

        bench.Ask(Connection.OpenNow);
        bench.RunFor(100.Milliseconds);
        var atOnce = bench.HasSupply;
        bench.RunFor(60.Seconds);
        var reading = bench.Reading;
        var later = bench.HasSupply;
        bench.Ask(Connection.Open);
        bench.RunFor(1.Seconds);

        Assert.Equal((false, false, true), (atOnce, later, bench.HasSupply));
        Assert.Equal((0.W, 0.W, false, EvseFaults.NotControllable),
            (reading.PowerLow, reading.PowerHigh, reading.IsContactorClosed, reading.Faults));
    }

    [Fact]
    public void A_stop_that_does_not_come_about_takes_the_supply_away_once_and_for_its_time()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        bench.Ask(Connection.Open);
        bench.RunFor(11.Seconds);
        var inTime = bench.HasSupply;
        bench.RunFor(3.Seconds);
        var overdue = bench.HasSupply;
        var faults = bench.Reading.Faults;
        (bench.Charger[537], bench.Charger[526]) = (4, 0);
        bench.RunFor(10.Seconds);

        Assert.Equal((true, false, true), (inTime, overdue, bench.HasSupply));
        Assert.Equal(EvseFaults.PowerStage, faults);
    }

    [Fact]
    public void Firmware_without_the_dc_registers_is_read_without_them()
    {
        var bench = new QuasarBench();
        bench.Charger.LastLive = 546;

        bench.Transferring(3000);

        Assert.Equal((3000.W, 0.V), (bench.Reading.Power, bench.Reading.DcVoltage));
    }

    [Fact]
    public void A_car_that_asks_for_nothing_takes_nothing()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        (bench.Charger[537], bench.Charger[526]) = (2, 0);
        bench.RunFor(1.Seconds);

        Assert.Equal((EvseSession.Energised, 0.W, 7400.W),
            (bench.Reading.Session, bench.Reading.VehicleCharge, bench.Reading.StageCharge));
    }

    [Fact]
    public void A_session_that_ends_by_itself_is_not_started_again_under_its_number()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        (bench.Charger[537], bench.Charger[526]) = (4, 0);
        bench.RunFor(10.Seconds);
        var ended = bench.Evse.Phase;
        bench.Ask(Connection.Close, 3000, session: 2);
        bench.RunFor(1.Seconds);

        Assert.Equal((QuasarPhase.Idle, QuasarPhase.Starting), (ended, bench.Evse.Phase));
    }

    [Fact]
    public void A_start_that_takes_too_long_is_given_up_and_named()
    {
        var bench = new QuasarBench();
        bench.Ask(Connection.Close, 3000);

        bench.RunFor(66.Seconds);

        Assert.Equal((EvseSession.Faulted, EvseFaults.StartTimeout), (bench.Reading.Session, bench.Reading.Faults));
        Assert.Equal(EvseFaults.None, bench.Reading.ActiveFaults);
    }

    [Fact]
    public void A_poll_and_a_turn_allocate_nothing()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.Charger.Written.Capacity = 1000;
        bench.RunFor(5.Seconds);

        var before = GC.GetAllocatedBytesForCurrentThread();
        bench.RunFor(60.Seconds);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
