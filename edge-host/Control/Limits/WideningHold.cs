using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// Each side may widen only after it has stayed wider for the hold: what is allowed is the narrowest of the last <see
/// cref="SiteLimits.WideningHold"/>. Narrowing acts at once. A running minimum, not a timer: noise cannot restart it
/// for ever, and it cannot hunt with the readings.
/// </summary>
public static class WideningHold
{
    /// <summary>
    /// The narrowest interval of the window. The memory already holds what the other limits allow now.
    /// </summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory)
    {
        if (site.WideningHold <= TimeSpan.Zero) return Envelope.Open;
        return new(new(memory.Widening.Most), new(memory.Widening.Least));
    }
}
