using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// Memory of the power on its way to what is wanted, not rounded, so that many small steps grow exactly as few large
/// ones. Only growth takes time; shrinking acts at once; the direction changes through zero with a dwell.
/// </summary>
public record struct Ramp
{
    /// <summary>A stall does not buy growth: at most this much elapsed time counts.</summary>
    public static readonly TimeSpan MostElapsed = TimeSpan.FromSeconds(1);
    private const double StartShare = 1.1;

    // Monotonic ticks since which the other direction is wanted, and one; 0 = it is not.
    private long reversalSince;

    /// <summary>Power of the ramp; zero while the setpoint is zero.</summary>
    public Watts Power { get; private set; }
    /// <summary>The direction in which power may flow: the sign of what is wanted; 0 = none was yet.</summary>
    public sbyte Direction { get; private set; }

    /// <summary>Whether a wish is large enough to start for.</summary>
    public static bool IsWorthStarting(Watts wanted, SiteLimits site) =>
        wanted != Watts.Zero && Watts.Abs(wanted) >= site.MinimumPower * StartShare;

    /// <summary>
    /// One step toward <paramref name="goal"/>, which is the power of <paramref name="wish"/> brought inside the
    /// envelope.
    /// </summary>
    internal void Advance(Watts goal, in Wish wish, TimeSpan elapsed, TimeSpan now, SiteLimits site)
    {
        Turn(wish.Power, now, site);
        if (wish.Power == Watts.Zero || reversalSince != 0)
        {
            Power = Watts.Zero;
            return;
        }
        // Starts above the minimum and goes on down to it, so that noise around it does not chatter.
        var isWorthIt = Power == Watts.Zero ? IsWorthStarting(goal, site) : Watts.Abs(goal) >= site.MinimumPower;
        Power = isWorthIt ? Grown(goal, wish.RampWattsPerSecond, elapsed, site) : Watts.Zero;
    }

    private readonly Watts Grown(Watts goal, double orderRamp, TimeSpan elapsed, SiteLimits site)
    {
        var rate = orderRamp > 0 ? Math.Min(orderRamp, site.RampWattsPerSecond) : site.RampWattsPerSecond;
        var counted = elapsed < MostElapsed ? elapsed : MostElapsed;
        var grown = Math.Abs(Power.Value) + Math.Max(0, rate) * counted.TotalSeconds;
        return new(Direction * Math.Min(grown, Math.Abs(goal.Value)));
    }

    // The dwell goes by what is wanted, whether it was allowed or not: then extra steps cannot shorten it.
    private void Turn(Watts wanted, TimeSpan now, SiteLimits site)
    {
        var sign = (sbyte)Math.Sign(wanted.Value);
        var isOver = reversalSince != 0 && now.Ticks + 1 - reversalSince >= site.ReversalDwell.Ticks;
        if (isOver) Direction = (sbyte)-Direction;
        if (Direction == 0) Direction = sign;
        if (sign == 0 || sign == Direction) reversalSince = 0;
        else if (isOver || reversalSince == 0) reversalSince = now.Ticks + 1;
    }

    /// <summary>Zero at once.</summary>
    internal void Stop() => (Power, reversalSince) = (Watts.Zero, 0);

    /// <summary>The power on the EVSE's grid, rounded toward zero; zero below the minimum.</summary>
    public readonly Watts Quantised(SiteLimits site)
    {
        var magnitude = Math.Abs(Power.Value);
        var step = site.SetpointStep.Value;
        // The product can round up to one digit above what it came from.
        if (step > 0) magnitude = Math.Min(magnitude, Math.Floor(magnitude / step) * step);
        return magnitude >= site.MinimumPower.Value ? new(Math.CopySign(magnitude, Power.Value)) : Watts.Zero;
    }
}
