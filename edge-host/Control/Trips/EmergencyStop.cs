using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The emergency stop is pressed, or its line was known and no longer is. Latched until a person clears it at the
/// machine. The hard-wired loop has cut the coil already; this makes the rest follow. Lines that are unknown before the
/// first power-up is over are power-up's matter: nothing has been closed yet, and it does not end without them.
/// </summary>
public static class EmergencyStop
{
    /// <summary>The next memory.</summary>
    public static TripState Next(in TripState before, in Inputs seen, SiteLimits site, in ControlState memory) =>
        !before.IsTripped && seen.HasHeardLines && Stands(seen, site, memory) && !IsOnlyStarting(seen, site, memory)
            ? before.Tripped(TripClass.F3, opensNow: true, seen.Now)
            : before;

    /// <summary>Pressed or unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        seen.KnownLines(site) is not { IsEmergencyStopPressed: false };

    private static bool IsOnlyStarting(in Inputs seen, SiteLimits site, in ControlState memory) =>
        seen.KnownLines(site) is null
        && memory.Trips[TripId.PowerUp] is { IsTripped: true, Occurrence: 1 };
}
