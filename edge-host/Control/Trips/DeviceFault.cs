using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The EVSE reports a fault that has no trip of its own. It clears by itself 10 s after it is gone, three times a day,
/// then a person must; a charger that takes no orders, or is somebody else's for now, costs none of these.
/// </summary>
public static class DeviceFault
{
    /// <summary>How long the fault must be gone.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);
    /// <summary>Automatic retries in 24 h.</summary>
    public const int Retries = 3;

    private const EvseFaults Own = ~(Insulation.Own | OverVoltage.Own | ContactorWelded.Own);
    private const EvseFaults NoFaultOfOurs = EvseFaults.Yielded | EvseFaults.NotControllable;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!seen.HearsEvse(site))
        {
            if (trip.IsTripped) trip.StopTimer();
            return;
        }
        ref readonly var evse = ref seen.LastEvse.Said;
        Judge(ref trip, ReportedFault.News(ref trip, evse, Own), seen.Now);
        if (!trip.IsTripped) return;

        ReportedFault.Acknowledge(ref trip, evse, Own);
        if (trip.Class <= TripClass.F2) trip.ClearAfter(ReportedFault.IsGone(evse, Own), Hold, seen.Now);
    }

    private static void Judge(ref TripState trip, EvseFaults fresh, TimeSpan now)
    {
        if (fresh == EvseFaults.None || trip.IsTripped) return;
        if ((fresh & ~NoFaultOfOurs) == EvseFaults.None) trip.Trip(TripClass.F1, opensNow: false, now);
        else trip.TripOnBudget(Retries, opensNow: false, now);
    }

    /// <summary>A fault is present in a session that has not ended, or it cannot be known.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        ReportedFault.Stands(seen, site, Own);
}
