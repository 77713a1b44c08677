using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>A Sigenergy-like charger, whose simulation knows nothing of the map, commanded through the map.</summary>
public sealed class SigenergyTests
{
    private readonly SigenergyCharger charger;
    private MapEvse evse;
    private TimeSpan now = 1.Hours;
    private EvseCommand command = new(Watts.Zero, Connection.Open, 1.Hours, 0);

    public SigenergyTests() : this(new()) { }

    private SigenergyTests(SigenergyCharger charger)
    {
        this.charger = charger;
        charger.Advance(now);
        evse = Driver(ChargeOnly);
    }

    private static MapEvseSettings ChargeOnly => new()
    {
        Unit = 1, Period = 2.Seconds, MaxPower = 15.kW, MaxCharge = 11.kW, MaxDischarge = Watts.Zero,
        MinEfficiency = 0.9, MaxEfficiency = 0.96,
    };

    private static MapEvseSettings BothWays => ChargeOnly with { MaxDischarge = 7.kW, AcceptsAssumed = true };

    private MapEvse Driver(MapEvseSettings settings) => new(charger, Maps.Shipped("sigenergy-evdc"), settings);

    private EvseReading Seen
    {
        get
        {
            Reading<EvseReading> reading = default;
            evse.Readings.TryRead(ref reading);
            return reading.Within(10.Seconds, now) ?? throw new InvalidOperationException($"not heard: {evse.Trouble}");
        }
    }

    private void Run(TimeSpan time, Watts? power = null, Connection? connection = null, uint? session = null)
    {
        command = new(power ?? command.Setpoint, connection ?? command.Connection, now, session ?? command.Session);
        for (var end = now + time; now < end; now += 50.Milliseconds)
        {
            charger.Advance(now);
            evse.Commands.Publish(command with { IssuedAt = now });
            if (now < evse.NextDue) continue;
            evse.Read(now);
            evse.Write(now);
        }
    }

    private void Charging(Watts? power = null)
    {
        charger.IsPlugged = true;
        Run(5.Seconds);
        Run(60.Seconds, power ?? 4.kW, Connection.Close, 1);
        Assert.Equal(EvseSession.Energised, Seen.Session);
    }

    [Fact]
    public void It_is_started_with_the_smallest_limit_follows_the_set_point_and_is_stopped()
    {
        charger.IsPlugged = true;
        Run(5.Seconds);
        Assert.Equal(EvseSession.PluggedIn, Seen.Session);
        Assert.Empty(charger.Writes);

        Run(12.Seconds, 4.kW, Connection.Close, 1);
        Assert.Equal(EvseSession.Starting, Seen.Session);
        Assert.Equal(["charge 500", "start"], charger.Writes);
        Assert.Equal(500u, charger.LimitAtStart);

        Run(40.Seconds);
        // 4 kW AC with the worst efficiency, so never more AC than asked.
        Assert.Equal(3600u, charger.ChargeLimit);
        Assert.InRange(Seen.PowerHigh.Value, 3999, 4001);
        Assert.Equal(3600 / 0.96, Seen.PowerLow.Value, 1.0);
        Assert.Equal(52.3, Seen.VehicleSoc!.Value.Percent, 6);
        Assert.Equal(EvseFaults.None, Seen.Faults);

        Run(10.Seconds, Watts.Zero, Connection.Open);
        Assert.Equal("stop", charger.Writes[^1]);
        Assert.Equal(0, charger.Power);
        Assert.Equal(EvseSession.PluggedIn, Seen.Session);
    }

    [Fact]
    public void A_second_passes_between_any_two_requests_also_while_it_is_commanded()
    {
        Charging();
        for (var i = 0; i < 20; i++) Run(3.Seconds, (2 + i % 5).kW);
        Run(20.Seconds, Watts.Zero, Connection.Open);

        Assert.Equal(0, charger.Hurried);
    }

    [Fact]
    public void Nothing_below_its_smallest_limit_is_ever_written_so_zero_stops_it()
    {
        Charging();

        Run(10.Seconds, 300.W);

        Assert.Equal(0, charger.Power);
        Assert.Contains("stop", charger.Writes);
        Assert.DoesNotContain("charge 0", charger.Writes);
    }

