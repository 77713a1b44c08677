using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// Memory of the power on its way to what is wanted, not rounded, so that many small steps grow exactly as few large
/// ones. Only growth takes time; shrinking acts at once; the direction changes through zero with a dwell.
/// </summary>
/// <param name="Power">Power of the ramp; zero while the setpoint is zero.</param>
/// <param name="Direction">The direction in which power may flow: the sign of what is wanted; 0 = none was yet.</param>
/// <param name="ReversalSince">Since when the other direction is wanted, at zero power; null while it is not.</param>
public readonly record struct Ramp(Watts Power, sbyte Direction, TimeSpan? ReversalSince)
{
    /// <summary>A stall does not buy growth: at most this much elapsed time counts.</summary>
    public static readonly TimeSpan MostElapsed = TimeSpan.FromSeconds(1);
    private const double StartShare = 1.1;

    /// <summary>Whether a wish is large enough to start for.</summary>
    public static bool IsWorthStarting(Watts wanted, SiteLimits site) =>
        wanted != Watts.Zero && Watts.Abs(wanted) >= site.MinimumPower * StartShare;

    /// <summary>
    /// One step toward <paramref name="goal"/>, which is <paramref name="wanted"/> brought inside the envelope.
    /// </summary>
    public Ramp Next(Watts goal, Watts wanted, double orderRamp, TimeSpan elapsed, TimeSpan now, SiteLimits site)
    {
        var turned = Turned(wanted, now, site);
        var direction = turned.Direction;
        if (wanted == Watts.Zero || turned.ReversalSince is not null) return turned with { Power = Watts.Zero };

        // Starts above the minimum and goes on down to it, so that noise around it does not chatter.
        var isWorthIt = Power == Watts.Zero ? IsWorthStarting(goal, site) : Watts.Abs(goal) >= site.MinimumPower;
        if (!isWorthIt) return new(Watts.Zero, direction, null);
        var rate = orderRamp > 0 ? Math.Min(orderRamp, site.RampWattsPerSecond) : site.RampWattsPerSecond;
        var counted = elapsed < MostElapsed ? elapsed : MostElapsed;
        var grown = Math.Abs(Power.Value) + Math.Max(0, rate) * counted.TotalSeconds;
        return new(new(direction * Math.Min(grown, Math.Abs(goal.Value))), direction, null);
    }

    // The dwell goes by what is wanted, whether it was allowed or not: then extra steps cannot shorten it.
    private Ramp Turned(Watts wanted, TimeSpan now, SiteLimits site)
    {
        var sign = (sbyte)Math.Sign(wanted.Value);
        var direction = ReversalSince is { } since && now - since >= site.ReversalDwell ? (sbyte)-Direction : Direction;
        if (direction == 0) direction = sign;
        if (sign == 0 || sign == direction) return new(Power, direction, null);
        return new(Watts.Zero, direction, direction == Direction ? ReversalSince ?? now : now);
    }

    /// <summary>Zero at once.</summary>
    public Ramp Stopped() => new(Watts.Zero, Direction, null);

    /// <summary>The power on the EVSE's grid, rounded toward zero; zero below the minimum.</summary>
    public Watts Quantised(SiteLimits site)
    {
        var magnitude = Math.Abs(Power.Value);
        var step = site.SetpointStep.Value;
        // The product can round up to one digit above what it came from.
        if (step > 0) magnitude = Math.Min(magnitude, Math.Floor(magnitude / step) * step);
        return magnitude >= site.MinimumPower.Value ? new(Math.CopySign(magnitude, Power.Value)) : Watts.Zero;
    }
}
