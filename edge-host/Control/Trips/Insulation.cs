using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// The EVSE reports a failed insulation test or an earth fault: interrupted at once and latched. There is no automatic
/// retry: the next one might find a person where the fault is.
/// </summary>
public static class Insulation
{
    internal const EvseFaults Own = EvseFaults.Insulation;

    /// <summary>One step.</summary>
    public static void Next(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory) =>
        ReportedFault.Latch(ref trip, seen, site, Own);

    /// <summary>It is present in a session that has not ended, or it cannot be known.</summary>
    public static bool Stands(in Inputs seen, SiteLimits site, in ControlState memory) =>
        ReportedFault.Stands(seen, site, Own);
}
