using ChargeScape.Edge.Control.Limits;
using ChargeScape.Edge.Control.Trips;

namespace ChargeScape.Edge.Control;

/// <summary>
/// The limits and trips that a step evaluates. The product uses <see cref="All"/> and nothing else; tests and the
/// simulator leave one out to show that it is missed.
/// </summary>
public sealed record RuleSet
{
    /// <summary>Every rule.</summary>
    public static readonly RuleSet All = new();

    private Limit[] limits = AllLimits.List;
    private Trip[] trips = AllTrips.List;

    /// <summary>Limits in force, in order.</summary>
    public ReadOnlySpan<Limit> Limits => limits;
    /// <summary>Trips in force, in order.</summary>
    public ReadOnlySpan<Trip> Trips => trips;

    /// <summary>
    /// Whether the EVSE's power is taken at the meter's sample time. Without it the two hunt each other.
    /// </summary>
    public bool AlignsMeterAndEvse { get; init; } = true;

    /// <summary>
    /// Whether a home counts as isolated only when transfer switch and meter agree. Without it a dead grid is enough.
    /// </summary>
    public bool ProvesIsolation { get; init; } = true;

    /// <summary>The same rules without one limit.</summary>
    public RuleSet Without(LimitId id) => this with { limits = [.. limits.Where(limit => limit.Id != id)] };

    /// <summary>The same rules without one trip.</summary>
    public RuleSet Without(TripId id) => this with { trips = [.. trips.Where(trip => trip.Id != id)] };

    /// <summary>The same limits in the opposite order: nothing but a name among equals may depend on it.</summary>
    public RuleSet WithLimitsReversed() => this with { limits = [.. limits.Reverse()] };
}
