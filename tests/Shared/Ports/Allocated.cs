namespace ChargeScape.Edge.Tests.Ports;

/// <summary>Bytes that this thread allocates in an action, once it is warm.</summary>
internal static class Allocated
{
    public static long By(Action action)
    {
        for (var i = 0; i < 3; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
