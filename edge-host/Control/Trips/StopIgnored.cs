using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The EVSE was told to open and power still flows after its family's stop time (3 s at least), or its contactor is
/// still closed 3 s after that: interrupted, by whatever contactor obeys. Three automatic retries a day, then a person.
/// What somebody else has started while the site stands back, and what nobody can see, is not held against it.
/// </summary>
public static class StopIgnored
{
    /// <summary>How long it must have obeyed.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);
    /// <summary>Automatic retries in 24 h.</summary>
    public const int Retries = 3;
    /// <summary>Shortest time that counts as ignoring, and what the contactor has on top.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(3);

    private const EvseFaults NotToJudge = EvseFaults.Yielded | EvseFaults.Frozen;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (trip.IsTripped)
        {
            if (trip.Class == TripClass.F2) trip.ClearAfter(!Stands(seen, site, memory), Hold, seen.Now);
            return;
        }
        if (!seen.HearsEvse(site)) return;
        ref readonly var evse = ref seen.LastEvse.Said;
        var flows = Expectation.Flows(seen, site);
        var time = site.EvseTiming.StopTime > Least ? site.EvseTiming.StopTime : Least;
        if (trip.PickUp(IsOn(evse, flows, memory), flows ? time : time + Least, seen.Now))
            trip.TripOnBudget(Retries, opensNow: true, seen.Now);
    }

    /// <summary>It still does not obey, or that is unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        !seen.HearsEvse(site) || IsOn(seen.LastEvse.Said, Expectation.Flows(seen, site), memory);

    private static bool IsOn(in EvseReading evse, bool flows, in ControlState memory) =>
        memory.Command.Connection != Connection.Close && (flows || evse.IsContactorClosed)
        && (evse.Faults & NotToJudge) == EvseFaults.None;
}
