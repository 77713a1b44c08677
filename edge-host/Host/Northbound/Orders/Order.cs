using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>Kinds of orders in version 1 of the contract.</summary>
public enum WireKind : byte
{
    /// <summary>One power.</summary>
    Setpoint,
    /// <summary>A band of powers.</summary>
    Envelope,
    /// <summary>No power.</summary>
    Idle,
    /// <summary>Ends another order.</summary>
    Cancel,
}

/// <summary>An order that was read without fault from a message; edge-host/contract/README.md says what each field
/// means.</summary>
public sealed record Order
{
    /// <summary>Names the order for good.</summary>
    public required Guid Id { get; init; }
    /// <summary>What is asked.</summary>
    public required WireKind Kind { get; init; }
    /// <summary>Source of sequence numbers.</summary>
    public required string Issuer { get; init; }
    /// <summary>Rises with each order of one issuer, from 1.</summary>
    public required long Seq { get; init; }
    /// <summary>When the issuer made it.</summary>
    public required DateTimeOffset IssuedAt { get; init; }
    /// <summary>Null: on receipt.</summary>
    public DateTimeOffset? Start { get; init; }
    /// <summary>Absolute end; null when <see cref="TimeToLive"/> says it.</summary>
    public DateTimeOffset? End { get; init; }
    /// <summary>Life from receipt; null when <see cref="End"/> says it.</summary>
    public TimeSpan? TimeToLive { get; init; }
    /// <summary>Lower edge, AC at the EVSE, positive = charge; a setpoint's power.</summary>
    public Watts Lower { get; init; }
    /// <summary>Upper edge; ≥ <see cref="Lower"/>.</summary>
    public Watts Upper { get; init; }
    /// <summary>The order that a cancel ends.</summary>
    public Guid Cancels { get; init; }
    /// <summary>Growth of the power, W per second; null = the site's.</summary>
    public double? RampWattsPerSecond { get; init; }
    /// <summary>0 is highest, 9 lowest.</summary>
    public int Priority { get; init; } = DefaultPriority;
    /// <summary>What follows the end.</summary>
    public OnExpire OnExpire { get; init; } = OnExpire.Zero;
    /// <summary>No discharge at or below it under this order; null = the site's reserve only.</summary>
    public Soc? SocFloor { get; init; }

    /// <summary>Priority of an order that names none.</summary>
    public const int DefaultPriority = 5;

    /// <summary>Only power into the grid satisfies it.</summary>
    public bool NeedsDischarge => Upper < Watts.Zero;
    /// <summary>Only power into the car satisfies it.</summary>
    public bool NeedsCharge => Lower > Watts.Zero;
    /// <summary>Zero does not satisfy it.</summary>
    public bool NeedsPower => NeedsCharge || NeedsDischarge;
}