    [Fact]
    public void After_its_start_it_waits_a_moment_for_power_to_be_asked_and_then_stops()
    {
        charger.IsPlugged = true;
        Run(5.Seconds);

        Run(24.Seconds, Watts.Zero, Connection.Close, 1);
        Assert.DoesNotContain("stop", charger.Writes);

        Run(15.Seconds);
        Assert.Equal("stop", charger.Writes.Last(write => write is "start" or "stop"));
        Assert.Equal(0, charger.Power);
    }

    [Fact]
    public void Once_stopped_it_starts_again_in_a_new_session_only()
    {
        Charging();
        Run(10.Seconds, Watts.Zero);
        var starts = charger.Writes.Count(write => write == "start");

        Run(20.Seconds, 4.kW);
        Assert.Equal(starts, charger.Writes.Count(write => write == "start"));

        Run(60.Seconds, 4.kW, Connection.Close, 2);
        Assert.Equal(3600, charger.Power, 1.0);
    }

    [Fact]
    public void A_second_session_is_waited_for_like_the_first()
    {
        Charging();
        Run(30.Seconds, Watts.Zero, Connection.Open);
        charger.Writes.Clear();

        command = command with { Connection = Connection.Close, Session = 2 };
        while (Seen.Session != EvseSession.Energised) Run(100.Milliseconds);
        Run(4.Seconds);
        Assert.DoesNotContain("stop", charger.Writes);

        Run(10.Seconds);
        Assert.Contains("stop", charger.Writes);
    }

    [Fact]
    public void One_that_was_found_charging_and_shall_not_is_stopped_without_waiting()
    {
        charger.IsPlugged = true;
        charger.WriteSingle(1, 41000, 0);
        for (var i = 0; i < 300; i++) charger.Advance(now += 50.Milliseconds);
        charger.Writes.Clear();

        Run(4.Seconds, Watts.Zero, Connection.Close, 1);

        Assert.Equal("stop", charger.Writes[0]);
    }

    [Fact]
    public void A_charger_that_refuses_the_limit_is_not_started()
    {
        charger.IsPlugged = true;
        charger.RefusesLimits = true;
        Run(5.Seconds);

        Run(30.Seconds, 4.kW, Connection.Close, 1);

        Assert.DoesNotContain("start", charger.Writes);
        Assert.Equal(EvseFaults.NotControllable, Seen.Faults);
    }

    [Fact]
    public void A_start_that_is_refused_is_not_sent_twice_and_is_named()
    {
        charger.IsPlugged = true;
        charger.RefusesToStart = true;
        Run(5.Seconds);

        Run(30.Seconds, 4.kW, Connection.Close, 1);

        Assert.Single(charger.Writes, "start");
        Assert.Equal(EvseFaults.NotControllable, Seen.Faults);
    }

    [Fact]
    public void A_limit_is_written_once_because_the_charger_keeps_it()
    {
        Charging();
        var writes = charger.Writes.Count;

        Run(5.Minutes);

        Assert.Equal(writes, charger.Writes.Count);
    }

    [Fact]
    public void At_the_end_the_limit_of_before_stands_there_again()
    {
        Charging();
        Run(15.Seconds, Watts.Zero, Connection.Open);

        charger.Advance(now);
        for (var i = 0; i < 200 && !evse.HandBack(now); i++) charger.Advance(now += 100.Milliseconds);

        Assert.Equal(11_000u, charger.ChargeLimit);
        Assert.Equal(7_000u, charger.DischargeLimit);
        Assert.Equal("charge 11000", charger.Writes[^1]);
        Assert.Equal(0, charger.Hurried);
    }

    [Fact]
    public void A_charger_that_falls_silent_ages_and_is_stopped_when_it_is_heard_again()
    {
        Charging();
        charger.IsSilent = true;
        Run(15.Seconds);
        Assert.Throws<InvalidOperationException>(() => Seen);

        charger.IsSilent = false;
        Run(15.Seconds, Watts.Zero, Connection.Open);

        Assert.Equal(0, charger.Power);
        Assert.Equal("stop", charger.Writes[^1]);
    }

