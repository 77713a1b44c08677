using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Sim.Devices;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>An EVtec-like charger, whose simulation knows nothing of the map, commanded through the map.</summary>
public sealed class MapEvseTests : IDisposable
{
    private readonly EvtecCharger charger = new(9);
    private readonly InMemoryModbus bus;
    private readonly MapEvse evse;
    private TimeSpan now = 1.Hours;
    private EvseCommand command = new(Watts.Zero, Connection.Open, 1.Hours, 0);

    public MapEvseTests()
    {
        bus = new(charger);
        evse = new(bus, Maps.Shipped("evtec-bidipro"), Settings);
        charger.Advance(now);
    }

    private static MapEvseSettings Settings => new()
    {
        Unit = 1, Period = 500.Milliseconds, Position = 9, MaxPower = 15.kW, MaxCharge = 10.kW, MaxDischarge = 10.kW,
        MinEfficiency = 0.9, MaxEfficiency = 0.96,
    };

    public void Dispose() => bus.Dispose();

    private EvseReading Seen
    {
        get
        {
            Reading<EvseReading> reading = default;
            evse.Readings.TryRead(ref reading);
            return reading.Within(5.Seconds, now) ?? throw new InvalidOperationException($"not heard: {evse.Trouble}");
        }
    }

    private void Run(TimeSpan time, Watts? power = null, Connection? connection = null, uint? session = null)
    {
        command = new(
            power ?? command.Setpoint, connection ?? command.Connection, now, session ?? command.Session);
        for (var end = now + time; now < end; now += 50.Milliseconds)
        {
            if (now >= charger.NextDue) charger.Advance(now);
            evse.Commands.Publish(command with { IssuedAt = now });
            evse.Read(now);
            evse.Write(now);
        }
    }

    private void Charging()
    {
        charger.IsPlugged = true;
        Run(2.Seconds);
        Run(20.Seconds, 4.kW, Connection.Close, 1);
    }

    [Fact]
    public void Nothing_is_written_to_a_charger_that_was_never_commanded()
    {
        Run(10.Seconds);

        Assert.Equal(EvseSession.Unplugged, Seen.Session);
        Assert.Equal(600, charger.TimeoutSeconds);
        Assert.Null(Seen.VehicleSoc);
    }

    [Fact]
    public void It_starts_charges_discharges_and_stops()
    {
        charger.IsPlugged = true;
        Run(2.Seconds);
        Assert.Equal(EvseSession.PluggedIn, Seen.Session);

        Run(5.Seconds, Watts.Zero, Connection.Close, 1);
        Assert.Equal(EvseSession.Starting, Seen.Session);
        Assert.Equal(60, charger.TimeoutSeconds);

        Run(20.Seconds, 4.kW);
        // 4 kW AC with the worst efficiency, so never more AC than asked.
        Assert.Equal(3600, charger.Power, 1.0);
        Assert.True(Seen.IsContactorClosed);
        Assert.InRange(Seen.PowerHigh.Value, 3999, 4001);
        Assert.Equal(3600 / 0.96, Seen.PowerLow.Value, 1.0);
        Assert.Equal(55, Seen.VehicleSoc!.Value.Percent, 1.0);

        Run(20.Seconds, -(4.kW));
        Assert.Equal(-4000 / 0.96, charger.Power, 1.0);
        Assert.InRange(Seen.PowerLow.Value, -4001, -3999);
        Assert.Equal(EvseSession.Energised, Seen.Session);

        Run(10.Seconds, Watts.Zero, Connection.Open);
        Assert.Equal(0, charger.Power);
        Assert.Equal(0, charger.Setpoint);
        Assert.Equal(EvseSession.PluggedIn, Seen.Session);
        Assert.Equal(EvseFaults.None, Seen.Faults);
    }

    [Fact]
    public void Below_its_smallest_power_it_holds_at_zero()
    {
        Charging();

        Run(5.Seconds, 400.W);

        Assert.Equal(0, charger.Setpoint);
        Assert.Equal(EvseSession.Energised, Seen.Session);
    }

    [Fact]
    public void More_than_the_installer_allows_is_never_written()
    {
        Charging();

        Run(10.Seconds, -(50.kW));

        Assert.Equal(-10_000 / 0.96, charger.Setpoint, 1.0);
    }

    [Fact]
    public void A_command_that_grew_old_means_stop()
    {
        Charging();

        for (var end = now + 8.Seconds; now < end; now += 50.Milliseconds)
        {
            charger.Advance(now);
            evse.Read(now);
            evse.Write(now);
        }

        Assert.Equal(0, charger.Power);
        Assert.Equal(EvseSession.PluggedIn, Seen.Session);
    }

