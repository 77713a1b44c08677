using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// More power than every command of the settling time, beyond 5 % or 200 W, in either direction and in any mode; where
/// nothing is commanded, any. A command is inside the envelope, so this is also power above the envelope. Latched; the
/// current is interrupted.
/// </summary>
public static class CommandOvershoot
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Convict(ref trip, seen, site, memory, Expectation.IsOvershoot);

    /// <summary>Power still flows although zero is commanded, or that is unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Flows(seen, site);
}
