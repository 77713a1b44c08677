namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The loop missed three deadlines in a row, or one by more than 500 ms: for that long nobody looked. Zero and open
/// until it has kept its deadlines for 10 s, three times a day; then a person must look at the machine.
/// </summary>
public static class LoopOverrun
{
    /// <summary>How long the deadlines must be kept.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);
    /// <summary>Automatic retries in 24 h.</summary>
    public const int Retries = 3;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (seen.IsLoopLate && !trip.IsTripped) trip.TripOnBudget(Retries, opensNow: false, seen.Now);
        if (trip is { IsTripped: true, Class: TripClass.F2 }) trip.ClearAfter(!seen.IsLoopLate, Hold, seen.Now);
    }

    /// <summary>It is late now.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) => seen.IsLoopLate;
}
