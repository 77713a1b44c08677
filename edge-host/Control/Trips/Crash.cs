namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The process begins without an ordered end of the one before. The first time it waits 10 s, the second time within
/// 24 h 5 min; after the third a person must clear it, or another version must start. Whatever brought the process down
/// is then not tried for ever.
/// </summary>
public static class Crash
{
    /// <summary>The wait after the first crash.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);
    /// <summary>The wait after the second one within <see cref="Span"/>.</summary>
    public static readonly TimeSpan SecondWait = TimeSpan.FromMinutes(5);
    /// <summary>How long a crash counts.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromHours(24);
    /// <summary>This many within <see cref="Span"/> wait for a person.</summary>
    public const int Most = 3;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (!trip.IsTripped || trip.Class != TripClass.F2) return;
        trip.ClearAfter(true, trip.CountWithin(Span) < 2 ? FirstWait : SecondWait, seen.Now);
    }

    /// <summary>Never: what is to be waited for is a person's look at it.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) => false;

    /// <summary>What the start means, before the first step.</summary>
    internal static void Begin(ref TripState trip, Beginning after, bool isNewVersion, TimeSpan now)
    {
        if (isNewVersion) trip.Pardon();
        if (after != Beginning.Crash) return;
        // One that stands is another crash all the same: it begins anew, with its own number.
        trip.ClearForAnother();
        trip.TripCounted(Most, Span, opensNow: false, now);
    }
}
