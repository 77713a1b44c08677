using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// A contactor that should be open is not: the EVSE says so, its auxiliary contact does not follow within 100 ms, or
/// more than 1 A flows although the EVSE calls it open. Service: a welded contact separates nothing any more. An
/// auxiliary contact that cannot be read proves nothing and is not judged.
/// </summary>
public static class ContactorWelded
{
    internal const EvseFaults Own = EvseFaults.Weld;

    /// <summary>How long the auxiliary contact may take.</summary>
    public static readonly TimeSpan FeedbackTime = TimeSpan.FromMilliseconds(100);
    private const double MostAmperes = 1;
    private const int LeastReadings = 2;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!seen.HearsEvse(site)) return;
        ref readonly var evse = ref seen.LastEvse.Said;
        var isReported = ReportedFault.News(ref trip, evse, Own) != 0;
        if (!trip.IsTripped || isReported)
        {
            var isStuck = IsStuck(seen, site, memory);
            var isBad = isStuck || FlowsOpen(evse, memory);
            // One reading is held until the next, so what rests on it must outlast more than one.
            var time = isStuck ? FeedbackTime : LeastReadings * site.EvseTiming.Period;
            if (trip.IsTripped || trip.PickUp(isBad, time, seen.Now) || isReported)
                trip.Trip(TripClass.F4, opensNow: true, seen.Now);
        }
        ReportedFault.Acknowledge(ref trip, evse, Own);
    }

    /// <summary>A sign of it is seen, or nothing can be known.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        ReportedFault.Stands(seen, site, Own)
        || IsStuck(seen, site, memory) || FlowsOpen(seen.LastEvse.Said, memory);

    private static bool IsStuck(in Inputs seen, SiteLimits site, in ControlState memory) =>
        site.ContactorFollowsSession && ShouldBeOpen(seen.LastEvse.Said, memory)
        && seen.KnownLines(site) is { ContactorFeedback: LineLevel.Active };

    private static bool FlowsOpen(in EvseReading evse, in ControlState memory) =>
        Math.Abs(evse.DcCurrent.Value) > MostAmperes && ShouldBeOpen(evse, memory);

    private static bool ShouldBeOpen(in EvseReading evse, in ControlState memory) =>
        memory.Command.Connection != Connection.Close && !evse.IsContactorClosed
        && evse.Session is EvseSession.Unplugged or EvseSession.PluggedIn or EvseSession.Faulted;
}
