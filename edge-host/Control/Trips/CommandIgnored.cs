using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// Less power than commanded, by 5 % or 200 W, although dead and settling time are over. The car may take less than
/// commanded when it or the power stage says so.
/// <code>
///   follows, but falls short ──► zero, session stopped (F2) ── no current ──► tried again, three times a day
///   does not follow: power flows, and less than half of it ──► zero, session stopped, latched (F3)
///   zero is not followed either, or the EVSE had to break its session off ──► contactor opened at once, latched (F3)
/// </code>
/// The order to zero is the command told once more. A car that takes nothing falls short: it is no device that ignores.
/// </summary>
public static class CommandIgnored
{
    /// <summary>How long nothing may flow before the automatic retry.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);
    /// <summary>Automatic retries in 24 h.</summary>
    public const int Retries = 3;

    private const int LeastReadings = 3;
    private const EvseFaults BrokenOff = EvseFaults.PowerStage | EvseFaults.CurrentDeviation;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (trip.IsTripped)
        {
            if (!trip.OpensNow && IgnoresZero(trip, seen, site)) trip.Trip(TripClass.F3, opensNow: true, seen.Now);
            else if (trip.Class == TripClass.F2) trip.ClearAfter(!Stands(seen, site, memory), Hold, seen.Now);
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
        trip.AddToScore(isShort, seen.LastEvse, site.EvseTiming.Period);
        if (trip.Score < Pickup(site)) return;
        if (Expectation.IsIgnored(evse, memory)) trip.Trip(TripClass.F3, opensNow: false, seen.Now);
        else trip.TripOnBudget(Retries, opensNow: false, seen.Now);
    }

    /// <summary>Power still flows although zero is commanded, or that is unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Flows(seen, site);

    private static bool IgnoresZero(in TripState trip, in Inputs seen, SiteLimits site)
    {
        if (!seen.HearsEvse(site)) return false;
        return (seen.LastEvse.Said.Faults & BrokenOff) != 0
            || (seen.Now - trip.Since >= site.EvseReaction && Expectation.Flows(seen, site));
    }

    private static double Pickup(SiteLimits site) => Math.Max(1, LeastReadings * site.EvseTiming.Period.TotalSeconds);
}
