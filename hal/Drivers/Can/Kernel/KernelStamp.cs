namespace ChargeScape.Edge.Hal.Can.Kernel;

/// <summary>
/// Puts the kernel's receive stamp, which is wall-clock time, on the monotonic clock. The wall clock may be stepped
/// between the stamp and now, so the result is held between the moment at which the socket was last seen empty and now:
/// before the first it would have been taken then.
/// </summary>
internal static class KernelStamp
{
    public static TimeSpan ToMonotonic(TimeSpan stamp, TimeSpan wallNow, TimeSpan now, TimeSpan emptyAt)
    {
        var arrived = now - (wallNow - stamp);
        return arrived > now ? now : arrived < emptyAt ? emptyAt : arrived;
    }
}
