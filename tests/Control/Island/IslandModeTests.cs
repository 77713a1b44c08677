using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Island;

/// <summary>When the car may supply the home, and when it must not.</summary>
public sealed class IslandModeTests
{
    [Fact]
    public void The_car_supplies_a_home_that_switch_and_meter_call_isolated()
    {
        var home = IslandHome.Supplied();

        Assert.Equal((ModeKind.Islanding, Connection.Close), (home.State.Mode, home.State.Command.Connection));
        Assert.Equal(Watts.Zero, home.State.Setpoint);
        Assert.Equal(-(2.kW), home.Power);
        Assert.True(home.Trip(TripId.GridLost).IsTripped);
    }

    [Theory]
    [InlineData(TransferPosition.Grid)]
    [InlineData(TransferPosition.Between)]
    [InlineData(TransferPosition.Unknown)]
    [InlineData(TransferPosition.NotWired)]
    public void A_dead_meter_alone_isolates_nothing(TransferPosition shown)
    {
        var home = IslandHome.Dark();
        home.Transfer = shown;

        home.RunFor(60.Seconds);

        Assert.False(IslandHome.Forms(home));
        Assert.NotEqual(ModeKind.Islanding, home.State.Mode);
    }

    [Fact]
    public void Deleting_the_second_signal_is_missed()
    {
        var home = IslandHome.OnGrid(RuleSet.All with { ProvesIsolation = false });
        Assert.False(IslandHome.Forms(home));

        home.LegVoltage = new(0);
        home.RunFor(10.Seconds);

        Assert.True(IslandHome.Forms(home), "a dead grid is fed when the meter alone is believed");
    }

    [Theory]
    [InlineData(11.9, true)]
    [InlineData(12.1, false)]
    public void The_switch_alone_isolates_nothing(double volts, bool isIsolated)
    {
        var home = IslandHome.Dark();
        // The grid is lost first, so that nothing but the second signal is missing.
        home.Transfer = TransferPosition.Grid;
        home.RunFor(3.Seconds);
        (home.Transfer, home.LegVoltage) = (TransferPosition.Island, new(volts));

        home.RunFor(1300.Milliseconds);

        Assert.Equal(isIsolated, IslandHome.Forms(home));
    }

    [Fact]
    public void Both_must_have_agreed_for_their_time()
    {
        var home = IslandHome.Dark();
        home.Transfer = TransferPosition.Grid;
        home.RunFor(3.Seconds);
        home.Transfer = TransferPosition.Island;

        home.RunFor(1.Seconds);
        var before = IslandHome.Forms(home);
        home.Step();

        Assert.False(before);
        Assert.True(IslandHome.Forms(home));
    }

    [Fact]
    public void A_loop_that_stood_still_proves_nothing()
    {
        var home = IslandHome.Dark();
        home.Transfer = TransferPosition.Grid;
        home.RunFor(3.Seconds);
        home.Transfer = TransferPosition.Island;
        home.RunFor(500.Milliseconds);

        home.Step(3.Seconds);

        Assert.False(IslandHome.Forms(home));
    }

    [Fact]
    public void A_device_that_maps_no_grid_forming_is_never_asked()
    {
        var home = IslandHome.OnGrid();
        home.CanForm = false;
        IslandHome.Part(home);

        home.RunFor(60.Seconds);

        Assert.False(IslandHome.Forms(home));
    }

    [Theory]
    [InlineData(20.0, false)]
    [InlineData(20.1, true)]
    [InlineData(null, false)]
    public void The_island_has_a_reserve_of_its_own(double? soc, bool supplies)
    {
        var home = IslandHome.OnGrid();
        home.Soc = soc is { } percent ? new Soc(percent) : null;
        IslandHome.Part(home);

        home.RunFor(30.Seconds);

        Assert.Equal(supplies, IslandHome.Forms(home));
    }

    [Fact]
    public void A_reserve_that_is_reached_ends_it()
    {
        var home = IslandHome.Supplied();

        home.Soc = 20.Percent;
        home.RunFor(300.Milliseconds);

        Assert.Equal((false, Connection.Open), (IslandHome.Forms(home), home.State.Command.Connection));
    }

    [Fact]
    public void An_order_starts_no_island_and_one_to_idle_ends_it()
    {
        var home = IslandHome.OnGrid();
        home.Ask(-(5.kW));
        home.LegVoltage = new(0);
        home.RunFor(30.Seconds);
        var byOrder = IslandHome.Forms(home);
        IslandHome.Part(home);
        home.RunUntil(ModeKind.Islanding);

        home.Put(new PlanEntry(
            99, OrderKind.Idle, Watts.Zero, Watts.Zero, home.Now, home.Now + 1.Hours, 0, OnExpire.Zero, null));
        home.RunFor(300.Milliseconds);

        Assert.False(byOrder);
        Assert.False(IslandHome.Forms(home));
    }

    [Fact]
    public void An_emergency_stop_ends_it_at_once()
    {
        var home = IslandHome.Supplied();

        home.IsPressed = true;
        home.Step();

        Assert.Equal((false, Connection.OpenNow), (IslandHome.Forms(home), home.State.Command.Connection));
    }

    [Fact]
    public void A_silent_evse_ends_it()
    {
        var home = IslandHome.Supplied();

        home.EvseSpeaks = false;
        home.RunFor(1200.Milliseconds);

        Assert.False(IslandHome.Forms(home));
    }

    [Fact]
    public void Power_that_the_house_draws_convicts_nobody()
    {
        var home = IslandHome.Supplied();

        home.HouseTotal = 5.kW;
        home.RunFor(120.Seconds);

        Assert.True(IslandHome.Forms(home));
        foreach (var id in new[] { TripId.CommandOvershoot, TripId.InverterDidNotTrip, TripId.MeterFrozen })
            Assert.False(home.Trip(id).IsTripped, $"{id}");
    }

    [Fact]
    public void The_grid_that_is_back_ends_it_and_service_is_entered_anew()
    {
        var home = IslandHome.Supplied();

        home.LegVoltage = null;
        home.RunFor(300.Milliseconds);
        var (stopped, mode) = (!IslandHome.Forms(home), home.State.Mode);
        home.RunFor(3.Seconds);
        var inService = home.State.Grid.IsInService;
        (home.IsApart, home.Transfer) = (false, TransferPosition.Grid);
        home.RunFor(2.Seconds);

        Assert.True(stopped);
        Assert.Equal(ModeKind.Tripped, mode);
        Assert.False(inService, "in service although the switch is still open");
        Assert.True(home.State.Grid.IsInService);
        Assert.False(home.Trip(TripId.GridLost).IsTripped);
        Assert.False(home.Trip(TripId.IslandNotIsolated).IsTripped);
    }
}
