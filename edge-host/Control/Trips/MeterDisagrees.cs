namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// Meter and EVSE do not agree on the size of a step of our own power, or the meter not with itself. By more than a
/// tenth it is told, and the caps keep the difference free (F0). By more than three tenths in three steps of a trial,
/// or with more active power than volts times amperes, or active power that is gone from one sample to the next while
/// the current stays, for a second, it is latched (F3): a wrong unit or transformer ratio.
/// </summary>
public static class MeterDisagrees
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (trip is { IsTripped: true, Class: > TripClass.F0 }) return;
        if (memory.Meter.IsScaleWrong) trip.Trip(TripClass.F3, opensNow: false, seen.Now);
        else if (memory.Meter.IsOff) trip.Trip(TripClass.F0, opensNow: false, seen.Now);
        else if (trip.IsTripped) trip.ClearAfter(true, TimeSpan.Zero, seen.Now);
    }

    /// <summary>Never: only power shows it, and none flows. What comes after the clear must prove itself.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) => false;
}
