using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>The devices that the loop sees. A site without PV has no inverter.</summary>
public sealed record LoopDevices(IMeter Meter, IInverter? Inverter, IEvse Evse, ISiteLines Lines);

/// <summary>
/// Runs the control step over the newest readings and hands out the command. Owned by one thread; the simulator calls
/// it
/// inline. Allocates nothing.
/// </summary>
public sealed class ControlLoop(SiteLimits site, LoopDevices devices, ControlExchange exchange, RuleSet rules)
{
    private Reading<MeterReading> meter;
    private Reading<InverterReading> inverter;
    private Reading<EvseReading> evse;
    private Reading<LinesReading> lines;
    private Plan plan;
    private LocalRequest request;
    private uint requestTaken;
    private uint sequence;

    /// <summary>What the last step made.</summary>
    public ControlState State { get; private set; } = ControlState.PowerUp;

    /// <summary>One step at <paramref name="now"/>.</summary>
    public void Step(TimeSpan now, uint overruns)
    {
        devices.Meter.Readings.TryRead(ref meter);
        devices.Inverter?.Readings.TryRead(ref inverter);
        devices.Evse.Readings.TryRead(ref evse);
        devices.Lines.Readings.TryRead(ref lines);
        exchange.Plan.TryRead(ref plan);
        exchange.Requests.TryRead(ref request);
        var asked = request.Number != requestTaken ? request.Request : default;
        requestTaken = request.Number;

        var seen = new Snapshot(now, meter, inverter, evse, lines);
        var before = State;
        State = ControlCycle.Step(seen, plan, site, before, asked, rules);
        devices.Evse.Commands.Publish(State.Command);
        exchange.Frame.Publish(new ControlFrame(++sequence, overruns, seen, State));
        Tell(before, State);
    }

    /// <summary>
    /// The ordered end instead of a step: zero and <paramref name="how"/>. True when no current flows any more, as far as a
    /// reading no older than the EVSE's maximum age can tell.
    /// </summary>
    public bool StepToEnd(TimeSpan now, Connection how)
    {
        devices.Evse.Readings.TryRead(ref evse);
        devices.Evse.Commands.Publish(new(Watts.Zero, how, now, State.Command.Session));
        if (evse.Sequence == 0) return true;
        return evse.Within(site.EvseTiming.MaxAge, now) is { } seen
            && !seen.IsContactorClosed && Amperes.Abs(seen.DcCurrent) < 1.A;
    }

    private void Tell(in ControlState before, in ControlState after)
    {
        Span<ControlEvent> happened = stackalloc ControlEvent[ControlEvents.Most];
        var count = ControlEvents.Between(before, after, happened);
        foreach (ref readonly var one in happened[..count])
        {
            // Binding and order can change with every step and are seen in the frames; trips must find room.
            if (one.Kind is ControlEventKind.ModeChanged or ControlEventKind.TripRaised or ControlEventKind.TripCleared)
                exchange.Events.Write(one);
        }
    }
}
