using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>What a charger with a map is told and when, request by request.</summary>
public sealed class MapOrderTests
{
    private static readonly ModbusResult refused = new(ModbusStatus.Exception, 4);

    [Fact]
    public void Ten_minutes_after_it_stood_back_it_takes_over_anew_and_not_before()
    {
        var bench = new HandEvse();
        bench.Charging();
        bench.Bus.Holding(30, 0, 2000);
        bench.Run(10.Seconds);
        bench.Bus.Requests.Clear();

        bench.Run(9.Minutes);
        Assert.Equal(EvseFaults.ForeignControl | EvseFaults.Yielded, bench.Seen.Faults);
        Assert.Empty(bench.Writes);

        bench.Run(1.Minutes);
        Assert.Equal(EvseFaults.None, bench.Seen.Faults);
        Assert.Equal(4000, bench.Setpoint);
    }

    [Fact]
    public void Somebody_else_s_write_that_the_poll_itself_shows_is_stood_back_for_too()
    {
        var bench = new HandEvse();
        bench.Charging();
        bench.Bus.Requests.Clear();

        bench.Bus.Holding(10, 300);
        bench.Run(10.Seconds);

        Assert.Equal(EvseFaults.ForeignControl | EvseFaults.Yielded, bench.Seen.Faults);
        Assert.Equal(300, bench.Bus[10]);
        Assert.Empty(bench.Writes);
        // The poll saw it, so nothing was read a second time.
        Assert.DoesNotContain("3:10+1", bench.Bus.Requests);
    }

    [Fact]
    public void What_stands_there_when_it_comes_back_is_what_is_restored()
    {
        var bench = new HandEvse();
        bench.Charging();
        bench.Bus.Holding(10, 300);

        bench.Run(11.Minutes);
        Assert.Equal(60, bench.Bus[10]);
        for (var i = 0; i < 50 && !bench.Evse.HandBack(bench.Now); i++) bench.Now += 100.Milliseconds;

        Assert.Equal((300, 0), (bench.Bus[10], bench.Setpoint));
    }

    [Fact]
    public void A_fault_of_foreign_control_ends_once_the_registers_are_ours_and_nothing_flows()
    {
        var bench = new HandEvse(with: settings => settings with { OnSecondMaster = SecondMaster.Fault });
        bench.Charging();

        bench.Bus.Holding(10, 300);
        bench.Run(5.Seconds);
        Assert.Equal(EvseFaults.ForeignControl, bench.Seen.Faults);

        bench.Shows(2, 900);
        bench.Run(5.Seconds, Watts.Zero, Connection.Open);
        Assert.Equal(EvseFaults.ForeignControl, bench.Seen.Faults);

        bench.Shows(2);
        bench.Run(1.Seconds);
        Assert.Equal(EvseFaults.None, bench.Seen.Faults);
    }

    [Fact]
    public void It_does_not_end_while_the_set_point_is_not_ours_again()
    {
        var bench = new HandEvse(with: settings => settings with { OnSecondMaster = SecondMaster.Fault });
        bench.Charging();
        bench.Bus.Meets = request => request.StartsWith("16:30", StringComparison.Ordinal) ? refused : null;
        bench.Bus.Holding(30, 0, 2000);
        bench.Run(12.Seconds);

        bench.Shows(2);
        bench.Run(5.Seconds, Watts.Zero, Connection.Open);

        Assert.Equal(EvseFaults.ForeignControl | EvseFaults.NotControllable, bench.Seen.Faults);
    }

    [Fact]
    public void What_stood_there_before_us_is_remembered_for_hours()
    {
        var bench = new HandEvse();
        bench.Charging();
        bench.Run(25.Minutes);

        for (var i = 0; i < 50 && !bench.Evse.HandBack(bench.Now); i++) bench.Now += 100.Milliseconds;

        Assert.Equal(600, bench.Bus[10]);
    }

    [Fact]
    public void A_device_that_is_slow_to_move_is_waited_for_longer_after_its_start()
    {
        var bench = new HandEvse(
            "'deadTimeMs': 1000|'hold': [{ 'write': 'setpointW', 'value': 0 }]",
            "'deadTimeMs': 9000|'hold': [{ 'write': 'run', 'value': 0 }, { 'write': 'setpointW', 'value': 0 }]");
        bench.Plugged();
        bench.Run(1.Seconds, Watts.Zero, Connection.Close, 1);
        bench.Shows(HandEvse.On);

        bench.Run(8.Seconds);
        Assert.Equal(0, bench.Runs(0));
        bench.Run(2.Seconds);

        Assert.Equal(1, bench.Runs(0));
    }

