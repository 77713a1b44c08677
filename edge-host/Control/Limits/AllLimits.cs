using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// A limit: a pure function of what is seen, the site and what is remembered. It can only shrink what is allowed.
/// </summary>
/// <param name="seen">The last good reading of each source.</param>
/// <param name="site">Commissioned constants.</param>
/// <param name="memory">State of this step, with this step's readings taken in.</param>
public delegate Envelope LimitRule(in Inputs seen, SiteLimits site, in ControlState memory);

/// <summary>A limit in the list.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Allows">Its function.</param>
public readonly record struct Limit(LimitId Id, LimitRule Allows);

/// <summary>
/// Every limit, in one list. To add one: its file in this folder and a line here. The order decides only who is named
/// when two allow the same; <see cref="LimitId.WideningHold"/> is last, because it remembers what the others allow.
/// </summary>
public static class AllLimits
{
    /// <summary>The list.</summary>
    public static readonly Limit[] List =
    [
        new(LimitId.EvseRating, EvseRating.Allows),
        new(LimitId.StaleEvse, StaleEvse.Allows),
        new(LimitId.SocReserve, SocReserve.Allows),
        new(LimitId.UpperSoc, UpperSoc.Allows),
        new(LimitId.PowerStage, PowerStage.Allows),
        new(LimitId.Vehicle, Vehicle.Allows),
        new(LimitId.MainBreaker, MainBreaker.Allows),
        new(LimitId.ImportCap, ImportCap.Allows),
        new(LimitId.ExportCap, ExportCap.Allows),
        new(LimitId.StaleMeter, StaleMeter.Allows),
        new(LimitId.WideningHold, WideningHold.Allows),
    ];

    // A hold that differs by less than this from what the others allow now is not worth naming: the limit it remembers
    // is.
    private static readonly Watts WorthNaming = new(100);

    /// <summary>What one limit contributes; <see cref="Envelope.Open"/> for an unknown one.</summary>
    public static Envelope Contribution(LimitId id, SiteLimits site, in ControlState memory)
    {
        foreach (var limit in List)
            if (limit.Id == id) return limit.Allows(memory.Inputs, site, memory);
        return Envelope.Open;
    }

    /// <summary>
    /// What no change of the house's load or of the car's limits lifts: the commissioned rating, and a latched state of
    /// charge while the car says its own. An order whose every power is outside is impossible by a standing rule.
    /// </summary>
    public static Allowance Standing(SiteLimits site, in ControlState memory)
    {
        var rating = EvseRating.Allows(memory.Inputs, site, memory);
        var charge = new Binding(LimitId.EvseRating, default, null);
        var discharge = charge;
        if (memory.Soc is not null && memory.Upper.IsSet)
            (rating, charge) = (new(rating.Discharge, Watts.Zero), new(LimitId.UpperSoc, default, null));
        if (memory.Soc is not null && memory.Reserve.IsSet)
            (rating, discharge) = (new(Watts.Zero, rating.Charge),
                new(LimitId.SocReserve, default, memory.Reserve.Until(SocReserve.Hold)));
        return new(rating, charge, discharge);
    }

    /// <summary>The intersection of the list and who set each side; remembers it for the widening hold.</summary>
    internal static Allowance Evaluate(ReadOnlySpan<Limit> limits, SiteLimits site, ref ControlState memory)
    {
        var (most, least) = (double.PositiveInfinity, double.NegativeInfinity);
        var (charge, discharge, holds) = (LimitId.None, LimitId.None, false);
        foreach (ref readonly var limit in limits)
        {
            if (limit.Id == LimitId.WideningHold)
            {
                holds = true;
                continue;
            }
            var one = limit.Allows(memory.Inputs, site, memory);
            if (one.Charge.Value < most) (most, charge) = (one.Charge.Value, limit.Id);
            if (one.Discharge.Value > least) (least, discharge) = (one.Discharge.Value, limit.Id);
        }
        var others = new Allowance(new(new(least), new(most)),
            Named(charge, memory.Allowed.Charge, memory), Named(discharge, memory.Allowed.Discharge, memory));
        WideningHold.Remember(ref memory.Widening, memory.At, site, others);
        return holds ? Within(others, site, memory) : others;
    }

    private static Allowance Within(in Allowance others, SiteLimits site, in ControlState memory)
    {
        var hold = WideningHold.Allows(memory.Inputs, site, memory);
        var (charge, discharge) = (others.Charge, others.Discharge);
        if (hold.Charge < others.Envelope.Charge)
        {
            var (by, until) = memory.Widening.LeastSetBy(site.WideningHold);
            charge = Holding(others.Envelope.Charge - hold.Charge, by, until, memory.Allowed.Charge, memory);
        }
        if (hold.Discharge > others.Envelope.Discharge)
        {
            var (by, until) = memory.Widening.MostSetBy(site.WideningHold);
            var narrower = hold.Discharge - others.Envelope.Discharge;
            discharge = Holding(narrower, by, until, memory.Allowed.Discharge, memory);
        }
        return new(others.Envelope.And(hold), charge, discharge);
    }

    private static Binding Holding(
        Watts narrower, LimitId remembered, TimeSpan until, in Binding before, in ControlState memory) =>
        Named(narrower > WorthNaming ? LimitId.WideningHold : remembered, before, memory) with { Until = until };

    private static Binding Named(LimitId by, in Binding before, in ControlState memory) => new(
        by,
        before.By == by ? before.Since : memory.At,
        by == LimitId.SocReserve ? memory.Reserve.Until(SocReserve.Hold) : null);
}
