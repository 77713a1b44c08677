using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>Events are the difference of two states.</summary>
public sealed class EventTests
{
    [Fact]
    public void Nothing_new_is_no_event()
    {
        var home = Rig.Transferring();

        home.Step();

        Assert.Empty(Events(home));
    }

    [Fact]
    public void An_emergency_stop_tells_the_trip_with_its_occurrence_and_the_change_of_mode()
    {
        var home = Rig.Transferring();

        home.IsPressed = true;
        home.Step();

        Assert.Equal([ControlEventKind.TripRaised, ControlEventKind.ModeChanged], Events(home).Select(e => e.Kind));
        Assert.Equal((TripId.EmergencyStop, TripClass.F3, 1u), Events(home)
            .Select(e => (e.Trip, e.Class, e.Occurrence)).First());
        Assert.Equal((ModeKind.Transferring, ModeKind.Tripped), Events(home).Select(e => (e.From, e.To)).Last());
    }

    [Fact]
    public void A_clear_and_a_refused_clear_are_told()
    {
        var home = Rig.Transferring();
        home.IsPressed = true;
        home.Step();

        home.Requests = new(TripId.EmergencyStop, 1);
        home.Step();
        var refused = Events(home);
        home.IsPressed = false;
        home.Requests = new(TripId.EmergencyStop, 1);
        home.Step();

        Assert.Equal([ControlEventKind.ClearRefused], refused.Select(e => e.Kind));
        Assert.Equal([ControlEventKind.TripCleared, ControlEventKind.ModeChanged], Events(home).Select(e => e.Kind));
    }

    [Fact]
    public void An_order_and_what_binds_it_are_told()
    {
        var home = Rig.Transferring();

        home.Ask(12.kW);
        home.Step();

        Assert.Equal(
            [ControlEventKind.OrderChanged, ControlEventKind.BindingChanged], Events(home).Select(e => e.Kind));
        Assert.Equal((LimitId.EvseRating, 12.kW), Events(home).Select(e => (e.Limit, e.Power)).Last());
    }

    private static ControlEvent[] Events(Rig home)
    {
        var events = new ControlEvent[ControlEvents.Most];
        var count = ControlEvents.Between(home.Before, home.State, events);
        Assert.Equal(count > 0, ControlEvents.MayDiffer(home.Before, home.State));
        return events[..count];
    }
}
