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

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (trip.IsTripped)
        {
            if (trip.Class == TripClass.F2) trip.ClearAfter(!Stands(seen, site, memory), Hold, seen.Now);
            return;
        }
        if (memory.Mode != ModeKind.Transferring)
        {
            trip.Forget();
            return;
        }
        ref readonly var evse = ref seen.LastEvse.Said;
        if (seen.LastEvse.Sequence == trip.Judged || !seen.HearsEvse(site)) return;
        if (evse.Session != EvseSession.Energised) return;
        if (seen.Now - memory.ModeSince < Expectation.Window(site)) return;

        // In a disturbed grid an inverter may cease for a moment, limit its current or droop: less is no disobedience.
        var isShort = Expectation.IsShort(evse, site, memory) && !memory.Grid.IsDisturbed(seen.Now);
        var isBad = isShort || Expectation.IsExcess(evse, memory);
        trip.AddToScore(isBad, seen.LastEvse, site.EvseTiming.Period);
        if (trip.Score >= Pickup(site)) trip.TripOnBudget(Retries, opensNow: false, seen.Now);
    }

    /// <summary>Power still flows although zero is commanded, or that is unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Flows(seen, site);

    private static double Pickup(SiteLimits site) => Math.Max(1, LeastReadings * site.EvseTiming.Period.TotalSeconds);
}
