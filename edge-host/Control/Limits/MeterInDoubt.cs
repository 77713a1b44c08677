using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// While the meter is asked by a small step of our own power, the power goes no higher than the step says. While it
/// shows a part too much or too little, the caps hold for the worse of what it shows and what it may hide.
/// </summary>
public static class MeterInDoubt
{
    // 1 / (1 − 0.3) − 1: what is shown with three tenths too little is so much more.
    private const double Hidden = MeterStep.Tolerance / (1 - MeterStep.Tolerance);

    /// <summary>Nothing bound while nobody doubts the meter.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        ref readonly var trial = ref memory.Meter.Trial;
        var left = trial.Runs ? new(-trial.Most, trial.Most) : Envelope.Open;
        return memory.Trips.Seen(TripId.MeterDisagrees).IsTripped ? left.And(Worse(seen, site, memory)) : left;
    }

    private static Envelope Worse(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        var most = 0.0;
        ref readonly var meter = ref seen.LastMeter.Said;
        for (var leg = 0; leg < site.Legs; leg++) most = Math.Max(most, Math.Abs(meter.LegPower[leg].Value));
        return StaleMeter.Leaves(memory.House.Widened(Hidden * most * site.Legs, site), site, memory);
    }
}
