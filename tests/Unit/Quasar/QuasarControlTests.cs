using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;

namespace ChargeScape.Edge.Tests.Unit.Quasar;

/// <summary>What the driver writes, and when.</summary>
public class QuasarControlTests
{
    [Fact]
    public void Control_is_taken_before_anything_else_and_the_charger_may_not_start_by_itself()
    {
        var bench = new QuasarBench();

        bench.RunFor(3.Seconds);

        Assert.Equal([(81, 1), (82, 0), (88, 60), (83, 1)], bench.Charger.Written.Take(4));
        Assert.All(bench.Charger.Written.Skip(4), write => Assert.Equal((260, 0), (write.Address, write.Value)));
    }

    [Fact]
    public void A_start_sets_next_to_no_power_first_and_the_order_only_once_it_transfers()
    {
        var bench = new QuasarBench();
        bench.RunFor(3.Seconds);
        bench.Charger.Written.Clear();

        bench.Ask(Connection.Close, 3000);
        bench.RunFor(5.Seconds);
        var before = bench.Charger.Written.ToArray();
        bench.Charger[537] = 1;
        bench.RunFor(2.Seconds);

        Assert.Equal([(260, 1), (257, 1)], before);
        Assert.Equal(3000, (short)bench.Charger[260]);
    }

    [Fact]
    public void A_stop_sets_zero_and_is_said_again_until_nothing_flows()
    {
        var bench = new QuasarBench();
        bench.Transferring(-3000);
        bench.Charger.Written.Clear();

        bench.Ask(Connection.Open);
        bench.RunFor(6.Seconds);
        var stopping = bench.Charger.Written.ToArray();
        (bench.Charger[537], bench.Charger[526]) = (4, 0);
        bench.RunFor(12.Seconds);

        Assert.Equal([(260, 0), (257, 2), (257, 2)], stopping);
        Assert.Equal(3, bench.Charger.Written.Count);
        Assert.Equal(EvseSession.PluggedIn, bench.Reading.Session);
    }

    [Fact]
    public void A_car_that_leaves_makes_it_stop_at_once()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.Charger.Written.Clear();

        (bench.Charger[537], bench.Charger[526]) = (0, 0);
        bench.RunFor(600.Milliseconds);

