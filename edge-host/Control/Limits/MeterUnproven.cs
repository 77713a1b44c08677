using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// Until steps of our own power have shown that the meter's direction and legs are right, the car is only charged, and
/// only with what is safe whatever the house does; a step to ask with is always left.
/// </summary>
public static class MeterUnproven
{
    // Enough to be lowered by one step and still be worth a start.
    private const double Steps = 1.5;
    private const double Starts = 1.25;

    /// <summary>Power of a trial that nothing but the proof asks for.</summary>
    public static Watts Probe(SiteLimits site) =>
        new(Math.Max(Steps * MeterStep.Size(site).Value, Starts * site.MinimumPower.Value));

    /// <summary>Nothing bound once the meter is proven.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (memory.Meter.Proof.IsProven(site)) return Envelope.Open;
        var anything = memory.House.Aged(memory.At + HouseLoad.Forgotten + HouseLoad.Forgotten, site);
        var safe = StaleMeter.Leaves(anything, site, memory).Charge;
        return new(Watts.Zero, Watts.Max(safe, Probe(site)));
    }

    /// <summary>
    /// What is driven instead of a wish to discharge while the proof is missing: a little charging, which is the step
    /// that proves. For a bounded number of steps, then after a pause.
    /// </summary>
    internal static Wish Ask(in Wish wish, SiteLimits site, in ControlState memory) =>
        wish.Power < Watts.Zero && !memory.Meter.Proof.IsProven(site) && !memory.Meter.Trial.IsPaused(memory.At)
        && site.EvseDischargeRating > Watts.Zero
            ? wish with { Power = Probe(site) } : wish;
}
