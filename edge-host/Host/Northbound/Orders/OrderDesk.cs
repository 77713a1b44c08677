using System.Runtime.CompilerServices;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>
/// Takes orders as bytes, judges them as the contract says, turns them into a plan of leases and follows each one to
/// its last answer. No broker, clock or thread inside: the gateway and the simulator call it with time as an argument.
/// Whatever arrives, it holds at most 8 orders, 256 past ones and 16 issuers.
/// </summary>
/// <param name="site">Commissioned constants.</param>
/// <param name="issuers">Issuers whose orders are taken; null for any.</param>
[SkipLocalsInit]
public sealed class OrderDesk(SiteLimits site, IReadOnlyList<string>? issuers)
{
    /// <summary>Largest payload of an order.</summary>
    public const int MaxPayloadBytes = 16_384;
    /// <summary>How far ahead an order may start, and how long it may last.</summary>
    public static readonly TimeSpan Horizon = 24.Hours;
    private static readonly TimeSpan ClockTolerance = 5.Seconds;

    private readonly OrderBook book = new();
    private readonly OrderMemory memory = new();
    private readonly OrderFollower follower = new(site);
    private bool isPlanNew;

    /// <summary>Orders that wait or run.</summary>
    public int Count => book.Entries.Count;

    /// <summary>The order with this number in the plan; null when it neither waits nor runs.</summary>
    public Order? Find(uint number) => book.Find(number)?.Order;

    /// <summary>When the order with this number ends, monotonic; null when it neither waits nor runs.</summary>
    public TimeSpan? EndOf(uint number) => book.Find(number)?.End;

    /// <summary>The plan has changed since it was last taken.</summary>
    public bool IsPlanNew => isPlanNew;

    /// <summary>The plan, if it has changed since it was last taken.</summary>
    public bool TryTakePlan(out Plan plan)
    {
        plan = isPlanNew ? book.ToPlan() : default;
        (var wasNew, isPlanNew) = (isPlanNew, false);
        return wasNew;
    }

    /// <summary>Judges one message on the topic of orders and adds its answers. Never throws, whatever the bytes
    /// are.</summary>
    public void Receive(
        ReadOnlySpan<byte> payload, Arrival arrival, Moment now, in ControlFrame frame, List<OrderAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        if (arrival.IsTooLarge || payload.Length > MaxPayloadBytes)
        {
            answers.Add(Rejected(default, Rejection.TooLarge, $"payload over {MaxPayloadBytes} bytes", now));
            return;
        }
        // An empty retained message clears the broker's store and is no order.
        if (arrival.IsRetained && payload.IsEmpty) return;

        var read = OrderReader.Read(payload);
        if (arrival.IsRetained)
            answers.Add(Rejected(read, Rejection.Retained, "publish orders without the retain flag", now));
        else if (read.Order is not { } order)
            answers.Add(Rejected(read, read.Refused, read.Detail, now));
        else if (Life(order, now) is not { } life)
            answers.Add(Rejected(
                read, Rejection.OutOfRange, "end is not after start, or more than 24 h after it", now));
        else if (memory.Find(order.Id) is { } known)
            answers.Add(Repeat(read, known, payload, now));
        else if (JudgeIssuer(order) is { } refused)
            answers.Add(Rejected(read, refused.Why, refused.Detail, now));
        else
            Judge(read, life, payload, now, frame, answers);
    }

    /// <summary>Follows the orders to the frame that the loop has just made: what started, ended, gave way or falls
    /// short.</summary>
    public void Tick(Moment now, in ControlFrame frame, List<OrderAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var first = answers.Count;
        isPlanNew |= follower.Follow(book, now, frame, answers);
        for (var i = first; i < answers.Count; i++) memory.Keep(answers[i]);
    }

    // From here on the sequence number is taken, whatever the verdict.
    private void Judge(
        OrderRead read, (TimeSpan Start, TimeSpan End) life, ReadOnlySpan<byte> payload, Moment now,
        in ControlFrame frame, List<OrderAnswer> answers)
    {
        var order = read.Order!;
        var first = answers.Count;
        memory.Take(order, payload, id => book.Find(id) is not null);
        if (JudgeTime(order, life, now) is { } late)
            answers.Add(Rejected(read, late.Why, late.Detail, now));
        else if (order.Kind == WireKind.Cancel)
            Cancel(read, order, now, answers);
        else if (JudgeSite(order, life, now, frame) is { } impossible)
            answers.Add(Rejected(read, impossible.Why, impossible.Detail, now));
        else
            answers.Add(Received(order, life, now, frame));
        for (var i = first; i < answers.Count; i++) memory.Keep(answers[i]);
    }

    private OrderAnswer Received(Order order, (TimeSpan Start, TimeSpan End) life, Moment now, in ControlFrame frame)
    {
        book.Add(order, now.Monotonic, life.Start, life.End);
        isPlanNew = true;
        var allowed = life.Start <= now.Monotonic ? FrameFacts.Allowed(frame, site) : Ratings();
        var (applied, binding) = FrameFacts.Cut(order, allowed);
        var hasPower = order.Kind != WireKind.Idle;
        var terms = new AppliedTerms(
            now.UtcOf(life.Start), now.UtcOf(life.End),
            hasPower ? Math.Min(order.RampWattsPerSecond ?? site.RampWattsPerSecond, site.RampWattsPerSecond) : null,
            // Without a local planner the household's mode is no power.
            order.OnExpire == OnExpire.Local ? OnExpire.Zero : order.OnExpire,
            hasPower ? FrameFacts.Floor(order, site) : null);
        return new(AnswerStage.Received, order.Id, order.Seq, order.Issuer, now.KnownUtc)
        {
            Applied = applied with { Terms = terms },
            Binding = binding,
        };
    }

