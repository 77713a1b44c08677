using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>How the session is led.</summary>
public sealed class ModeTests
{
    [Fact]
    public void A_wish_below_the_start_threshold_starts_nothing()
    {
        var home = new Rig();

        home.Ask(540.W);
        home.RunFor(10.Seconds);
        var below = home.State.Mode;
        home.Ask(550.W);
        home.RunFor(1.Seconds);

        Assert.Equal(ModeKind.Ready, below);
        Assert.Equal(ModeKind.Transferring, home.State.Mode);
    }

    [Fact]
    public void A_zero_setpoint_keeps_the_connection_and_an_idle_order_opens_it()
    {
        var home = Rig.Transferring();
        home.RunFor(5.Minutes);
        var zero = home.State.Mode;

        home.Put(Idle(home));
        home.Step();
        var idle = home.State;
        home.RunFor(1.Seconds);

        Assert.Equal(ModeKind.Transferring, zero);
        Assert.Equal(ModeKind.RampingDown, idle.Mode);
        Assert.Equal(Connection.Open, idle.Command.Connection);
        Assert.Equal(ModeKind.Ready, home.State.Mode);
    }

    [Fact]
    public void With_nothing_asked_for_a_minute_the_connection_is_opened()
    {
        var home = Rig.Transferring();
        home.Put();

        home.RunFor(59.Seconds);
        var within = home.State.Mode;
        home.RunFor(2.Seconds);

        Assert.Equal(ModeKind.Transferring, within);
        Assert.Equal(ModeKind.Ready, home.State.Mode);
    }

    [Fact]
    public void A_start_that_takes_too_long_is_given_up_and_tried_a_bounded_number_of_times()
    {
        var home = new Rig { StartsWhenAsked = false };
        home.Ask(5.kW);

        home.RunFor(30.Minutes);

        Assert.Equal(4u, home.State.Command.Session);
        Assert.Equal(ModeKind.Ready, home.State.Mode);
    }

    [Fact]
    public void A_new_order_or_a_new_plug_in_tries_again()
    {
        var home = new Rig { StartsWhenAsked = false };
        home.Ask(5.kW);
        home.RunFor(10.Minutes);

        home.Ask(6.kW);
        home.RunFor(2.Minutes);
        var afterOrder = home.State.Command.Session;
        home.RunFor(10.Minutes);
        home.IsPlugged = false;
        home.RunFor(1.Seconds);
        var unplugged = home.State.Mode;
        home.IsPlugged = true;
        home.RunFor(5.Seconds);

        Assert.True(afterOrder > 4);
        Assert.Equal(ModeKind.Unplugged, unplugged);
        Assert.Equal(ModeKind.Starting, home.State.Mode);
    }

    [Fact]
    public void A_session_that_the_car_ends_at_once_is_not_started_for_ever()
    {
        var home = new Rig();
        home.Ask(5.kW);

        for (var i = 0; i < 6000; i++)
        {
            home.ForcedSession = home.State.Mode == ModeKind.Transferring ? EvseSession.PluggedIn : null;
            home.Step();
        }

        Assert.Equal(4u, home.State.Command.Session);
    }

    [Fact]
    public void A_charger_that_does_not_stop_is_interrupted()
    {
        var home = Rig.Transferring();
        home.Ask(5.kW);
        home.RunFor(8.Seconds);
        (home.Follows, home.ForcedSession) = (false, EvseSession.Energised);
        home.Put(Idle(home));

        home.RunFor(3.Seconds);
        var within = home.State.Command.Connection;
        home.RunFor(1.Seconds);

        Assert.Equal(Connection.Open, within);
        Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
    }

    private static readonly SiteLimits Worn = Sites.Exact with
    {
        MinimumConnected = 20.Seconds, MinimumDisconnected = 10.Seconds,
    };

    [Fact]
    public void Orders_that_alternate_between_idle_and_power_do_not_cycle_the_contactor_quickly()
    {
        var home = new Rig(Worn);
        var opened = 0;

        for (var i = 0; i < 60; i++)
        {
            if (i % 2 == 0) home.Ask(5.kW);
            else home.Put(Idle(home));
            for (var step = 0; step < 20; step++)
            {
                home.Step();
                if (i % 2 == 1) Assert.Equal(Watts.Zero, home.State.Setpoint);
                var wasClosed = home.Before.Command.Connection == Connection.Close;
                if (wasClosed && home.State.Command.Connection != Connection.Close) opened++;
            }
        }

        // 120 s hold at most four rounds of 20 s closed and 10 s open.
        Assert.InRange(opened, 2, 4);
    }

    [Fact]
    public void What_opens_for_safety_does_not_wait_for_the_minimum_time()
    {
        var home = new Rig(Worn);
        home.Ask(5.kW);
        home.RunUntil(ModeKind.Transferring);

        home.IsPressed = true;
        home.Step();

        Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
    }

    [Fact]
    public void After_a_connection_the_next_start_waits()
    {
        var home = new Rig(Worn);
        home.Ask(5.kW);
        home.RunUntil(ModeKind.Transferring);
        home.RunFor(20.Seconds);
        home.Put(Idle(home));
        home.RunUntil(ModeKind.Ready);
        home.Ask(5.kW);

        home.RunFor(9.Seconds);
        var within = home.State.Mode;
        home.RunFor(2.Seconds);

        Assert.Equal(ModeKind.Ready, within);
        Assert.Equal(ModeKind.Transferring, home.State.Mode);
    }

    [Fact]
    public void An_emergency_stop_while_ramping_down_raises_open_to_open_now()
    {
        var home = Rig.Transferring();
        home.Ask(5.kW);
        home.RunFor(8.Seconds);
        (home.Follows, home.ForcedSession) = (false, EvseSession.Energised);
        home.Put(Idle(home));
        home.RunFor(1.Seconds);
        var ordered = home.State.Command.Connection;

        home.IsPressed = true;
        home.Step();

        Assert.Equal(Connection.Open, ordered);
        Assert.Equal(Connection.OpenNow, home.State.Command.Connection);
    }

    [Fact]
    public void Unplugging_ends_everything()
    {
        var home = Rig.Transferring();
        home.Ask(5.kW);
        home.RunFor(8.Seconds);

        home.IsPlugged = false;
        home.Step();

        Assert.Equal(ModeKind.Unplugged, home.State.Mode);
        Assert.Equal(Watts.Zero, home.State.Setpoint);
        Assert.Equal(Connection.Open, home.State.Command.Connection);
    }

    private static PlanEntry Idle(Rig home) =>
        new(99, OrderKind.Idle, default, default, home.Now, home.Now + 1.Hours, 0, OnExpire.Zero, null);
}
