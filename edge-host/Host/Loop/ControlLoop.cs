using System.Runtime.CompilerServices;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>The devices that the loop sees. A site without PV has no inverter; a home battery is only shown.</summary>
public sealed record LoopDevices(
    IMeter Meter, IInverter? Inverter, IEvse Evse, ISiteLines Lines, IHomeBattery? HomeBattery = null);

/// <summary>
/// Runs the control step over the newest readings and hands out the command. Owned by one thread; the simulator calls
/// it inline. Allocates nothing.
/// </summary>
[SkipLocalsInit]
public sealed class ControlLoop
{
    // So that ages go on by the hour at least when the machine starts anew and its clock with it.
    private static readonly TimeSpan KeepPeriod = 1.Hours;

    private readonly SiteLimits site;
    private readonly LoopDevices devices;
    private readonly ControlExchange exchange;
    private readonly RuleSet rules;
    private readonly IGridConnected? evseSide;
    private readonly IGridConnected? pvSide;
    private Snapshot seen;
    private DepartureWish departure;
    private Plan plan;
    private LocalRequest request;
    private uint requestTaken;
    private Taken taken;
    private (uint Evse, uint Inverter) gridTaken;
    private Reading<GridSettings> grid;
    private readonly OwnedNews evseNews;
    private readonly OwnedNews inverterNews;
    private uint kept;
    private TimeSpan keptAt;
    private StoreReport store;

    /// <summary>Prepares the loop.</summary>
    /// <param name="site">Commissioned constants.</param>
    /// <param name="devices">What it sees.</param>
    /// <param name="exchange">What it shows and is asked.</param>
    /// <param name="rules">What it evaluates.</param>
    /// <param name="begin">Where it begins: <see cref="ControlState.Begin"/>; null for a first start.</param>
    public ControlLoop(
        SiteLimits site, LoopDevices devices, ControlExchange exchange, RuleSet rules, ControlState? begin = null)
    {
        (this.site, this.devices, this.exchange, this.rules) = (site, devices, exchange, rules);
        (evseSide, pvSide) = (devices.Evse as IGridConnected, devices.Inverter as IGridConnected);
        exchange.Frame.Newest = new(0, 0, begin ?? ControlState.PowerUp);
        (kept, keptAt) = (State.KeptRevision, State.At);
        evseNews = new(devices.Evse, OwnedDevice.Evse, exchange.Events);
        inverterNews = new(devices.Inverter, OwnedDevice.Inverter, exchange.Events);
    }

    /// <summary>What the last step made.</summary>
    public ref readonly ControlState State => ref exchange.Frame.Newest.State;

    /// <summary>One step.</summary>
    /// <param name="now">Monotonic time of the step.</param>
    /// <param name="overruns">Deadlines missed since the start.</param>
    /// <param name="isTooLate">
    /// So many deadlines were missed that the loop no longer vouches for itself: the trip loop overrun.
    /// </param>
    public void Step(TimeSpan now, uint overruns, bool isTooLate = false)
    {
        // The state is large, and each copy of it is time: the step writes where the readers will look.
        ref readonly var before = ref exchange.Frame.Newest;
        ref var frame = ref exchange.Frame.Next;
        Look(now, isTooLate, ref frame, before);
        exchange.Requests.TryReadUnseen(ref request, ref taken.Requests);
        var asked = request.Number != requestTaken ? request.Request : default;
        requestTaken = request.Number;

        frame.Sequence = before.Sequence + 1;
        frame.Overruns = overruns;
        ControlCycle.Step(seen, plan, site, before.State, asked, rules, out frame.State);
        devices.Evse.Commands.Publish(frame.State.Command);
        devices.Lines.Shed.Publish(new(frame.State.Island.Shed, now));
        exchange.Frame.PublishNext();
        Keep(frame.State);
        if (ControlEvents.MayDiffer(before.State, frame.State)) Tell(before.State, frame.State);
        evseNews.PassOne(now, frame.State.Order);
        inverterNews.PassOne(now, frame.State.Order);
    }

