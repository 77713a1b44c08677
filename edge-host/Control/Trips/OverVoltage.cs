using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The EVSE reports a DC voltage above the session's threshold: interrupted at once and latched. The charger's hardware
/// has acted within 10 ms; this keeps the next session from meeting the same.
/// </summary>
public static class OverVoltage
{
    internal const EvseFaults Own = EvseFaults.OverVoltage;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory) =>
        ReportedFault.Latch(ref trip, seen, site, Own);

    /// <summary>It is present in a session that has not ended, or it cannot be known.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        ReportedFault.Stands(seen, site, Own);
}
