namespace ChargeScape.Edge.Host.Northbound;

/// <summary>Now, on both clocks.</summary>
/// <param name="Monotonic">Decides everything that lasts.</param>
/// <param name="Utc">For people and schedules.</param>
/// <param name="IsUtcKnown">The wall clock is known to 5 s.</param>
public readonly record struct Moment(TimeSpan Monotonic, DateTimeOffset Utc, bool IsUtcKnown)
{
    /// <summary>UTC, or null while it is not known.</summary>
    public DateTimeOffset? KnownUtc => IsUtcKnown ? Utc : null;

    /// <summary>The UTC of a monotonic time, or null while the clock is not known.</summary>
    public DateTimeOffset? UtcOf(TimeSpan monotonic) => IsUtcKnown ? Utc + (monotonic - Monotonic) : null;
}

/// <summary>What the transport knows about a message beside its bytes.</summary>
/// <param name="IsRetained">It was published with the retain flag, or comes from the broker's store.</param>
/// <param name="IsTooLarge">It was over the maximum and its payload was dropped.</param>
public readonly record struct Arrival(bool IsRetained, bool IsTooLarge);
