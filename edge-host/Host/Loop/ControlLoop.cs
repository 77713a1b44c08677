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
public sealed class ControlLoop
{
    // So that ages go on by the hour at least when the machine starts anew and its clock with it.
    private static readonly TimeSpan KeepPeriod = 1.Hours;

    private readonly SiteLimits site;
    private readonly LoopDevices devices;
    private readonly ControlExchange exchange;
    private readonly RuleSet rules;
    private Reading<MeterReading> meter;
    private Reading<InverterReading> inverter;
    private Reading<EvseReading> evse;
    private Reading<LinesReading> lines;
    private Reading<HomeBatteryReading> battery;
    private GridOperatorSignal gridOperator;
    private DepartureWish departure;
    private uint departureTaken;
    private Plan plan;
    private LocalRequest request;
    private uint requestTaken;
    private (uint Meter, uint Inverter, uint Evse, uint Lines, uint Battery, uint Plan, uint Requests) taken;
    private uint operatorTaken;
    private (uint Evse, uint Inverter) gridTaken;
    private Reading<GridSettings> grid;
    private Reading<GridAgreement> agreement;
    // The newest frame and the one before it take turns: the state is large, and each copy of it is time.
    private readonly ControlFrame[] frames = new ControlFrame[2];
    private int newest;
    private readonly OwnedNews evseNews;
    private readonly OwnedNews inverterNews;
    private uint kept;
    private TimeSpan keptAt;
    private StoreReport store;
    private uint storeTaken;

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
        frames[0] = new(0, 0, default, begin ?? ControlState.PowerUp);
        (kept, keptAt) = (State.KeptRevision, State.At);
        evseNews = new(devices.Evse, OwnedDevice.Evse, exchange.Events);
        inverterNews = new(devices.Inverter, OwnedDevice.Inverter, exchange.Events);
    }

    /// <summary>What the last step made.</summary>
    public ref readonly ControlState State => ref frames[newest].State;

    /// <summary>One step.</summary>
    /// <param name="now">Monotonic time of the step.</param>
    /// <param name="overruns">Deadlines missed since the start.</param>
    /// <param name="isTooLate">
    /// So many deadlines were missed that the loop no longer vouches for itself: the trip loop overrun.
    /// </param>
    public void Step(TimeSpan now, uint overruns, bool isTooLate = false)
    {
        devices.Meter.Readings.TryReadUnseen(ref meter, ref taken.Meter);
        devices.Inverter?.Readings.TryReadUnseen(ref inverter, ref taken.Inverter);
        devices.Evse.Readings.TryReadUnseen(ref evse, ref taken.Evse);
        devices.Lines.Readings.TryReadUnseen(ref lines, ref taken.Lines);
        devices.HomeBattery?.Readings.TryReadUnseen(ref battery, ref taken.Battery);
        exchange.Plan.TryReadUnseen(ref plan, ref taken.Plan);
        exchange.GridOperator.TryReadUnseen(ref gridOperator, ref operatorTaken);
        exchange.Departure.TryReadUnseen(ref departure, ref departureTaken);
        PassGridSettings();
        exchange.Requests.TryReadUnseen(ref request, ref taken.Requests);
        var asked = request.Number != requestTaken ? request.Request : default;
        requestTaken = request.Number;

        ref readonly var before = ref frames[newest];
        newest ^= 1;
        ref var frame = ref frames[newest];
        frame.Sequence = before.Sequence + 1;
        frame.Overruns = overruns;
        frame.HomeBattery = battery;
        exchange.Stored.TryReadUnseen(ref store, ref storeTaken);
        frame.Seen = new(now, meter, inverter, evse, lines)
        {
            IsLoopLate = isTooLate, IsStoreFailing = store.IsFailing,
            GridOperator = gridOperator,
            Settings = agreement,
            HomeBattery = battery,
            Departure = departureTaken == 0 ? null : departure,
        };
        ControlCycle.Step(frame.Seen, plan, site, before.State, asked, rules, out frame.State);
        devices.Evse.Commands.Publish(frame.State.Command);
        exchange.Frame.Publish(frame);
        Keep(frame.State);
        Tell(before.State, frame.State);
        evseNews.PassOne(now, frame.State.Order);
        inverterNews.PassOne(now, frame.State.Order);
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
        devices.Evse.Readings.TryRead(ref evse);
        devices.Lines.Readings.TryRead(ref lines);
        if (MustOpenNow(now)) how = Connection.OpenNow;
        devices.Evse.Commands.Publish(new(Watts.Zero, how, now, State.Command.Session));
        if (evse.Sequence == 0) return true;
        return evse.Within(site.EvseTiming.MaxAge, now) is { } seen
            && !seen.IsContactorClosed && Amperes.Abs(seen.DcCurrent) < 1.A;
    }

    // Lines that were known and no longer are count as pressed, as in the trip.
    private bool MustOpenNow(TimeSpan now)
    {
        const EvseFaults worst = EvseFaults.Insulation | EvseFaults.OverVoltage | EvseFaults.Weld;
        var isStopped = lines.Sequence != 0
            && lines.Within(site.LinesMaxAge, now) is not { IsEmergencyStopPressed: false };
        var isWorst = evse.Within(site.EvseTiming.MaxAge, now) is { } seen && (seen.Faults & worst) != 0;
        return isStopped || isWorst || State.Trips.OpensNow;
    }

    // Seldom news. A step looks at what became of comparing the EVSE's with the profile; the whole only crosses here.
    private void PassGridSettings()
    {
        if (devices.Evse is IGridConnected evseSide
            && evseSide.GridSettings.TryReadUnseen(ref grid, ref gridTaken.Evse))
        {
            exchange.EvseGrid.Publish(grid);
            if (site.Grid is { } terms && grid.Within(TimeSpan.MaxValue, grid.TakenAt) is { } told)
                agreement = new(GridSettingsCheck.Compare(told, terms.Profile), grid.TakenAt, grid.Sequence);
        }
        if (devices.Inverter is IGridConnected pvSide
            && pvSide.GridSettings.TryReadUnseen(ref grid, ref gridTaken.Inverter)) exchange.InverterGrid.Publish(grid);
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
}
