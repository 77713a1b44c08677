using System.Buffers;
using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Host.Northbound.Orders;
using ChargeScape.Edge.Sim.Orders;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// The gateway side in virtual time: the production order desk, with a broker and an issuer that are nothing but a
/// delay. While the broker is down, orders wait in it and answers wait here.
/// </summary>
internal sealed class VirtualGateway(SiteConfig site, DateTimeOffset begins)
{
    private static readonly TimeSpan Network = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    // The messages of a flood come a few at a time, as out of a full socket.
    private static readonly TimeSpan FloodBatch = TimeSpan.FromMilliseconds(5);
    private readonly OrderComposer issuer = new("sim.scenario");
    private readonly Queue<(TimeSpan ArrivesAt, byte[] Payload, bool IsRetained)> underWay = [];
    private readonly List<byte[]> stored = [];
    private readonly VirtualBroker broker = new();
    private OrderFlood? flood;
    private TimeSpan clockError;
    private bool isClockKnown = true;
    private readonly List<OrderAnswer> answers = [];
    private readonly List<OrderAnswer> unsent = [];
    private readonly ArrayBufferWriter<byte> buffer = new();
    private OrderDesk desk = new(site.Limits, site.Mqtt.Issuers);
    private readonly ControlFrame none;
    private TimeSpan lastTurn;
    private uint requests;

    /// <summary>Orders and answers.</summary>
    public AnswerBook Book { get; } = new();

    /// <summary>The grid operator, on its own way to the machine.</summary>
    public VirtualOperator Operator { get; } = new();

    /// <summary>The driver, at the machine.</summary>
    public VirtualDriver Driver { get; } = new();

    /// <summary>When the next message arrives; null when none is under way.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            var next = flood?.NextAt + FloodBatch;
            if (underWay.TryPeek(out var first) && broker.IsReached(lastTurn) && !(first.ArrivesAt >= next))
                next = first.ArrivesAt;
            return next < lastTurn ? lastTurn : next;
        }
    }

    /// <summary>When it looks at the frames after a step: at most every 100 ms.</summary>
    public TimeSpan NextAfterStep(TimeSpan now) => lastTurn + Period > now ? lastTurn + Period : now;

    /// <summary>The issuer publishes an order.</summary>
    public void Publish(ScenarioEvent.Order order, TimeSpan now)
    {
        var (payload, id) = issuer.Compose(order.Name, order.Json, begins + now);
        underWay.Enqueue((now + Network, payload, false));
        stored.Add(payload);
        Book.Published(order.Name, id, now);
    }

    /// <summary>The issuer, or who stole its key, publishes more than anybody can follow.</summary>
    public void Publish(ScenarioEvent.Flood orders, TimeSpan now) => flood = new(orders, now);

    /// <summary>Something happens to the broker or to the machine's wall clock; false when it is neither.</summary>
    public bool TryChange(string what, string value, TimeSpan now)
    {
        switch (what)
        {
            case "broker":
                broker.Become(value, now);
                if (value == "old_store") Resurrect(now);
                return true;
            case "wall_clock":
                isClockKnown = value == "known";
                return true;
            case "wall_clock_error_s":
                clockError = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Takes a turn; true when the plan is new.</summary>
    public bool Turn(TimeSpan now, ControlExchange exchange)
    {
        lastTurn = now;
        if (Operator.TryTake(now, out var said)) exchange.GridOperator.Publish(said);
        if (Driver.TryTake(out var wish)) exchange.Departure.Publish(wish);
        // On one thread with the loop, so without a copy.
        ref readonly var frame = ref exchange.Frame.Sequence == 0 ? ref none : ref exchange.Frame.Newest;
        var moment = new Moment(now, begins + now + clockError, isClockKnown);
        flood?.Pour(now, (name, json, at) => underWay.Enqueue(
            (at + Network, issuer.Compose(name, json, begins + at).Payload, false)));
        while (broker.IsReached(now) && underWay.TryPeek(out var next) && next.ArrivesAt <= now)
        {
            underWay.Dequeue();
            desk.Receive(next.Payload, new Arrival(next.IsRetained, false), moment, frame, answers);
        }
        desk.Tick(moment, frame, answers);
        Send(now);
        while (exchange.Events.TryTake(out var happened))
        {
            if (happened.Kind == ControlEventKind.Ownership)
                Book.Told(new(
                    happened.At, WireWord<OwnedDevice>.Of(happened.Device),
                    WireWord<OwnershipHappening>.Of(happened.Ownership.What)));
        }
        return desk.IsPlanNew && PublishPlan(exchange);
    }

    private bool PublishPlan(ControlExchange exchange)
    {
        if (!desk.TryTakePlan(out var plan)) return false;
        exchange.Plan.Publish(plan);
        return true;
    }

    /// <summary>A person at the machine clears every trip that is a person's to clear.</summary>
    public void ClearFaults(ControlExchange exchange)
    {
        ref readonly var frame = ref exchange.Frame.Newest;
        foreach (var id in Enum.GetValues<TripId>())
        {
            var trip = frame.State.Trips[id];
            if (!trip.IsTripped || trip.Class is not (TripClass.F2 or TripClass.F3)) continue;
            exchange.Requests.Publish(new LocalRequest(++requests, new Requests(id, trip.Occurrence)));
            // One request at a time fits through the mailbox; the next one is a person's next push.
            return;
        }
    }

    /// <summary>The host has started anew: it remembers nothing.</summary>
    public void Restarted()
    {
        desk = new(site.Limits, site.Mqtt.Issuers);
        Operator.Forgotten();
        requests = 0;
    }

    // The newest one as a retained message, which it never was, and then all of them once more as an old session would.
    private void Resurrect(TimeSpan now)
    {
        if (stored.Count == 0) return;
        underWay.Enqueue((now + Network, stored[^1], true));
        foreach (var payload in stored) underWay.Enqueue((now + Network, payload, false));
    }

    private void Send(TimeSpan now)
    {
        if (answers.Count == 0 && unsent.Count == 0) return;
        unsent.AddRange(answers);
        answers.Clear();
        if (!broker.IsReached(now)) return;
        foreach (var answer in unsent)
        {
            buffer.ResetWrittenCount();
            AnswerWriter.Write(answer, buffer);
            if (AnswerReader.Read(buffer.WrittenMemory, now) is { } seen) Book.Answered(seen.OrderId, seen.Answer);
        }
        unsent.Clear();
    }
}
