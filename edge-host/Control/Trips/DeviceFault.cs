using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The EVSE reports a fault. Insulation, over-voltage and weld are latched at once and interrupt; the others clear by
/// themselves 10 s after they are gone, three times a day, then a person must; standing back for somebody else costs
/// none of these. A session that has ended in its fault and is open counts as gone, unless the EVSE says that the cause
/// is still seen: its bits stay until a new start, so only further bits trip again.
/// </summary>
public static class DeviceFault
{
    /// <summary>How long the fault must be gone.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);
    /// <summary>Automatic retries in 24 h.</summary>
    public const int Retries = 3;

    private const EvseFaults Latching = EvseFaults.Insulation | EvseFaults.OverVoltage | EvseFaults.Weld;
    // A session that says "faulted" and not why.
    private const uint Unnamed = 1u << 31;

    /// <summary>The next memory.</summary>
    public static TripState Next(in TripState before, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!seen.HearsEvse(site))
            return before.IsTripped ? before with { Timer = null } : before;

        ref readonly var evse = ref seen.LastEvse.Said;
        var bits = Bits(evse);
        var known = before with { Acknowledged = evse.Session == EvseSession.Faulted ? before.Acknowledged & bits : 0 };
        // What is seen now is news however long it has been known.
        var fresh = bits & ~(known.Acknowledged & ~(uint)evse.ActiveFaults);
        if (fresh != 0 && (!known.IsTripped || ((EvseFaults)fresh & Latching) != 0))
            known = ((EvseFaults)fresh & Latching) != 0
                ? known.Tripped(TripClass.F3, opensNow: true, seen.Now)
                : fresh == (uint)EvseFaults.Yielded ? known.Tripped(TripClass.F1, opensNow: false, seen.Now)
                : known.TrippedOnBudget(Retries, opensNow: false, seen.Now);
        if (!known.IsTripped) return known;

        if (HasEnded(evse)) known = known with { Acknowledged = bits };
        return known.Class <= TripClass.F2 ? known.ClearedAfter(bits == 0 || HasEnded(evse), Hold, seen.Now) : known;
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
