using System.Diagnostics;

namespace ChargeScape.Edge.Tests.Ports;

/// <summary>
/// Waits for something that other threads or the kernel bring about; the deadline only ends a hopeless wait.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Hopeless = TimeSpan.FromSeconds(20);

    public static void Holds(Func<bool> condition, string claim)
    {
        var since = Stopwatch.StartNew();
        for (var turns = 0; !condition(); turns++)
        {
            Assert.True(since.Elapsed < Hopeless, $"never came true: {claim}");
            // What takes long may need the processor for itself.
            if (turns < 100) Thread.Yield(); else Thread.Sleep(1);
        }
    }
}
