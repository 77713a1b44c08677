using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Island;

/// <summary>What interrupts an island, how often it is tried again, and what flows beside an open switch.</summary>
public sealed class IslandTripTests
{
    [Theory]
    [InlineData(TransferPosition.Grid)]
    [InlineData(TransferPosition.Between)]
    [InlineData(TransferPosition.Unknown)]
    public void A_contact_that_is_lost_interrupts_at_once(TransferPosition shown)
    {
        var home = IslandHome.Supplied();

        home.Transfer = shown;
        home.Step();

        Assert.Equal((false, Connection.OpenNow), (IslandHome.Forms(home), home.State.Command.Connection));
        Assert.Equal(TripClass.F2, home.Trip(TripId.IslandNotIsolated).Class);
    }

    [Theory]
    [InlineData(600, true)]
    [InlineData(900, false)]
    public void A_meter_that_is_silent_is_lost_within_the_second(int milliseconds, bool forms)
    {
        var home = IslandHome.Supplied();

        home.MeterSpeaks = false;
        home.RunFor(milliseconds.Milliseconds);

        Assert.Equal(forms, IslandHome.Forms(home));
    }

    [Fact]
    public void Contacts_that_are_silent_are_lost_within_the_second()
    {
        var home = IslandHome.Supplied();

        home.LinesSpeak = false;
        home.RunFor(900.Milliseconds);

        Assert.False(IslandHome.Forms(home));
    }

    [Fact]
    public void It_is_tried_three_times_again_and_then_latched()
    {
        var home = IslandHome.Supplied();
        for (var i = 0; i < 3; i++)
        {
            Bounce(home);
            home.RunUntil(ModeKind.Islanding);
            home.RunFor(30.Seconds);
        }

        Bounce(home);
        home.RunFor(300.Seconds);

        Assert.Equal(TripClass.F3, home.Trip(TripId.IslandNotIsolated).Class);
        Assert.False(IslandHome.Forms(home));
    }

    [Theory]
    [InlineData(4900, false)]
    [InlineData(5200, true)]
    public void A_switch_that_does_not_say_where_it_stands_is_told_after_its_time(int milliseconds, bool isTold)
    {
        var home = IslandHome.OnGrid();
        home.Transfer = TransferPosition.Between;

        home.RunFor(milliseconds.Milliseconds);

        var trip = home.Trip(TripId.IslandNotIsolated);
        Assert.Equal((isTold, TripClass.F1), (trip.IsTripped, isTold ? trip.Class : TripClass.F1));
    }

    [Fact]
    public void It_clears_by_itself_when_the_switch_says_so_again()
    {
        var home = IslandHome.OnGrid();
        home.Transfer = TransferPosition.Unknown;
        home.RunFor(6.Seconds);
        home.Transfer = TransferPosition.Grid;

        home.RunFor(9900.Milliseconds);
        var before = home.Trip(TripId.IslandNotIsolated).IsTripped;
        home.RunFor(300.Milliseconds);

        Assert.True(before);
        Assert.False(home.Trip(TripId.IslandNotIsolated).IsTripped);
    }

    [Fact]
    public void Voltage_that_goes_with_our_own_is_a_switch_that_lies()
    {
        var home = IslandHome.Supplied();
        home.LegVoltage = new(60);
        home.RunFor(300.Milliseconds);

        home.LegVoltage = new(0);
        home.RunFor(1.Seconds);

        Assert.Equal(TripClass.F3, home.Trip(TripId.IslandNotIsolated).Class);
        Assert.False(IslandHome.Forms(home));
    }

    [Fact]
    public void Whose_voltage_it_was_shows_only_once_the_inverter_has_let_go()
    {
        var home = IslandHome.Supplied();
        (home.KeepsForming, home.LegVoltage) = (true, new(60));
        home.RunFor(300.Milliseconds);
        home.LegVoltage = new(0);

        home.RunFor(3.Seconds);
        var before = home.Trip(TripId.IslandNotIsolated).Class;
        home.KeepsForming = false;
        home.RunFor(1.Seconds);

        Assert.NotEqual(TripClass.F3, before);
        Assert.Equal(TripClass.F3, home.Trip(TripId.IslandNotIsolated).Class);
    }

    [Fact]
    public void Deleting_the_trip_of_lost_signals_is_missed() => Deleted.IsMissed(TripId.IslandNotIsolated, rules =>
    {
        var home = IslandHome.Supplied(rules);
        home.Transfer = TransferPosition.Unknown;
        home.Step();
        return home.State.Command.Connection == Connection.OpenNow;
    });

    [Theory]
    [InlineData(5990, 0)]
    [InlineData(6010, 1)]
    public void An_overload_takes_a_load_off(int watts, int shed)
    {
        var home = IslandHome.Supplied();

        home.HouseTotal = new(watts);
        home.RunFor(900.Milliseconds);

        Assert.Equal(shed, home.State.Island.Shed);
        Assert.True(IslandHome.Forms(home));
    }

