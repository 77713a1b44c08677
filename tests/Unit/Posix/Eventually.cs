using System.Diagnostics;

namespace ChargeScape.Edge.Tests.Unit.Posix;

/// <summary>
/// Waits for something that other threads or the kernel bring about; the deadline only ends a hopeless wait.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Hopeless = TimeSpan.FromSeconds(20);

    public static void Holds(Func<bool> condition, string claim)
    {
        var since = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(since.Elapsed < Hopeless, $"never came true: {claim}");
            Thread.Yield();
        }
    }
}