    private void Cancel(OrderRead read, Order order, Moment now, List<OrderAnswer> answers)
    {
        if (book.Find(order.Cancels) is not { } entry || entry.Order.Issuer != order.Issuer)
        {
            answers.Add(Rejected(
                read, Rejection.UnknownOrder, "no order of this issuer with that id waits or runs", now));
            return;
        }
        answers.Add(new(AnswerStage.Received, order.Id, order.Seq, order.Issuer, now.KnownUtc)
        {
            Cancels = order.Cancels,
        });
        answers.Add(OrderFollower.Ended(entry, AnswerStage.Cancelled, now));
        book.Remove(entry);
        isPlanNew = true;
    }

    private static OrderAnswer Repeat(
        OrderRead read, OrderMemory.Remembered known, ReadOnlySpan<byte> payload, Moment now) =>
        known.IsSame(payload) && known.Newest is { } newest
            ? newest
            : Rejected(read, Rejection.DuplicateIdDiffers, "this id was used for another order", now);

    private (Rejection Why, string Detail)? JudgeIssuer(Order order)
    {
        if (issuers is not null && !issuers.Contains(order.Issuer))
            return (Rejection.UnknownIssuer, "this site takes no orders from this issuer");
        return memory.Judge(order.Issuer, order.Seq) switch
        {
            null => null,
            Rejection.UnknownIssuer =>
                (Rejection.UnknownIssuer, $"{OrderMemory.MostIssuers} issuers are known already"),
            Rejection.Replayed => (Rejection.Replayed, "seq is the last one again"),
            var why => (why.Value, "seq is below the last one"),
        };
    }

    private static (Rejection Why, string Detail)? JudgeTime(
        Order order, (TimeSpan Start, TimeSpan End) life, Moment now)
    {
        var needsClock = order.Start is not null || order.End is not null;
        if (!now.IsUtcKnown)
            return needsClock ? (Rejection.ClockUnsynced, "only ttl_s without start is taken now") : null;
        if (order.IssuedAt > now.Utc + ClockTolerance)
            return (Rejection.IssuedInFuture, "issued_at is ahead of this clock");
        if (order.Kind == WireKind.Cancel) return null;
        var isOver = order.TimeToLive is { } ttl ? order.IssuedAt + ttl <= now.Utc : life.End <= now.Monotonic;
        if (isOver) return (Rejection.ExpiredOnArrival, "its life ended before it arrived");
        return life.Start > now.Monotonic + Horizon ? (Rejection.StartTooFar, "start is more than 24 h ahead") : null;
    }

    private (Rejection Why, string Detail)? JudgeSite(
        Order order, (TimeSpan Start, TimeSpan End) life, Moment now, in ControlFrame frame)
    {
        if (book.IsFull) return (Rejection.BookFull, $"{Plan.Capacity} orders wait or run");
        if (!order.NeedsPower) return null;
        if (FrameFacts.Latched(frame.State) is var trip && trip != TripId.None)
            return (Rejection.FaultLatched, $"{WireWord<TripId>.Of(trip)} must be cleared at the machine");
        if (order.NeedsDischarge && site.EvseDischargeRating <= Watts.Zero)
            return (Rejection.DischargeNotPermitted, "commissioned for charging only");
        if (order.NeedsDischarge && site.Grid is not { IsOptedIn: true })
            return (Rejection.DischargeNotPermitted, site.Grid is null
                ? "no utility profile was chosen" : "the household has not agreed to it");
        if (life.Start > now.Monotonic) return null;
        return FrameFacts.ImpossibleNow(order, frame, site) switch
        {
            null => null,
            Rejection.NoVehicle => (Rejection.NoVehicle, "no car is plugged in"),
            Rejection.SocFloor => (Rejection.SocFloor, $"the car must keep {FrameFacts.Floor(order, site)}"),
            var why => (why.Value, $"the car is charged to {site.UpperSoc} at most"),
        };
    }

    // Start and end on the monotonic clock; null when they contradict each other. Without a known clock an absolute
    // time has no meaning here: such an order is refused for that reason later.
    private static (TimeSpan Start, TimeSpan End)? Life(Order order, Moment now)
    {
        if (order.Kind == WireKind.Cancel) return (now.Monotonic, now.Monotonic);
        if (!now.IsUtcKnown) return (now.Monotonic, now.Monotonic + (order.TimeToLive ?? TimeSpan.Zero));
        var start = order.Start is { } at && at > now.Utc ? now.Monotonic + (at - now.Utc) : now.Monotonic;
        var end = order.TimeToLive is { } ttl ? now.Monotonic + ttl : now.Monotonic + (order.End!.Value - now.Utc);
        var hasPassed = end <= now.Monotonic;
        return hasPassed || (end > start && end - start <= Horizon) ? (start, end) : null;
    }

    private Allowance Ratings() => new(
        new(-site.EvseDischargeRating, site.EvseChargeRating),
        new(LimitId.EvseRating, default, null), new(LimitId.EvseRating, default, null));

    private static OrderAnswer Rejected(OrderRead read, Rejection why, string detail, Moment now) =>
        new(AnswerStage.Rejected, read.Id, read.Seq, read.Issuer, now.KnownUtc) { Refused = why, Detail = detail };
}
