using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The emergency stop is pressed, or its line was known and no longer is. Latched until a person clears it at the
/// machine. The hard-wired loop has cut the coil already; this makes the rest follow. Lines that are unknown before the
/// first power-up is over are power-up's matter: nothing has been closed yet, and it does not end without them.
/// </summary>
public static class EmergencyStop
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (trip.IsTripped || !seen.HasHeardLines || !Stands(seen, site, memory)) return;
        if (!IsOnlyStarting(seen, site, memory)) trip.TripByHand(opensNow: true, seen.Now);
    }

    /// <summary>Pressed or unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        seen.KnownLines(site) is not { IsEmergencyStopPressed: false };

    private static bool IsOnlyStarting(in Inputs seen, SiteLimits site, in ControlState memory) =>
        seen.KnownLines(site) is null && !memory.HasPoweredUp;
}