        Assert.Contains((257, (short)2), bench.Charger.Written);
        Assert.Equal(0, bench.Charger[260]);
        Assert.Equal(EvseSession.Unplugged, bench.Reading.Session);
    }

    [Fact]
    public void A_command_older_than_a_second_is_a_stop()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        bench.Charger.Written.Clear();

        bench.CommandIsFresh = false;
        bench.RunFor(2.Seconds);

        Assert.Contains((257, (short)2), bench.Charger.Written);
        Assert.Equal(0, bench.Charger[260]);
    }

    [Fact]
    public void A_charger_that_transfers_without_being_asked_is_stopped()
    {
        var bench = new QuasarBench();
        (bench.Charger[537], bench.Charger[526]) = (1, 3000);

        bench.RunFor(3.Seconds);

        Assert.Contains((257, (short)2), bench.Charger.Written);
        Assert.Equal(EvseSession.Stopping, bench.Reading.Session);
    }

    [Fact]
    public void Power_shrinks_at_once_and_grows_every_few_seconds()
    {
        var bench = new QuasarBench();
        bench.Transferring(2000);
        bench.Charger.Written.Clear();

        for (var watts = 2100; watts <= 4000; watts += 100)
        {
            bench.Ask(Connection.Close, watts);
            bench.RunFor(100.Milliseconds);
        }
        var grown = bench.Charger.Written.Count;
        bench.Ask(Connection.Close, 1500);
        bench.RunFor(100.Milliseconds);

        Assert.InRange(grown, 0, 1);
        Assert.Equal(1500, (short)bench.Charger[260]);
    }

    [Theory]
    [InlineData(-3000, -12)]
    [InlineData(3100, 12)]
    [InlineData(600, 2)]
    [InlineData(100, 1)]
    public void Firmware_that_refuses_watts_is_given_whole_amperes_below_the_order(int watts, int amperes)
    {
        var bench = new QuasarBench();
        bench.Charger.IsOld = true;
        // The voltage stands at 240 V, or the amperes would follow it.
        bench.Moves = false;
        bench.RunFor(3.Seconds);

        bench.Ask(Connection.Close, watts);
        bench.RunFor(3.Seconds);
        bench.Charger[537] = 1;
        bench.RunFor(3.Seconds);

        Assert.False(bench.Evse.IsInWatts);
        Assert.Equal(amperes, (short)bench.Charger[258]);
        Assert.DoesNotContain(bench.Charger.Written, write => write.Address is 83 or 260);
    }

    [Fact]
    public void A_refused_negative_set_point_means_that_this_site_may_not_export()
    {
        var bench = new QuasarBench();
        bench.Charger.Refuses = (address, value) => address == 260 && value < 0 ? (byte)3 : (byte)0;
        bench.Ask(Connection.Close);
        bench.RunFor(3.Seconds);
        bench.Charger[537] = 1;
        bench.RunFor(1.Seconds);

        bench.Ask(Connection.Close, -3000);
        bench.RunFor(3.Seconds);

        Assert.Equal((0.W, 7400.W), (bench.Reading.StageDischarge, bench.Reading.StageCharge));
        Assert.True(bench.Evse.IsInWatts);
    }

    [Fact]
    public void An_app_that_takes_control_is_not_fought_where_the_site_yields()
    {
        var bench = new QuasarBench(settings => settings with { YieldFor = 30.Seconds });
        bench.Transferring(3000);
        bench.Charger.Written.Clear();

        (bench.Charger[81], bench.Charger[82], bench.Charger[83], bench.Charger[260]) = (0, 1, 0, 0);
        bench.RunFor(20.Seconds);
        var whileYielding = bench.Charger.Written.Count;
        var faults = bench.Reading.Faults;
        bench.RunFor(30.Seconds);
        var whileItTransfers = bench.Charger.Written.Count;
        (bench.Charger[537], bench.Charger[526]) = (4, 0);
        bench.RunFor(3.Seconds);

        Assert.Equal((0, 0), (whileYielding, whileItTransfers));
        Assert.Equal(EvseFaults.Yielded, faults);
        Assert.Equal(1, bench.Charger[81]);
        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void Where_it_is_a_fault_control_is_taken_back_and_the_transfer_is_not()
    {
        var bench = new QuasarBench(s => s with { OnSecondMaster = Hal.Modbus.SecondMaster.Fault });
        bench.Transferring(3000);

        bench.Charger[81] = 0;
        bench.RunFor(1.Seconds);

        Assert.True(bench.Reading.Faults.HasFlag(EvseFaults.ForeignControl));
        Assert.Equal(1, bench.Charger[81]);
    }

    [Fact]
    public void Hand_back_leaves_it_at_zero_and_with_its_user()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        for (var i = 0; i < 20 && !bench.Evse.HandBack(bench.Now + i * 1.Seconds); i++) { }

        Assert.Equal((0, 0), (bench.Charger[260], bench.Charger[81]));
    }

    [Fact]
    public void Without_readings_nothing_is_written_but_a_stop_and_that_seldom()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);
        var published = bench.Published;
        bench.Charger.Written.Clear();

        bench.Charger.LastLive = 400;
        bench.Ask(Connection.Close, 1000);
        bench.RunFor(5.Seconds);
        var whileWanted = bench.Charger.Written.Count;
        bench.Ask(Connection.Open);
        bench.RunFor(9.Seconds);

        Assert.Equal((published, 0), (bench.Published, whileWanted));
        Assert.Equal([(260, 0), (257, 2), (257, 2)], bench.Charger.Written);
    }

    [Fact]
    public void A_charger_that_does_not_answer_is_not_waited_for_at_the_end()
    {
        var bench = new QuasarBench();
        bench.Transferring(3000);

        bench.IsSilent = true;
        bench.RunFor(2.Seconds);

        Assert.True(bench.Evse.HandBack(bench.Now));
    }
}
