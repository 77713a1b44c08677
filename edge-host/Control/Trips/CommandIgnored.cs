using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// Measured power is not in the band of the command (5 % or 200 W) although dead and settling time are over. The car
/// may take less than commanded when it or the power stage says so. One automatic retry a day, then a person must clear
/// it.
/// </summary>
public static class CommandIgnored
{
    /// <summary>How long nothing may flow before the automatic retry.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);
    private const int Retries = 1;
    private const int LeastReadings = 3;

    /// <summary>The next memory.</summary>
    public static TripState Next(in TripState before, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (before.IsTripped)
            return before.Class == TripClass.F2
                ? before.ClearedAfter(!Stands(seen, site, memory), Hold, seen.Now)
                : before;
        if (memory.Mode != ModeKind.Transferring) return before with { Timer = null, Score = 0 };
        ref readonly var evse = ref seen.LastEvse.Said;
        if (seen.LastEvse.Sequence == before.Judged || !seen.HearsEvse(site)) return before;
        if (evse.Session != EvseSession.Energised) return before;
        if (seen.Now - memory.ModeSince < Expectation.Window(site)) return before;

        var isBad = Expectation.IsShort(evse, site, memory) || Expectation.IsExcess(evse, memory);
        var scored = before.Scored(isBad, seen.LastEvse, site.EvseTiming.Period);
        return scored.Score >= Pickup(site) ? scored.TrippedOnBudget(Retries, opensNow: false, seen.Now) : scored;
    }

    /// <summary>Power still flows although zero is commanded, or that is unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Flows(seen, site);

    private static double Pickup(SiteLimits site) => Math.Max(1, LeastReadings * site.EvseTiming.Period.TotalSeconds);
}
