using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The meter shows a breaker's share or a cap exceeded for longer than its bound although every command was inside the
/// envelope. A house that is over its limit alone is nobody's fault here; whose it is decides who clears it.
/// <code>
///   past its bound, the EVSE measures that it adds to it ──► interrupted, latched (F3)
///   past its bound, the EVSE measures nothing            ──► session stopped, to look (F1)
///        it ends with the contactor open  ──► the EVSE lied: F2, the third time in 24 h F3
///        it goes on with the contactor open ──► the house's own: cleared at once, not looked at again until it is gone
/// </code>
/// </summary>
public static class LimitBreach
{
    /// <summary>How long the limit must have held before it is tried again.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);
    /// <summary>So many convictions within <see cref="Span"/> are a person's matter.</summary>
    public const int Most = 3;
    /// <summary>See <see cref="Most"/>.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(1);

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        ref readonly var breach = ref memory.Breach;
        var isOurs = breach.IsOurs && breach.IsPast(site);
        if (!trip.IsTripped)
        {
            if (breach.IsPast(site))
                trip.Trip(isOurs ? TripClass.F3 : TripClass.F1, opensNow: isOurs, seen.Now);
            return;
        }
        switch (trip.Class)
        {
            case TripClass.F1 or TripClass.F2 when isOurs:
                trip.Trip(TripClass.F3, opensNow: true, seen.Now);
                break;
            case TripClass.F1 when breach.Verdict == BreachVerdict.Ours:
                trip.TripCounted(Most, Span, opensNow: false, seen.Now);
                break;
            case TripClass.F1 when breach.Verdict == BreachVerdict.TheHouse:
                trip.ClearAfter(isCalm: true, TimeSpan.Zero, seen.Now);
                break;
            case TripClass.F1 or TripClass.F2:
                trip.ClearAfter(seen.HearsMeter(site) && !breach.IsOver, Hold, seen.Now);
                break;
        }
    }

    /// <summary>Power flows, or whether it does is unknown, or the EVSE is connected in a breach.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Flows(seen, site) || (memory.Breach.IsOver && seen.LastEvse.Said.IsContactorClosed);
}
