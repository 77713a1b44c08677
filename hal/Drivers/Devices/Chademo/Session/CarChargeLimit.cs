namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>
/// What the car takes at most, learnt from 102.3. The request follows what is offered in 108.3, so while the car asks
/// for all of it nothing is learnt and the limit relaxes slowly; a request that stays below the offer for a second is
/// the limit.
/// </summary>
/// <param name="Current">Most the car takes, A ≥ 0.</param>
/// <param name="GrewAt">When offer or request last grew: the car ramps 2 A per 100 ms, and that is no limit.</param>
/// <param name="Offer">108.3 last offered.</param>
/// <param name="Request">102.3 last seen.</param>
public readonly record struct CarChargeLimit(Amperes Current, TimeSpan GrewAt, Amperes Offer, Amperes Request)
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);
    private const double RelaxedPerSecond = 0.5;

    /// <summary>The limit after a step.</summary>
    public CarChargeLimit Next(Amperes offer, Amperes request, Amperes rated, TimeSpan now, TimeSpan elapsed)
    {
        var grewAt = offer > Offer || request > Request ? now : GrewAt;
        var takesAll = request >= offer;
        var limit = takesAll ? Amperes.Min(rated, new(Current.Value + RelaxedPerSecond * elapsed.TotalSeconds))
            : now - grewAt >= Settled ? request
            : Amperes.Max(Current, request);
        return new(limit, grewAt, offer, request);
    }
}
