using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The EVSE reports a fault. Insulation, over-voltage and weld are latched at once and interrupt; the others clear by
/// themselves 10 s after they are gone, three times a day, then a person must; a charger that takes no orders, or is
/// somebody else's for now, costs none of these. A session that has ended in its fault and is open counts as gone,
/// unless the EVSE says that the cause is still seen: its bits stay until a new start, so only further bits trip again.
/// </summary>
public static class DeviceFault
{
    /// <summary>How long the fault must be gone.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);
    /// <summary>Automatic retries in 24 h.</summary>
    public const int Retries = 3;

    private const EvseFaults Latching = EvseFaults.Insulation | EvseFaults.OverVoltage | EvseFaults.Weld;
    private const EvseFaults NoFaultOfOurs = EvseFaults.Yielded | EvseFaults.NotControllable;
    // A session that says "faulted" and not why.
    private const uint Unnamed = 1u << 31;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!seen.HearsEvse(site))
        {
            if (trip.IsTripped) trip.StopTimer();
            return;
        }
        ref readonly var evse = ref seen.LastEvse.Said;
        var bits = Bits(evse);
        trip.Acknowledge(evse.Session == EvseSession.Faulted ? trip.Acknowledged & bits : 0);
        // What is seen now is news however long it has been known.
        Judge(ref trip, bits & ~(trip.Acknowledged & ~(uint)evse.ActiveFaults), seen.Now);
        if (!trip.IsTripped) return;

        if (HasEnded(evse)) trip.Acknowledge(bits);
        if (trip.Class <= TripClass.F2) trip.ClearAfter(bits == 0 || HasEnded(evse), Hold, seen.Now);
    }

    private static void Judge(ref TripState trip, uint fresh, TimeSpan now)
    {
        if (((EvseFaults)fresh & Latching) != 0) trip.Trip(TripClass.F3, opensNow: true, now);
        else if (fresh == 0 || trip.IsTripped) return;
        else if (((EvseFaults)fresh & ~NoFaultOfOurs) == 0) trip.Trip(TripClass.F1, opensNow: false, now);
        else trip.TripOnBudget(Retries, opensNow: false, now);
    }

    /// <summary>A fault is present in a session that has not ended, or it cannot be known.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        !seen.HearsEvse(site) || (Bits(seen.LastEvse.Said) != 0 && !HasEnded(seen.LastEvse.Said));

    private static uint Bits(in EvseReading evse) =>
        (evse.Faults | evse.ActiveFaults) != EvseFaults.None
            ? (uint)(evse.Faults | evse.ActiveFaults)
            : evse.Session == EvseSession.Faulted ? Unnamed : 0;

    private static bool HasEnded(in EvseReading evse) =>
        evse is { Session: EvseSession.Faulted, IsContactorClosed: false, ActiveFaults: EvseFaults.None };
}
