using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// The driver's reserve is never sold: no discharge at or below it, nor until the car is 2 points above it for 60 s. An
/// unknown state of charge allows no discharge.
/// </summary>
public static class SocReserve
{
    /// <summary>How long the car must be clear of the reserve.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(60);
    internal const double LeavePoints = 2;

    /// <summary>Discharge closed, or nothing bound.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Reserve.IsSet || memory.Soc is null ? Envelope.DischargeUpTo(Watts.Zero) : Envelope.Open;

    /// <summary>Takes the memory one step on, for the reserve or for an order's own floor.</summary>
    internal static void Remember(ref SocLatch latch, Soc? known, Soc floor, TimeSpan now)
    {
        if (known is not { } soc)
        {
            latch.StopTimer();
            return;
        }
        // A floor that is no number allows nothing; one near full can still be left.
        var isReached = !(soc > floor);
        latch.Update(isReached, soc.Percent >= Math.Min(floor.Percent + LeavePoints, 100), Hold, now);
    }
}