    [Fact]
    public void Where_there_is_a_gap_between_requests_a_new_set_point_goes_before_the_next_reading()
    {
        var bench = new HandEvse("'refreshMs': 100", "'minimumGapMs': 200, 'refreshMs': 100");
        bench.Charging();
        bench.Bus.Requests.Clear();
        while (!bench.Bus.Requests.Contains("3:0+12")) bench.Run(50.Milliseconds);
        bench.Bus.Requests.Clear();

        bench.Run(300.Milliseconds, 6.kW);

        Assert.Equal("16:30=0,6000", bench.Bus.Requests[0]);
    }

    [Fact]
    public void A_start_that_we_did_not_order_is_held_at_zero()
    {
        var bench = new HandEvse();
        bench.Shows(HandEvse.Starts);

        bench.Run(2.Seconds, 4.kW, Connection.Close, 1);

        Assert.Equal(0, bench.Setpoint);
        Assert.Equal((0, 0), (bench.Runs(0), bench.Runs(1)));
    }

    [Fact]
    public void Zero_after_power_is_obeyed_at_once_also_right_after_a_start()
    {
        var bench = new HandEvse();
        bench.Plugged();
        bench.Run(1.Seconds, 4.kW, Connection.Close, 1);
        bench.Shows(HandEvse.On, 4000);
        bench.Run(1.Seconds);

        bench.Run(500.Milliseconds, Watts.Zero);

        Assert.Equal(0, bench.Setpoint);
    }

    [Fact]
    public void A_start_that_waits_is_dropped_by_a_stop()
    {
        var bench = new HandEvse();
        bench.Plugged();
        bench.Bus.Meets = request => request.StartsWith("16:30", StringComparison.Ordinal) ? refused : null;
        bench.Run(2.Seconds, 4.kW, Connection.Close, 1);

        bench.Run(5.Seconds, Watts.Zero, Connection.Open);
        bench.Bus.Meets = null;
        bench.Run(10.Seconds);

        Assert.Equal(0, bench.Runs(1));
    }

    [Fact]
    public void A_new_session_starts_anew_though_the_start_before_had_no_effect()
    {
        var bench = new HandEvse();
        bench.Plugged();

        bench.Run(5.Seconds, 4.kW, Connection.Close, 1);
        Assert.Equal(1, bench.Runs(1));
        bench.Run(5.Seconds, 4.kW, Connection.Close, 2);

        Assert.Equal(2, bench.Runs(1));
    }

    [Fact]
    public void A_session_that_was_found_running_is_not_started_again_under_its_number()
    {
        var bench = new HandEvse();
        bench.Shows(HandEvse.On, 4000);
        bench.Run(5.Seconds, 4.kW, Connection.Close, 1);

        bench.Plugged();
        bench.Run(5.Seconds);

        Assert.Equal(0, bench.Runs(1));
    }

    [Theory]
    [InlineData(HandEvse.On, 0)]
    [InlineData(HandEvse.Starts, 0)]
    [InlineData(HandEvse.Stops, 900)]
    public void A_charger_that_was_never_commanded_is_stopped_where_it_is_on_or_power_flows(int state, int watts)
    {
        var bench = new HandEvse();
        bench.Shows(state, watts);

        bench.Run(2.Seconds);

        Assert.Equal((0, 1), (bench.Setpoint, bench.Runs(0)));
    }

    [Fact]
    public void A_stop_is_repeated_after_its_time_and_not_before()
    {
        var bench = new HandEvse();
        bench.Charging();

        bench.Run(10.Seconds, Watts.Zero, Connection.Open);

        // Every 3 s.
        Assert.Equal(4, bench.Runs(0));
    }

    [Fact]
    public void A_stop_that_is_seen_to_have_worked_is_not_repeated()
    {
        var bench = new HandEvse();
        bench.Charging();
        bench.Run(1.Seconds, Watts.Zero, Connection.Open);
        bench.Plugged();

        bench.Run(20.Seconds);

        Assert.Equal(1, bench.Runs(0));
    }

    [Fact]
    public void One_that_is_not_heard_for_its_time_is_told_to_stop_again_and_again()
    {
        var bench = new HandEvse();
        bench.Charging();
        bench.Bus.Meets = request => request == "3:0+12" ? refused : null;

        bench.Run(3.Seconds);
        Assert.Equal(0, bench.Runs(0));
        bench.Run(10.Seconds);

        Assert.Equal(0, bench.Setpoint);
        Assert.InRange(bench.Runs(0), 3, 4);
    }

    [Fact]
    public void A_refused_set_point_is_a_fault_until_it_is_taken()
    {
        var bench = new HandEvse();
        bench.Charging();
        bench.Bus.Meets = request => request.StartsWith("16:30", StringComparison.Ordinal) ? refused : null;

        bench.Run(2.Seconds, 5.kW);
        Assert.Equal(EvseFaults.NotControllable, bench.Seen.Faults);
        bench.Bus.Meets = null;
        bench.Run(2.Seconds);

        Assert.Equal((5000, EvseFaults.None), (bench.Setpoint, bench.Seen.Faults));
    }

