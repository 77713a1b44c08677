using System.Runtime.CompilerServices;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>
/// Compares the book with what the loop really does, frame by frame.
/// <code>
/// waiting ──in force──► started ⇄ deviating ──end──► completed
///    │ end: expired         └──another one in force──► superseded          (cancelled comes from a message)
/// </code>
/// </summary>
[SkipLocalsInit]
internal sealed class OrderFollower(SiteLimits site)
{
    private static readonly TimeSpan Patience = 5.Seconds;
    // A reading is credited for at most this long, so a stalled gateway does not invent energy.
    private static readonly TimeSpan LongestCredit = 5.Seconds;

    private uint lastFrame;
    private TimeSpan lastAt;
    private uint lastOrder;
    private Watts lastPower;

    /// <summary>Adds what is to be said now; true when the book has changed.</summary>
    public bool Follow(OrderBook book, Moment now, in ControlFrame frame, List<OrderAnswer> answers)
    {
        Count(book, frame);
        var hasChanged = EndTheDue(book, now, answers);
        if (book.Find(frame.State.Order) is not { } acting) return hasChanged;
        hasChanged |= Supersede(book, acting, now, answers);
        if (!acting.HasStarted)
        {
            acting.HasStarted = true;
            book.Forget();
            Say(acting, Deviation.None, now, frame, answers);
        }
        else
        {
            Compare(acting, now, frame, answers);
        }
        return hasChanged;
    }

    /// <summary>The last answer of an order.</summary>
    public static OrderAnswer Ended(BookEntry entry, AnswerStage stage, Moment now) =>
        new(stage, entry.Order.Id, entry.Order.Seq, entry.Order.Issuer, now.KnownUtc) { Energy = entry.Energy };

    private void Count(OrderBook book, in ControlFrame frame)
    {
        if (frame.Sequence == lastFrame) return;
        var elapsed = frame.State.At - lastAt;
        if (lastFrame != 0 && elapsed > TimeSpan.Zero && book.Find(lastOrder) is { } entry)
            entry.Energy += new WattHours(lastPower.Value * Math.Min(elapsed.TotalHours, LongestCredit.TotalHours));
        lastFrame = frame.Sequence;
        lastAt = frame.State.At;
        lastOrder = frame.State.Order;
        lastPower = FrameFacts.Evse(frame, site)?.Power is { IsFinite: true } power ? power : Watts.Zero;
    }

    private static bool EndTheDue(OrderBook book, Moment now, List<OrderAnswer> answers)
    {
        var hasChanged = false;
        for (var i = book.Entries.Count - 1; i >= 0; i--)
        {
            var entry = book.Entries[i];
            if (entry.End > now.Monotonic) continue;
            answers.Add(Ended(entry, entry.HasStarted ? AnswerStage.Completed : AnswerStage.Expired, now));
            book.End(entry);
            hasChanged = true;
        }
        return hasChanged;
    }

    private static bool Supersede(OrderBook book, BookEntry acting, Moment now, List<OrderAnswer> answers)
    {
        var hasChanged = false;
        for (var i = book.Entries.Count - 1; i >= 0; i--)
        {
            var entry = book.Entries[i];
            // A frame older than the plan can still show the order that is about to give way.
            if (!entry.HasStarted || !acting.Outranks(entry)) continue;
            answers.Add(Ended(entry, AnswerStage.Superseded, now));
            book.Remove(entry);
            hasChanged = true;
        }
        return hasChanged;
    }

    private void Compare(BookEntry acting, Moment now, in ControlFrame frame, List<OrderAnswer> answers)
    {
        var why = WhyLess(acting, frame);
        acting.LessSince = why == Deviation.None ? null : acting.LessSince ?? now.Monotonic;
        var hasSpoken = now.Monotonic - acting.SaidAt < Patience;
        if (hasSpoken || why == acting.Said) return;
        if (why != Deviation.None && now.Monotonic - acting.LessSince < Patience) return;
        Say(acting, why, now, frame, answers);
    }

    private void Say(BookEntry acting, Deviation why, Moment now, in ControlFrame frame, List<OrderAnswer> answers)
    {
        var (applied, binding) = FrameFacts.Cut(acting.Order, FrameFacts.Allowed(frame, site));
        if (why == Deviation.None)
        {
            if (acting.Promised is null || Wanted(applied, acting.Order) > Wanted(acting.Promised, acting.Order))
                acting.Promised = applied;
        }
        else if (Blocked(frame) != Deviation.None || IsAtOwnFloor(acting.Order, frame))
        {
            applied = applied with { Lower = Watts.Zero, Upper = Watts.Zero };
        }
        acting.Said = why;
        acting.SaidAt = now.Monotonic;
        answers.Add(new(
            why == Deviation.None ? AnswerStage.Started : AnswerStage.Deviating,
            acting.Order.Id, acting.Order.Seq, acting.Order.Issuer, now.KnownUtc)
        {
            Deviates = why,
            Applied = applied,
            Binding = binding,
            Energy = acting.Energy,
        });
    }

    private Deviation WhyLess(BookEntry acting, in ControlFrame frame)
    {
        var order = acting.Order;
        // Zero satisfies it, so nothing is missing.
        if (!order.NeedsPower || acting.Promised is not { } promised) return Deviation.None;
        var blocked = Blocked(frame);
        var (applied, binding) = FrameFacts.Cut(order, FrameFacts.Allowed(frame, site));
        var least = Wanted(promised, order);
        var tolerance = Watts.Max(50.W, least * 0.02);
        if (blocked != Deviation.None) return least > Watts.Zero ? blocked : Deviation.None;
        if (IsAtOwnFloor(order, frame)) return least > Watts.Zero ? Deviation.SocFloor : Deviation.None;
        return Wanted(applied, order) >= least - tolerance
            ? Deviation.None
            : FrameFacts.Reason(binding, order.NeedsDischarge);
    }

    // A trip outranks a missing car, and that outranks what binds.
    private Deviation Blocked(in ControlFrame frame)
    {
        if (FrameFacts.WhyTripped(frame.State) is var trip && trip != Deviation.None) return trip;
        if (FrameFacts.Evse(frame, site) is not { } evse) return Deviation.StaleEvse;
        if (!evse.IsPlugged) return Deviation.NoVehicle;
        return FrameFacts.IsEnergised(evse) ? Deviation.None : Deviation.Starting;
    }

    // The order's own floor is no limit of the site: the control side takes the discharge out of what is wanted.
    private static bool IsAtOwnFloor(Order order, in ControlFrame frame) =>
        order is { NeedsDischarge: true, SocFloor: not null } && frame.State.OrderFloor.IsSet;

    // Magnitude of the power that the order insists on.
    private static Watts Wanted(AppliedOrder applied, Order order) =>
        Watts.Abs(order.NeedsDischarge ? applied.Upper : applied.Lower);
}
