using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>An order that waits or runs, and what has been said about it.</summary>
internal sealed class BookEntry(uint number, Order order, TimeSpan receivedAt, TimeSpan start, TimeSpan end)
{
    /// <summary>Its number in the plan; newer orders have larger ones.</summary>
    public uint Number { get; } = number;
    public Order Order { get; } = order;
    /// <summary>Monotonic, like the next two.</summary>
    public TimeSpan ReceivedAt { get; } = receivedAt;
    public TimeSpan Start { get; } = start;
    public TimeSpan End { get; } = end;

    public bool HasStarted { get; set; }
    public WattHours Energy { get; set; }
    /// <summary>What <c>started</c> said would be done.</summary>
    public AppliedOrder? Promised { get; set; }
    /// <summary>What the last <c>deviating</c> said; none while the promise is kept.</summary>
    public Deviation Said { get; set; }
    /// <summary>Since when it acts with less than promised; null while it does not.</summary>
    public TimeSpan? LessSince { get; set; }
    /// <summary>When the last <c>started</c> or <c>deviating</c> was said.</summary>
    public TimeSpan SaidAt { get; set; }

    /// <summary>Acts before the other one when both are due.</summary>
    public bool Outranks(BookEntry other) =>
        Order.Priority < other.Order.Priority || (Order.Priority == other.Order.Priority && Number > other.Number);

    public PlanEntry InPlan(TimeSpan end) => new(
        Number,
        Order.Kind switch
        {
            WireKind.Setpoint => OrderKind.Setpoint,
            WireKind.Envelope => OrderKind.Envelope,
            _ => OrderKind.Idle,
        },
        Order.Lower, Order.Upper, Start, end,
        Order.RampWattsPerSecond ?? 0, Order.OnExpire, Order.SocFloor);
}
