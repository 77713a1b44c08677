namespace ChargeScape.Edge.Sim.Judge;

/// <summary>One time over a limit, from its beginning until the true plant stayed inside for a second.</summary>
/// <param name="Id">Unique in the run: the limit and a number, as in <c>export_cap#1</c>.</param>
/// <param name="Limit">What was exceeded.</param>
/// <param name="From">First moment over it.</param>
/// <param name="Until">Last moment over it.</param>
/// <param name="EvseUntil">Last moment at which the EVSE had a part in it that zero power would have ended; null
/// when it
/// never had.</param>
/// <param name="Peak">Largest excess, in <paramref name="PeakUnit"/>.</param>
/// <param name="PeakUnit">A, W, or nothing for what is only true or false.</param>
/// <param name="Over">What was over the limit, in the limit's unit.</param>
/// <param name="Floor">What of it no controller could have avoided.</param>
/// <param name="Late">What of it came after the family's promise had run out.</param>
/// <param name="Promise">How long it might last: the limit's promise, and what armed faults added.</param>
/// <param name="IsHeld">The promise was kept.</param>
public sealed record Breach(
    string Id, string Limit, TimeSpan From, TimeSpan Until, TimeSpan? EvseUntil, double Peak, string PeakUnit,
    double Over, double Floor, double Late, TimeSpan Promise, bool IsHeld)
{
    /// <summary>How long the EVSE needed; null when it had no part.</summary>
    public TimeSpan? Reaction => EvseUntil - From;
}

/// <summary>What became of one limit at the true plant.</summary>
/// <param name="Limit">Its name.</param>
/// <param name="Bound">Where it lies, in words.</param>
/// <param name="Unit">Unit of the amounts: Wh, or s for what is only true or false.</param>
/// <param name="Promise">How long a reaction may take, by the times that the EVSE's family declares.</param>
/// <param name="Over">Amount over the limit, whoever caused it.</param>
/// <param name="Floor">
/// The physical floor of it: the load of the house alone, and what the EVSE cannot undo within its dead and settling
/// time.
/// </param>
/// <param name="Late">Amount after the promise had run out: this is what turns a run red.</param>
/// <param name="AmpereSeconds">The same as <paramref name="Over"/> for a breaker, A·s beyond its continuous share; 0
/// for what has no amperes.</param>
/// <param name="Breaches">Each time it was exceeded, in order.</param>
public sealed record LimitFinding(
    string Limit, string Bound, string Unit, TimeSpan Promise, double Over, double Floor, double Late,
    double AmpereSeconds, IReadOnlyList<Breach> Breaches)
{
    /// <summary>Over-limit amount as a multiple of the physical floor: 1 = nobody could have done better; infinity when
    /// the floor is nothing; null when the limit was never exceeded.</summary>
    public double? Ratio => Over == 0 ? null : Floor == 0 ? double.PositiveInfinity : Over / Floor;

    /// <summary>No breach outlasted its promise.</summary>
    public bool IsHeld => Breaches.All(breach => breach.IsHeld);
}

/// <summary>Everything that the judge saw in a run, asked or not.</summary>
/// <param name="Limits">One per limit of the site, in a fixed order.</param>
public sealed record Findings(IReadOnlyList<LimitFinding> Limits)
{
    /// <summary>Nothing was left to see.</summary>
    public static readonly Findings None = new([]);

    /// <summary>Every limit held.</summary>
    public bool IsHeld => Limits.All(limit => limit.IsHeld);

    /// <summary>Every breach, in order of time.</summary>
    public IEnumerable<Breach> Breaches => Limits.SelectMany(limit => limit.Breaches).OrderBy(breach => breach.From);
}
