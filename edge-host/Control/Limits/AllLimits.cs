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
/// <param name="FollowsHouse">What it allows moves with the load of the house.</param>
public readonly record struct Limit(LimitId Id, LimitRule Allows, bool FollowsHouse = false);

/// <summary>
/// Every limit, in one list. To add one: its file in this folder and a line here. The order decides only who is named
/// when two allow the same; what is commissioned comes first, and <see cref="LimitId.WideningHold"/> is last, because
/// it remembers what the others allow.
/// </summary>
public static class AllLimits
{
    /// <summary>
    /// The list. Lambdas, because a delegate of a static method is called through a thunk, and this is the hot path.
    /// </summary>
    public static readonly Limit[] List =
    [
        new(LimitId.EvseRating, (in seen, site, in memory) => EvseRating.Allows(seen, site, memory)),
        new(LimitId.EvseBreaker, (in seen, site, in memory) => EvseBreaker.Allows(seen, site, memory)),
        new(LimitId.Cable, (in seen, site, in memory) => Cable.Allows(seen, site, memory)),
        new(LimitId.FeederBreaker, (in seen, site, in memory) => FeederBreaker.Allows(seen, site, memory)),
        new(LimitId.BusbarBackfeed, (in seen, site, in memory) => BusbarBackfeed.Allows(seen, site, memory)),
        new(LimitId.DischargePermission, (in seen, site, in memory) => MayDischarge.Allows(seen, site, memory)),
        new(LimitId.StaleEvse, (in seen, site, in memory) => StaleEvse.Allows(seen, site, memory)),
        new(LimitId.SocReserve, (in seen, site, in memory) => SocReserve.Allows(seen, site, memory)),
        new(LimitId.UpperSoc, (in seen, site, in memory) => UpperSoc.Allows(seen, site, memory)),
        new(LimitId.Departure, (in seen, site, in memory) => Departure.Allows(seen, site, memory)),
        new(LimitId.DailyDischarge, (in seen, site, in memory) => DailyDischarge.Allows(seen, site, memory)),
        new(LimitId.HomeBattery, (in seen, site, in memory) => HomeBattery.Allows(seen, site, memory), true),
        new(LimitId.PowerStage, (in seen, site, in memory) => PowerStage.Allows(seen, site, memory)),
        new(LimitId.InverterCapability, (in seen, site, in memory) => InverterCapability.Allows(seen, site, memory)),
        new(LimitId.Derate, (in seen, site, in memory) => Derate.Allows(seen, site, memory)),
        new(LimitId.Vehicle, (in seen, site, in memory) => Vehicle.Allows(seen, site, memory)),
        new(LimitId.MainBreaker, (in seen, site, in memory) => MainBreaker.Allows(seen, site, memory), true),
        new(LimitId.ImportCap, (in seen, site, in memory) => ImportCap.Allows(seen, site, memory), true),
        new(LimitId.ExportCap, (in seen, site, in memory) => ExportCap.Allows(seen, site, memory), true),
        new(LimitId.GridOperatorConsumption,
            (in seen, site, in memory) => GridOperatorConsumption.Allows(seen, site, memory), true),
        new(LimitId.GridOperatorProduction,
            (in seen, site, in memory) => GridOperatorProduction.Allows(seen, site, memory), true),
        new(LimitId.StaleMeter, (in seen, site, in memory) => StaleMeter.Allows(seen, site, memory), true),
        new(LimitId.EnterService, (in seen, site, in memory) => EnterService.Allows(seen, site, memory)),
        new(LimitId.TransferSwitch, (in seen, site, in memory) => TransferSwitch.Allows(seen, site, memory)),
        new(LimitId.MeterInDoubt, (in seen, site, in memory) => MeterInDoubt.Allows(seen, site, memory)),
        new(LimitId.MeterUnproven, (in seen, site, in memory) => MeterUnproven.Allows(seen, site, memory)),
        new(LimitId.WideningHold, (in seen, site, in memory) => WideningHold.Allows(seen, site, memory)),
    ];

    // The first of the list: nothing but the installer changes them.
    private static ReadOnlySpan<Limit> Commissioned => List.AsSpan(0, 5);

    // A hold that differs by less than this from what the others allow now is not worth naming: the limit it remembers
    // is.
    private const double WorthNaming = 100;

