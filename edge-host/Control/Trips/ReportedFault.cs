using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// How a trip reads the fault bits that are its own. A session that has ended in its fault and is open counts as gone,
/// unless the EVSE says that the cause is still seen: its bits stay until a new start, so only further bits trip again.
/// </summary>
internal static class ReportedFault
{
    /// <summary>A session that says "faulted" and not why.</summary>
    public const EvseFaults Unnamed = (EvseFaults)(1u << 31);

    /// <summary>
    /// The bits of <paramref name="own"/> that are news, taking note of the others. Call it once a step while the EVSE
    /// is heard.
    /// </summary>
    public static EvseFaults News(ref TripState trip, in EvseReading evse, EvseFaults own)
    {
        var bits = (uint)Of(evse, own);
        trip.Acknowledge(evse.Session == EvseSession.Faulted ? trip.Acknowledged & bits : 0);
        // What is seen now is news however long it has been known.
        return (EvseFaults)(bits & ~(trip.Acknowledged & ~(uint)evse.ActiveFaults));
    }

    /// <summary>A standing trip takes note of what a session has ended with.</summary>
    public static void Acknowledge(ref TripState trip, in EvseReading evse, EvseFaults own)
    {
        if (trip.IsTripped && HasEnded(evse, own)) trip.Acknowledge((uint)Of(evse, own));
    }

    /// <summary>
    /// One step of a trip that a fault of its own latches, with the current interrupted at once. There is no automatic
    /// retry: the next one might find a person, or the same voltage, where the fault is.
    /// </summary>
    public static void Latch(ref TripState trip, in Inputs seen, SiteLimits site, EvseFaults own)
    {
        if (!seen.HearsEvse(site)) return;
        ref readonly var evse = ref seen.LastEvse.Said;
        if (News(ref trip, evse, own) != 0) trip.Trip(TripClass.F3, opensNow: true, seen.Now);
        Acknowledge(ref trip, evse, own);
    }

    /// <summary>It is present in a session that has not ended, or it cannot be known.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, EvseFaults own) =>
        !seen.HearsEvse(site) || !IsGone(seen.LastEvse.Said, own);

    /// <summary>None of the bits is there, or the session that they belong to has ended.</summary>
    public static bool IsGone(in EvseReading evse, EvseFaults own) =>
        Of(evse, own) == EvseFaults.None || HasEnded(evse, own);

    private static EvseFaults Of(in EvseReading evse, EvseFaults own)
    {
        var all = evse.Faults | evse.ActiveFaults;
        if (all == EvseFaults.None && evse.Session == EvseSession.Faulted) all = Unnamed;
        return all & own;
    }

    private static bool HasEnded(in EvseReading evse, EvseFaults own) =>
        evse is { Session: EvseSession.Faulted, IsContactorClosed: false }
        && (evse.ActiveFaults & own) == EvseFaults.None;
}