    [Fact]
    public void A_motor_that_starts_takes_nothing_off()
    {
        var home = IslandHome.Supplied();

        home.HouseTotal = 9.kW;
        home.RunFor(400.Milliseconds);
        home.HouseTotal = 3.kW;
        home.RunFor(2.Seconds);

        Assert.Equal(0, home.State.Island.Shed);
    }

    [Fact]
    public void With_nothing_left_to_shed_it_stops_is_tried_three_times_and_latched()
    {
        var home = IslandHome.Supplied();
        home.HouseTotal = 7.kW;
        for (var i = 0; i < 3; i++)
        {
            RunUntilStopped(home);
            Assert.Equal((TripClass.F2, 2), (home.Trip(TripId.IslandOverload).Class, home.State.Island.Shed));
            home.RunUntil(ModeKind.Islanding);
        }

        RunUntilStopped(home);
        home.RunFor(300.Seconds);

        Assert.Equal(TripClass.F3, home.Trip(TripId.IslandOverload).Class);
        Assert.False(IslandHome.Forms(home));
    }

    [Fact]
    public void What_the_car_gives_now_may_be_less_than_the_site_allows()
    {
        var home = IslandHome.Supplied();

        home.CarDischarge = -(1500.W);
        home.RunFor(900.Milliseconds);

        Assert.Equal(1, home.State.Island.Shed);
    }

    [Fact]
    public void What_the_inverter_can_carry_now_may_be_less_still()
    {
        var home = IslandHome.Supplied();

        home.InverterDischarge = -(1500.W);
        home.RunFor(900.Milliseconds);

        Assert.Equal(1, home.State.Island.Shed);
    }

    [Fact]
    public void An_inverter_that_lets_go_is_an_overload_and_the_next_start_carries_less()
    {
        var home = IslandHome.Supplied();

        home.LetsGo = true;
        home.RunFor(300.Milliseconds);

        Assert.True(home.Trip(TripId.IslandOverload).IsTripped);
        Assert.Equal(1, home.State.Island.Shed);
    }

    [Fact]
    public void One_that_never_comes_up_is_given_its_start_time()
    {
        var home = IslandHome.Dark();
        home.LetsGo = true;
        home.RunUntil(ModeKind.Islanding);

        home.RunFor(IslandHome.Site.EvseTiming.StartTime - 200.Milliseconds);
        var before = home.Trip(TripId.IslandOverload).IsTripped;
        home.RunFor(500.Milliseconds);

        Assert.False(before);
        Assert.True(home.Trip(TripId.IslandOverload).IsTripped);
    }

    [Fact]
    public void Loads_come_back_with_the_grid()
    {
        var home = IslandHome.Supplied();
        home.HouseTotal = 7.kW;
        home.RunFor(900.Milliseconds);

        (home.LegVoltage, home.IsApart, home.Transfer) = (null, false, TransferPosition.Grid);
        home.RunFor(1.Seconds);

        Assert.Equal(0, home.State.Island.Shed);
    }

    [Fact]
    public void Deleting_the_overload_is_missed() => Deleted.IsMissed(TripId.IslandOverload, rules =>
    {
        var home = IslandHome.Supplied(rules);
        home.HouseTotal = 7.kW;
        home.RunFor(5.Seconds);
        return !IslandHome.Forms(home);
    });

    [Theory]
    [InlineData(TransferPosition.Between)]
    [InlineData(TransferPosition.Island)]
    [InlineData(TransferPosition.Unknown)]
    [InlineData(TransferPosition.NotWired)]
    public void Nothing_flows_beside_a_switch_that_is_not_known_to_stand_on_the_grid(TransferPosition shown)
    {
        var home = IslandHome.OnGrid();
        home.Ask(5.kW);
        home.RunFor(15.Seconds);
        var before = home.State.Setpoint;

        home.Transfer = shown;
        home.Step();

        Assert.Equal((5.kW, Watts.Zero), (before, home.State.Setpoint));
        Assert.Equal(LimitId.TransferSwitch, home.State.Allowed.Charge.By);
    }

    [Fact]
    public void Deleting_the_limit_of_the_switch_is_missed() => Deleted.IsMissed(LimitId.TransferSwitch, rules =>
    {
        var home = IslandHome.OnGrid(rules);
        home.Ask(5.kW);
        home.RunFor(15.Seconds);
        home.Transfer = TransferPosition.Unknown;
        home.Step();
        return home.State.Setpoint == Watts.Zero;
    });

    private static void Bounce(Rig home)
    {
        home.Transfer = TransferPosition.Between;
        home.Step();
        home.Transfer = TransferPosition.Island;
        home.RunFor(1.Seconds);
    }

    private static void RunUntilStopped(Rig home)
    {
        for (var end = home.Now + 30.Seconds; IslandHome.Forms(home); home.Step())
            Assert.True(home.Now < end, "it goes on");
    }
}
