using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Northbound.Orders;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>Decides when which message of the edge goes out. What is retained is told anew at each connection and at
/// each change.</summary>
internal sealed class Publisher(
    IMqtt mqtt, Topics topics, Telemetry telemetry, OrderDesk desk, ControlExchange exchange) : IDisposable
{
    private static readonly TimeSpan telePeriod = 1.Seconds;
    private static readonly TimeSpan boundPeriod = 1.Seconds;
    private static readonly TimeSpan offerPeriod = 1.Seconds;
    private const uint TeleExpirySeconds = 10;
    // Less is noise of the car's own estimate.
    private static readonly Watts worthTelling = 250.W;

    private TimeSpan nextTele;
    private TimeSpan nextOffer;
    private StateKey toldState;
    private VehicleOffer? toldOffer;
    private ToldGridSettings toldGrid;
    private Reading<GridSettings> evseGrid;
    private Reading<GridSettings> inverterGrid;
    private Bound charge;
    private Bound discharge;
    private uint eventsDropped;
    private bool hasStarted;
    private bool isStateDue;
    private bool isOfferDue;
    private int dropped;

    /// <summary>Messages that the client did not take since the last call.</summary>
    public int TakeDropped()
    {
        var count = dropped;
        dropped = 0;
        return count;
    }

    /// <summary>The broker is there (again): everything retained is told.</summary>
    public void Connected(Moment now)
    {
        (isStateDue, isOfferDue) = (true, true);
        if (!hasStarted) Send(topics.Event, telemetry.HostStarted(now), quality: 1);
        hasStarted = true;
    }

    /// <summary>An answer to an order, kept by the client until the broker has it.</summary>
    public void Answer(ReadOnlyMemory<byte> text) => Send(topics.Answer, text, quality: 1);

    /// <summary>What happened after the gateway's own end, such as what was given back to the devices.</summary>
    public void TellRest(EventRing<ControlEvent> events, Moment now)
    {
        if (hasStarted) TellEvents(events, now);
    }

    /// <summary>The last word on an ordered stop.</summary>
    public void Offline() => Send(topics.State, Telemetry.Offline, quality: 1, retain: true);

    /// <summary>Tells what changed and what is due.</summary>
    public void Tick(in ControlFrame frame, Moment now, EventRing<ControlEvent> events)
    {
        if (!hasStarted || frame.Sequence == 0) return;
        TellEvents(events, now);
        TellBounds(frame, now);
        TellState(frame, now);
        TellOffer(frame, now);
        if (now.Monotonic < nextTele) return;
        // On the grid, unless the process was held up.
        nextTele = nextTele + telePeriod > now.Monotonic ? nextTele + telePeriod : now.Monotonic + telePeriod;
        if (mqtt.IsConnected) Send(topics.Tele, telemetry.Tele(frame, now), quality: 0, expiry: TeleExpirySeconds);
    }

    public void Dispose() => telemetry.Dispose();

    private void TellEvents(EventRing<ControlEvent> events, Moment now)
    {
        while (events.TryTake(out var happened)) Send(topics.Event, telemetry.Happened(happened, now), quality: 1);
        var total = events.Dropped;
        if (total == eventsDropped) return;
        Send(topics.Event, telemetry.EventsDropped(total - eventsDropped, now), quality: 1);
        eventsDropped = total;
    }

    private void TellBounds(in ControlFrame frame, Moment now)
    {
        var allowed = frame.State.Allowed;
        TellBound(ref charge, isCharge: true, allowed.Charge.By, frame, now);
        TellBound(ref discharge, isCharge: false, allowed.Discharge.By, frame, now);
    }

    private void TellBound(ref Bound told, bool isCharge, LimitId by, in ControlFrame frame, Moment now)
    {
        if (by == told.By || now.Monotonic < told.NextAt) return;
        Send(topics.Event, telemetry.BoundChanged(isCharge, told.By, by, frame, now), quality: 1);
        told = new(by, now.Monotonic + boundPeriod);
    }

    private void TellState(in ControlFrame frame, Moment now)
    {
        var key = StateKey.Of(frame.State, now, desk.Find(frame.State.Order) is not null);
        if (key == toldState && !isStateDue) return;
        var state = telemetry.State(frame.State, now, desk.EndOf(frame.State.Order));
        if (Send(topics.State, state, quality: 1, retain: true)) (toldState, isStateDue) = (key, false);
    }

    private void TellOffer(in ControlFrame frame, Moment now)
    {
        if (now.Monotonic < nextOffer) return;
        nextOffer = now.Monotonic + offerPeriod;
        // A silent EVSE is no reason to say that the car is gone.
        var evse = frame.State.Inputs.Evse.Within(TimeSpan.MaxValue, frame.State.At);
        VehicleOffer? offer = evse is { IsPlugged: true } car
            ? new(car.VehicleSoc, car.VehicleCharge, car.VehicleDischarge)
            : null;
        var grid = Grid();
        if (!isOfferDue && !IsOther(offer, toldOffer) && grid == toldGrid) return;
        if (Send(topics.Capability, telemetry.Capability(offer, now, grid), quality: 1, retain: true))
            (toldOffer, toldGrid, isOfferDue) = (offer, grid, false);
    }

    // Settings keep until the device tells others, whatever their age.
    private ToldGridSettings Grid()
    {
        exchange.EvseGrid.TryRead(ref evseGrid);
        exchange.InverterGrid.TryRead(ref inverterGrid);
        return new(
            evseGrid.Within(TimeSpan.MaxValue, evseGrid.TakenAt),
            inverterGrid.Within(TimeSpan.MaxValue, inverterGrid.TakenAt));
    }

    private static bool IsOther(in VehicleOffer? now, in VehicleOffer? told)
    {
        if (now is not { } offer || told is not { } known) return now.HasValue != told.HasValue;
        return offer.Soc.HasValue != known.Soc.HasValue
            || (offer.Soc is { } soc && Math.Abs(soc.Percent - known.Soc!.Value.Percent) >= 1)
            || Watts.Abs(offer.Charge - known.Charge) > worthTelling
            || Watts.Abs(offer.Discharge - known.Discharge) > worthTelling;
    }

    private bool Send(string topic, ReadOnlyMemory<byte> payload, int quality, bool retain = false, uint? expiry = null)
    {
        var isTaken = mqtt.TryPublish(new(topic, payload, quality, retain, expiry));
        if (!isTaken) dropped++;
        return isTaken;
    }

    private readonly record struct Bound(LimitId By, TimeSpan NextAt);

    // What of the state is worth a message of its own.
    private readonly record struct StateKey(ModeKind Mode, uint Order, bool IsClockKnown, ulong Faults)
    {
        public static StateKey Of(in ControlState state, Moment now, bool isOrderKnown)
        {
            var faults = 0UL;
            foreach (var trip in AllTrips.List)
            {
                var memory = state.Trips[trip.Id];
                if (memory.IsTripped)
                    faults = (faults * 31) + ((ulong)trip.Id << 40) + ((ulong)memory.Class << 32) + memory.Occurrence;
            }
            return new(state.Mode, isOrderKnown ? state.Order : 0, now.IsUtcKnown, faults);
        }
    }
}
