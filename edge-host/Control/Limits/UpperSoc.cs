using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// No charging at or above the upper state of charge, nor until the car is a point below it. An unknown state of charge
/// leaves charging to what the car itself takes.
/// </summary>
public static class UpperSoc
{
    private const double LeavePoints = 1;

    /// <summary>Charge closed, or nothing bound.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Upper.IsSet ? Envelope.ChargeUpTo(Watts.Zero) : Envelope.Open;

    /// <summary>Takes the memory one step on.</summary>
    internal static void Remember(ref SocLatch latch, Soc? known, Soc upper, TimeSpan now)
    {
        if (known is { } soc)
            latch.Update(!(soc < upper), soc.Percent <= upper.Percent - LeavePoints, TimeSpan.Zero, now);
    }
}
