namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The car's contactor closed more than three times within a minute: a coil supply that sags, or somebody who starts
/// and stops. Latched, because each closure may be the one that welds. Six in an hour are the most that the start sequence
/// itself makes.
/// </summary>
public static class ContactorChatter
{
    /// <summary>More closures than this within <see cref="Span"/> trip.</summary>
    public const int Most = 3;
    /// <summary>See <see cref="Most"/>.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!trip.IsTripped && Stands(seen, site, memory)) trip.Trip(TripClass.F3, opensNow: false, seen.Now);
    }

    /// <summary>The minute is not over.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Use.Within(Span, seen.Now) > Most;
}
