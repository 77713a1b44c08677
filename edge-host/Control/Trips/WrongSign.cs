using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// Power flows the other way than every command of the settling time. Latched; the current is interrupted.
/// </summary>
public static class WrongSign
{
    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Convict(ref trip, seen, site, memory, Expectation.IsReversed);

    /// <summary>Power still flows although zero is commanded, or that is unknown.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        Expectation.Flows(seen, site);
}