    private void Look(TimeSpan now, bool isTooLate, ref ControlFrame frame, in ControlFrame before)
    {
        seen.Now = now;
        seen.IsLoopLate = isTooLate;
        devices.Meter.Readings.TryReadUnseen(ref seen.Meter, ref taken.Meter);
        devices.Evse.Readings.TryReadUnseen(ref seen.Evse, ref taken.Evse);
        devices.Lines.Readings.TryReadUnseen(ref seen.Lines, ref taken.Lines);
        devices.HomeBattery?.Readings.TryReadUnseen(ref seen.HomeBattery, ref taken.Battery);
        frame.HomeBattery = seen.HomeBattery;
        frame.Inverter = before.Inverter;
        devices.Inverter?.Readings.TryReadUnseen(ref frame.Inverter, ref taken.Inverter);
        exchange.Plan.TryReadUnseen(ref plan, ref taken.Plan);
        exchange.GridOperator.TryReadUnseen(ref seen.GridOperator, ref taken.GridOperator);
        if (exchange.Departure.TryReadUnseen(ref departure, ref taken.Departure)) seen.Departure = departure;
        if (exchange.Stored.TryReadUnseen(ref store, ref taken.Stored)) seen.IsStoreFailing = store.IsFailing;
        PassGridSettings();
    }

    /// <summary>Passes on what the devices still have to tell, such as what was given back. After the last
    /// step.</summary>
    public void TellRest()
    {
        evseNews.PassAll();
        inverterNews.PassAll();
    }

    /// <summary>
    /// The ordered end instead of a step: zero and <paramref name="how"/>, which an emergency stop, or a fault that
    /// must open at once, raises to <see cref="Connection.OpenNow"/>. True when no current flows any more, as far
    /// as a reading no older than the EVSE's maximum age can tell.
    /// </summary>
    public bool StepToEnd(TimeSpan now, Connection how)
    {
        devices.Evse.Readings.TryRead(ref seen.Evse);
        devices.Lines.Readings.TryRead(ref seen.Lines);
        if (MustOpenNow(now)) how = Connection.OpenNow;
        devices.Evse.Commands.Publish(new(Watts.Zero, how, now, State.Command.Session));
        if (seen.Evse.Sequence == 0) return true;
        return seen.Evse.Within(site.EvseTiming.MaxAge, now) is { } evse
            && !evse.IsContactorClosed && Amperes.Abs(evse.DcCurrent) < 1.A;
    }

    // Lines that were known and no longer are count as pressed, as in the trip.
    private bool MustOpenNow(TimeSpan now)
    {
        const EvseFaults worst = EvseFaults.Insulation | EvseFaults.OverVoltage | EvseFaults.Weld;
        var isStopped = seen.Lines.Sequence != 0
            && seen.Lines.Within(site.LinesMaxAge, now) is not { IsEmergencyStopPressed: false };
        var isWorst = seen.Evse.Within(site.EvseTiming.MaxAge, now) is { } evse && (evse.Faults & worst) != 0;
        return isStopped || isWorst || State.Trips.OpensNow;
    }

    // Seldom news. A step looks at what became of comparing the EVSE's with the profile; the whole only crosses here.
    private void PassGridSettings()
    {
        if (evseSide is not null && evseSide.GridSettings.TryReadUnseen(ref grid, ref gridTaken.Evse))
        {
            exchange.EvseGrid.Publish(grid);
            if (site.Grid is { } terms && grid.Within(TimeSpan.MaxValue, grid.TakenAt) is { } told)
                seen.Settings = new(GridSettingsCheck.Compare(told, terms.Profile), grid.TakenAt, grid.Sequence);
        }
        if (pvSide is not null && pvSide.GridSettings.TryReadUnseen(ref grid, ref gridTaken.Inverter))
            exchange.InverterGrid.Publish(grid);
    }

    // Published here, written by another thread: the loop touches no disk.
    private void Keep(in ControlState state)
    {
        if (state.KeptRevision == kept && state.At - keptAt < KeepPeriod) return;
        (kept, keptAt) = (state.KeptRevision, state.At);
        KeptState.Take(state, out var keep);
        exchange.Kept.Publish(keep);
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

    // Sequences of what was taken in last.
    private struct Taken
    {
        public uint Meter, Inverter, Evse, Lines, Battery, Plan, Requests, GridOperator, Departure, Stored;
    }
}