    [Fact]
    public void A_command_that_grew_old_means_stop()
    {
        Charging();

        for (var end = now + 10.Seconds; now < end; now += 50.Milliseconds)
        {
            charger.Advance(now);
            evse.Read(now);
            evse.Write(now);
        }

        Assert.Equal(0, charger.Power);
    }

    [Theory]
    [InlineData(SecondMaster.Yield, EvseFaults.ForeignControl | EvseFaults.Yielded, 8000u)]
    [InlineData(SecondMaster.Fault, EvseFaults.ForeignControl, 3600u)]
    public void Somebody_else_s_limit_is_noticed(SecondMaster what, EvseFaults faults, uint limit)
    {
        evse = Driver(ChargeOnly with { OnSecondMaster = what });
        Charging();

        charger.ChargeLimit = 8000;
        Run(30.Seconds);

        Assert.Equal(faults, Seen.Faults);
        Assert.Equal(limit, charger.ChargeLimit);
    }

    [Fact]
    public void A_car_that_does_not_say_its_charge_has_none()
    {
        charger.IsSocUnknown = true;

        Charging();

        Assert.Null(Seen.VehicleSoc);
    }

    [Fact]
    public void Before_and_after_a_session_its_state_of_charge_is_not_believed()
    {
        charger.IsPlugged = true;
        Run(5.Seconds);
        Assert.Null(Seen.VehicleSoc);

        Charging();
        Assert.NotNull(Seen.VehicleSoc);

        Run(15.Seconds, Watts.Zero, Connection.Open);
        Assert.Null(Seen.VehicleSoc);
    }

    [Theory]
    [InlineData(4, EvseSession.Faulted, EvseFaults.PowerStage)]
    [InlineData(9, EvseSession.Faulted, EvseFaults.PowerStage)]
    [InlineData(7, EvseSession.Faulted, EvseFaults.NotControllable)]     // unavailable
    [InlineData(11, EvseSession.Faulted, EvseFaults.NotControllable)]    // no document knows it
    public void A_state_in_which_it_takes_no_orders_is_a_fault_and_stop_is_still_sent(
        int state, EvseSession session, EvseFaults faults)
    {
        Charging();

        charger.ShownState = state;
        Run(5.Seconds);
        Assert.Equal((session, faults), (Seen.Session, Seen.Faults));
        // What the control loop makes of a fault.
        Run(10.Seconds, Watts.Zero, Connection.Open);

        Assert.Equal("stop", charger.Writes[^1]);
        Assert.Equal(0, charger.Power);
    }

    [Fact]
    public void Where_nobody_tried_discharge_it_must_be_accepted_in_the_site_file()
    {
        var refused = Assert.Throws<ArgumentException>(() => Driver(ChargeOnly with { MaxDischarge = 7.kW }));

        Assert.Contains("acceptAssumed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_charger_that_may_only_charge_is_stopped_by_a_discharge_order()
    {
        Charging();

        Run(15.Seconds, -(3.kW));

        Assert.Equal(0, charger.Power);
        Assert.DoesNotContain(charger.Writes, write => write.StartsWith("discharge", StringComparison.Ordinal));
        Assert.Equal(0, Seen.StageDischarge.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Its_state_says_which_way_the_power_flows_whatever_the_sign_of_the_register(bool isSigned)
    {
        var bench = new SigenergyTests(new SigenergyCharger { IsPowerSigned = isSigned });
        bench.evse = bench.Driver(BothWays);
        bench.Charging();

        bench.Run(30.Seconds, -(4.kW));

        // −4000 W AC at the best efficiency; at the worst one less comes out of the car.
        Assert.Equal(4167u, bench.charger.DischargeLimit);
        Assert.InRange(bench.Seen.PowerLow.Value, -4001, -3999);
        Assert.InRange(bench.Seen.PowerHigh.Value, -3752, -3749);
        Assert.Equal((EvseSession.Energised, EvseFaults.None), (bench.Seen.Session, bench.Seen.Faults));
    }
}
