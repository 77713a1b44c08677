using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// The power at which the EVSE may run now: Discharge ≤ 0 ≤ Charge. Zero is always inside, so stopping is always
/// allowed, an intersection is never empty, and the order of the limits does not matter.
/// </summary>
public readonly record struct Envelope
{
    /// <summary>Zero only.</summary>
    public static readonly Envelope Closed;
    /// <summary>No bound.</summary>
    public static readonly Envelope Open = new(new(double.NegativeInfinity), new(double.PositiveInfinity));

    /// <summary>A bound on the wrong side of zero, or NaN, closes that side.</summary>
    public Envelope(Watts discharge, Watts charge)
    {
        Discharge = discharge < Watts.Zero ? discharge : Watts.Zero;
        Charge = charge > Watts.Zero ? charge : Watts.Zero;
    }

    /// <summary>Most discharge, ≤ 0.</summary>
    public Watts Discharge { get; }
    /// <summary>Most charge, ≥ 0.</summary>
    public Watts Charge { get; }

    /// <summary>Bounds charging only.</summary>
    public static Envelope ChargeUpTo(Watts power) => new(Open.Discharge, power);
    /// <summary>Bounds discharging only; <paramref name="magnitude"/> ≥ 0.</summary>
    public static Envelope DischargeUpTo(Watts magnitude) => new(-magnitude, Open.Charge);
    /// <summary>The same magnitude both ways.</summary>
    public static Envelope Symmetric(Watts magnitude) => new(-magnitude, magnitude);

    /// <summary>Intersection.</summary>
    public Envelope And(Envelope other) =>
        new(Watts.Max(Discharge, other.Discharge), Watts.Min(Charge, other.Charge));

    /// <summary>The nearest power inside.</summary>
    public Watts Clamp(Watts wanted) => Watts.Min(Charge, Watts.Max(Discharge, wanted));

    /// <summary>Whether a power is inside; NaN is not.</summary>
    public bool Contains(Watts power) => power >= Discharge && power <= Charge;
}