    [Fact]
    public void A_stop_that_is_not_followed_is_repeated()
    {
        Charging();
        charger.IsDeaf = true;
        Run(5.Seconds, Watts.Zero, Connection.Open);
        Assert.NotEqual(0, charger.Power);

        charger.IsDeaf = false;
        Run(20.Seconds);

        Assert.Equal(0, charger.Power);
    }

    [Fact]
    public void A_set_point_that_does_not_read_back_is_a_charger_that_cannot_be_controlled()
    {
        Charging();
        charger.IsDeaf = true;

        Run(5.Seconds, 8.kW);

        Assert.True((Seen.Faults & EvseFaults.NotControllable) != 0);
    }

    [Theory]
    [InlineData(2)]      // unavailable
    [InlineData(10)]     // "idle": only assumed, and the site does not accept it
    [InlineData(77)]     // no document knows it
    public void A_state_that_takes_no_orders_is_a_fault_and_zero_is_still_written(int number)
    {
        Charging();
        charger.ShownState = number;

        Run(5.Seconds);

        Assert.Equal(EvseFaults.NotControllable, Seen.Faults);
        Assert.Equal(EvseSession.Faulted, Seen.Session);
        Assert.False(Seen.IsContactorClosed);
        Assert.Equal(0, charger.Setpoint);
    }

    [Fact]
    public void What_is_only_assumed_counts_where_the_site_accepts_it()
    {
        charger.IsPlugged = true;
        charger.ShownState = 10;
        var accepting = new MapEvse(bus, Maps.Shipped("evtec-bidipro"), Settings with { AcceptsAssumed = true });

        Assert.True(Maps.ReadUntilNews(accepting, ref now, 2.Seconds));

        Assert.Equal(EvseSession.Energised, Maps.Value(accepting.Readings, now).Session);
    }

    [Fact]
    public void Error_bits_are_a_fault()
    {
        Charging();

        charger.Errors = 1UL << 40;
        Run(2.Seconds);

        Assert.Equal(EvseSession.Faulted, Seen.Session);
        Assert.True((Seen.Faults & EvseFaults.PowerStage) != 0);
    }

    [Fact]
    public void The_set_point_is_written_anew_before_the_charger_would_stop_by_itself()
    {
        Charging();
        var set = charger.Setpoint;
        Run(120.Seconds, 4.kW);

        Assert.Equal(set, charger.Setpoint);
        Assert.InRange(charger.Power, 3590, 3610);
    }

    [Fact]
    public void Somebody_else_s_set_point_is_noticed_and_stood_back_for()
    {
        Charging();

        charger.Write(1, 986, [0, 2000]);
        Run(10.Seconds);

        Assert.Equal(EvseFaults.ForeignControl | EvseFaults.Yielded, Seen.Faults);
        Assert.Equal(2000, charger.Setpoint);
    }

    [Fact]
    public void At_the_end_what_stood_there_before_stands_there_again_but_never_a_set_point()
    {
        charger.Write(1, 986, [0, 2000]);
        Charging();
        Run(10.Seconds, Watts.Zero, Connection.Open);

        for (var i = 0; i < 50 && !evse.HandBack(now); i++) now += 100.Milliseconds;

        Assert.Equal(600, charger.TimeoutSeconds);
        Assert.Equal(0, charger.Setpoint);
    }

    [Fact]
    public void A_charger_that_falls_silent_ages_and_is_told_to_stop_when_it_is_back()
    {
        Charging();
        bus.IsSilent = true;
        Run(8.Seconds);
        Assert.Throws<InvalidOperationException>(() => Seen);

        bus.IsSilent = false;
        Run(12.Seconds, Watts.Zero, Connection.Open);

        Assert.Equal(0, charger.Power);
    }

    [Fact]
    public void Following_commands_allocates_nothing()
    {
        Charging();
        Run(30.Seconds);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Run(5.Seconds, i % 2 == 0 ? 4.kW : -(3.kW));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(0, 0.96, 9, 10, "efficiency")]
    [InlineData(0.9, 0.96, 0, 10, "position")]
    [InlineData(0.9, 0.96, 12, 10, "position")]
    public void Settings_that_do_not_fit_the_map_are_refused(
        double worst, double best, int position, int kilowatts, string why)
    {
        var settings = Settings with
        {
            MinEfficiency = worst, MaxEfficiency = best, Position = position, MaxDischarge = kilowatts.kW,
        };

        var refused = Assert.Throws<ArgumentException>(() => new MapEvse(bus, Maps.Shipped("evtec-bidipro"), settings));

        Assert.Contains(why, refused.Message, StringComparison.OrdinalIgnoreCase);
    }
}
