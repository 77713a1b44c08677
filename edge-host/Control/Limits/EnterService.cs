using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// A source enters service when voltage and frequency have been inside the profile's window for its delay, and grows to
/// full power over its ramp, in proportion to time (IEEE 1547-2018, 4.10). A start of the process and a meter that was
/// forgotten count as an excursion. Charging is not bound: a load does not enter service, and after a lost grid the
/// trip GridLost holds both directions. A meter that gives no frequency leaves it to the inverter, whose own window is
/// compared with the profile.
/// </summary>
public static class EnterService
{
    /// <summary>Discharge closed, growing, or not bound.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        // Without terms there is nothing to enter: MayDischarge closes.
        if (site.Grid is not { } terms) return Envelope.Open;
        if (!memory.Grid.IsInService) return Envelope.DischargeUpTo(Watts.Zero);
        var served = seen.Now - memory.Grid.InServiceSince;
        var ramp = terms.Profile.EnterService.Ramp;
        return served >= ramp ? Envelope.Open : Envelope.DischargeUpTo(site.EvseDischargeRating * (served / ramp));
    }

    /// <summary>When full power may be there at the earliest; null when that depends on the grid.</summary>
    internal static TimeSpan? Until(SiteLimits site, in ControlState memory)
    {
        if (site.Grid is not { } terms) return null;
        var ramp = terms.Profile.EnterService.Ramp;
        return memory.Grid.IsInService
            ? memory.Grid.InServiceSince + ramp : memory.Grid.ServiceAt(terms.Profile) + ramp;
    }
}