    [Fact]
    public void A_refused_start_is_no_fault_any_more_once_a_stop_is_asked()
    {
        var bench = new HandEvse();
        bench.Plugged();
        bench.Bus.Meets = request => request == "16:32=1" ? refused : null;
        bench.Run(2.Seconds, 4.kW, Connection.Close, 1);
        Assert.Equal(EvseFaults.NotControllable, bench.Seen.Faults);

        bench.Run(2.Seconds, Watts.Zero, Connection.Open);

        Assert.Equal(EvseFaults.None, bench.Seen.Faults);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_set_point_that_is_no_number_is_zero(double watts)
    {
        var bench = new HandEvse();
        bench.Charging();

        bench.Run(2.Seconds, new(watts));

        Assert.Equal(0, bench.Setpoint);
    }

    [Theory]
    [InlineData(50_000, 5000)]          // what the installer allows
    [InlineData(-50_000, -6000)]        // what the map allows to be written
    public void Neither_more_than_the_installer_nor_than_the_map_allows_is_written(int watts, int written)
    {
        var bench = new HandEvse(with: settings => settings with { MaxCharge = 5.kW });
        bench.Charging();

        bench.Run(2.Seconds, new(watts));

        Assert.Equal(written, bench.Setpoint);
    }

    [Fact]
    public void Each_write_uses_the_function_that_the_map_names_and_is_refreshed_at_half_its_reversion()
    {
        var bench = new HandEvse();
        bench.Charging();
        Assert.Contains("6:10=60", bench.Bus.Requests);
        Assert.Contains("16:32=1", bench.Bus.Requests);
        bench.Bus.Requests.Clear();

        bench.Run(60.Seconds);

        // Every 10 s; the lease has no reversion.
        Assert.InRange(bench.Writes.Count(write => write == "16:30=0,4000"), 5, 6);
        Assert.DoesNotContain("6:10=60", bench.Bus.Requests);
    }

    [Fact]
    public void What_waits_for_earlier_writes_waits()
    {
        var bench = new HandEvse("'reversionMs': 20000", "'waitsForEarlier': true, 'reversionMs': 20000");
        bench.Plugged();
        bench.Bus.Meets = request => request.StartsWith("6:10", StringComparison.Ordinal) ? refused : null;

        bench.Run(5.Seconds, 4.kW, Connection.Close, 1);

        Assert.Equal((3000, 0), (bench.Setpoint, bench.Runs(1)));
    }

    [Fact]
    public void A_write_that_nobody_is_sure_of_is_not_made_and_said()
    {
        var bench = new HandEvse(
            "'action': true, 'proof': 'none', 'sure': 'single'", "'action': true, 'proof': 'none', 'sure': 'assumed'");
        bench.Plugged();

        bench.Run(2.Seconds, 4.kW, Connection.Close, 1);

        Assert.Equal(0, bench.Runs(1));
        Assert.Equal(EvseFaults.NotControllable, bench.Seen.Faults);
    }

    [Fact]
    public void A_set_point_whose_effect_is_not_seen_is_written_again_and_one_that_is_seen_is_not()
    {
        var bench = new HandEvse(
            "'proof': 'read-back', 'reversionMs': 20000", "'proof': 'both', 'effectWithinMs': 2000");
        bench.Charging();
        bench.Bus.Requests.Clear();
        bench.Run(10.Seconds);
        Assert.Empty(bench.Writes);

        // A quarter more than 300 W beside it.
        bench.Shows(HandEvse.On, 2900);
        bench.Run(10.Seconds, 5.kW);

        Assert.InRange(bench.Writes.Count(write => write == "16:30=0,5000"), 4, 6);
    }

    [Fact]
    public void After_a_stop_and_a_new_start_it_does_not_ask_for_turns_all_the_time()
    {
        var bench = new HandEvse();
        bench.Charging();
        bench.Run(1.Seconds, Watts.Zero, Connection.Open);
        bench.Plugged();

        bench.Run(20.Seconds, 4.kW, Connection.Close, 2);

        Assert.True(bench.Evse.NextDue >= bench.Now - 50.Milliseconds, $"{bench.Evse.NextDue} at {bench.Now}");
    }

    [Fact]
    public void A_command_stamped_a_moment_after_the_turn_s_time_is_followed_and_one_from_the_future_is_a_stop()
    {
        var bench = new HandEvse { CommandAge = -(200.Milliseconds) };
        bench.Charging();
        Assert.Equal(0, bench.Runs(0));

        bench.CommandAge = -(2.Seconds);
        bench.Run(1.Seconds);

        Assert.Equal((0, 1), (bench.Setpoint, bench.Runs(0)));
    }
}
