using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Trips;

/// <summary>The button at the machine.</summary>
public sealed class ClearButtonTests
{
    [Theory]
    [InlineData(80, false)]
    [InlineData(140, true)]
    [InlineData(2900, true)]
    [InlineData(3100, false)]
    public void A_press_of_a_tenth_to_three_seconds_clears_when_it_ends(int milliseconds, bool clears)
    {
        var home = Stopped();

        home.Press(milliseconds.Milliseconds);

        Assert.Equal(clears, !home.Trip(TripId.EmergencyStop).IsTripped);
    }

    [Fact]
    public void Nothing_is_cleared_while_the_button_is_down()
    {
        var home = Stopped();

        home.Button = LineLevel.Active;
        home.RunFor(2.Seconds);

        Assert.True(home.Trip(TripId.EmergencyStop).IsTripped);
    }

    [Fact]
    public void What_came_after_the_press_began_stays()
    {
        var home = Stopped();
        home.Button = LineLevel.Active;
        home.RunFor(500.Milliseconds);

        home.Faults = EvseFaults.Insulation;
        home.RunFor(200.Milliseconds);
        home.Faults = EvseFaults.None;
        home.Press(200.Milliseconds);

        Assert.False(home.Trip(TripId.EmergencyStop).IsTripped);
        Assert.True(home.State.Trips.Any);
    }

    [Fact]
    public void It_clears_nothing_whose_condition_stands()
    {
        var home = Stopped();
        home.IsPressed = true;
        home.RunFor(200.Milliseconds);

        home.Press(500.Milliseconds);

        Assert.True(home.Trip(TripId.EmergencyStop).IsTripped);
    }

    [Fact]
    public void It_clears_no_service_fault_and_shortens_no_start()
    {
        var home = Stopped();
        home.IsPermitted = false;
        home.RunFor(1.Seconds);

        home.Press(500.Milliseconds);

        Assert.True(home.Trip(TripId.PowerUp).IsTripped);
    }

    [Fact]
    public void A_bounce_is_no_press_and_ends_none()
    {
        var home = Stopped();
        home.Period = 10.Milliseconds;

        for (var i = 0; i < 30; i++)
        {
            home.Button = i % 3 == 0 ? LineLevel.Active : LineLevel.Inactive;
            home.Step();
        }
        home.RunFor(300.Milliseconds);
        var bounced = home.Trip(TripId.EmergencyStop).IsTripped;
        home.Button = LineLevel.Active;
        home.RunFor(100.Milliseconds);
        for (var i = 0; i < 50; i++)
        {
            home.Button = i % 5 == 4 ? LineLevel.Inactive : LineLevel.Active;
            home.Step();
        }
        var during = home.Trip(TripId.EmergencyStop).IsTripped;
        home.Button = LineLevel.Inactive;
        home.RunFor(200.Milliseconds);

        Assert.True(bounced && during);
        Assert.False(home.Trip(TripId.EmergencyStop).IsTripped);
    }

    [Fact]
    public void A_button_that_is_stuck_is_told_clears_nothing_and_stops_nothing()
    {
        var home = Stopped();
        home.Button = LineLevel.Active;
        home.RunFor(11.Seconds);
        var stuck = home.Trip(TripId.ClearButtonStuck);

        home.Button = LineLevel.Inactive;
        home.RunFor(1.Seconds);

        Assert.Equal((true, TripClass.F0), (stuck.IsTripped, stuck.Class));
        Assert.True(home.Trip(TripId.EmergencyStop).IsTripped);
        Assert.False(home.Trip(TripId.ClearButtonStuck).IsTripped);
    }

    [Fact]
    public void A_button_that_is_down_when_its_line_becomes_known_is_no_press()
    {
        var home = Stopped();
        home.LinesSpeak = false;
        home.Button = LineLevel.Active;
        home.RunFor(1.Seconds);
        home.LinesSpeak = true;

        home.Press(500.Milliseconds);

        Assert.True(home.Trip(TripId.EmergencyStop).IsTripped);
    }

    [Fact]
    public void Power_does_not_come_back_without_a_new_start()
    {
        var home = Stopped();
        var session = home.State.Command.Session;

        home.Press(500.Milliseconds);
        home.RunUntil(ModeKind.Transferring);

        Assert.Equal(session + 1, home.State.Command.Session);
    }

    private static Rig Stopped()
    {
        var home = Rig.Transferring();
        home.Button = LineLevel.Inactive;
        home.Ask(5.kW);
        home.RunFor(8.Seconds);
        home.IsPressed = true;
        home.RunFor(1.Seconds);
        home.IsPressed = false;
        home.RunFor(1.Seconds);
        home.Period = 20.Milliseconds;
        return home;
    }
}