    /// <summary>What one limit contributes; <see cref="Envelope.Open"/> for an unknown one.</summary>
    public static Envelope Contribution(LimitId id, SiteLimits site, in ControlState memory)
    {
        foreach (var limit in List)
            if (limit.Id == id) return limit.Allows(memory.Inputs, site, memory);
        return Envelope.Open;
    }

    /// <summary>
    /// What no change of the house's load or of the car's limits lifts: the commissioned rating, what conductors and
    /// breakers carry, and a latched state of charge while the car says its own. An order whose every power is outside
    /// is impossible by a standing rule.
    /// </summary>
    public static Allowance Standing(SiteLimits site, in ControlState memory)
    {
        var rating = Envelope.Open;
        var (charge, discharge) = (default(Binding), default(Binding));
        foreach (ref readonly var limit in Commissioned)
        {
            var one = limit.Allows(memory.Inputs, site, memory);
            if (one.Charge < rating.Charge) charge = new(limit.Id, default, null);
            if (one.Discharge > rating.Discharge) discharge = new(limit.Id, default, null);
            rating = rating.And(one);
        }
        if (memory.Soc is not null && memory.Upper.IsSet)
            (rating, charge) = (new(rating.Discharge, Watts.Zero), new(LimitId.UpperSoc, default, null));
        if (memory.Soc is not null && memory.Reserve.IsSet)
            (rating, discharge) = (new(Watts.Zero, rating.Charge),
                new(LimitId.SocReserve, default, memory.Reserve.Until(SocReserve.Hold)));
        return new(rating, charge, discharge);
    }

    /// <summary>The intersection of the list and who set each side; remembers it for the widening hold.</summary>
    internal static void Evaluate(ReadOnlySpan<Limit> limits, SiteLimits site, ref ControlState memory)
    {
        var (most, least) = (double.PositiveInfinity, double.NegativeInfinity);
        var (charge, discharge, holds) = (LimitId.None, LimitId.None, false);
        var house = Envelope.Open;
        foreach (ref readonly var limit in limits)
        {
            if (limit.Id == LimitId.WideningHold)
            {
                holds = true;
                continue;
            }
            var one = limit.Allows(memory.Inputs, site, memory);
            if (limit.FollowsHouse) house = house.And(one);
            if (one.Charge.Value < most) (most, charge) = (one.Charge.Value, limit.Id);
            if (one.Discharge.Value > least) (least, discharge) = (one.Discharge.Value, limit.Id);
        }
        memory.Widening.Add(memory.At, site.WideningHold, most, charge, least, discharge);
        var (chargeUntil, dischargeUntil) = (EndOf(charge, site, memory), EndOf(discharge, site, memory));
        var hold = holds ? WideningHold.Allows(memory.Inputs, site, memory) : Envelope.Open;
        memory.Meter.Leave(house, hold, new(new(least), new(most)));
        if (hold.Charge.Value < most)
        {
            (charge, chargeUntil) = memory.Widening.LeastSetBy(site.WideningHold);
            if (most - hold.Charge.Value > WorthNaming) charge = LimitId.WideningHold;
            most = hold.Charge.Value;
        }
        if (hold.Discharge.Value > least)
        {
            (discharge, dischargeUntil) = memory.Widening.MostSetBy(site.WideningHold);
            if (hold.Discharge.Value - least > WorthNaming) discharge = LimitId.WideningHold;
            least = hold.Discharge.Value;
        }
        ref var allowed = ref memory.Allowed;
        allowed = new(new(new(least), new(most)),
            new(charge, allowed.Charge.By == charge ? allowed.Charge.Since : memory.At, chargeUntil),
            new(discharge, allowed.Discharge.By == discharge ? allowed.Discharge.Since : memory.At, dischargeUntil));
    }

    private static TimeSpan? EndOf(LimitId limit, SiteLimits site, in ControlState memory) => limit switch
    {
        LimitId.SocReserve => memory.Reserve.Until(SocReserve.Hold),
        LimitId.GridOperatorConsumption => memory.GridOperator.Consumption.Ends,
        LimitId.GridOperatorProduction => memory.GridOperator.Production.Ends,
        LimitId.EnterService => EnterService.Until(site, memory),
        _ => null,
    };
}
