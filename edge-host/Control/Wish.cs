using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>What a plan asks at a time.</summary>
/// <param name="Power">AC at the EVSE, positive = charge.</param>
/// <param name="Order">The order that asks; 0 = none.</param>
/// <param name="IsIdle">The connection may be opened.</param>
/// <param name="RampWattsPerSecond">The order's own growth; 0 = the site's.</param>
/// <param name="Floor">The order's own floor of the state of charge.</param>
public readonly record struct Wish(Watts Power, uint Order, bool IsIdle, double RampWattsPerSecond, Soc? Floor);

/// <summary>Reads a plan. What makes no sense in it is as if it were not there.</summary>
public static class PlanReading
{
    /// <summary>
    /// The first entry in force; when there is none, what the entry that ended last asks to follow.
    /// </summary>
    public static Wish PowerAt(in this Plan plan, TimeSpan now, SiteLimits site)
    {
        var (ended, follows) = (TimeSpan.MinValue, OnExpire.Zero);
        var count = Math.Clamp(plan.Count, 0, Plan.Capacity);
        for (var i = 0; i < count; i++)
        {
            ref readonly var entry = ref plan.Entries[i];
            if (!IsSensible(entry) || now < entry.Start) continue;
            if (now < entry.End) return InForce(entry);
            if (entry.End > ended) (ended, follows) = (entry.End, entry.OnExpire);
        }
        var left = follows == OnExpire.Floor ? Watts.Max(Watts.Zero, site.SilenceFloor) : Watts.Zero;
        return new(left, 0, false, 0, null);
    }

    // Inside a band the local wish decides; it is zero until the household's planner exists.
    private static Wish InForce(in PlanEntry entry) => entry.Kind == OrderKind.Idle
        ? new(Watts.Zero, entry.Order, true, 0, null)
        : new(Watts.Min(entry.Upper, Watts.Max(entry.Lower, Watts.Zero)), entry.Order, false,
            entry.RampWattsPerSecond > 0 ? entry.RampWattsPerSecond : 0, entry.Floor);

    private static bool IsSensible(in PlanEntry entry) =>
        entry.Start < entry.End && entry.Kind <= OrderKind.Idle
        && (entry.Kind == OrderKind.Idle
            || (entry.Lower.IsFinite && entry.Upper.IsFinite && entry.Lower <= entry.Upper));
}
