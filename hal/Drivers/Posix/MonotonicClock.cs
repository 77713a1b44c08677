using System.Diagnostics;

namespace ChargeScape.Edge.Hal.Posix;

/// <summary>
/// The one clock of the drivers: CLOCK_MONOTONIC, which is the same for every process of the machine and never stepped.
/// Resolution 100 ns. It does not count while the machine is suspended.
/// </summary>
public static class MonotonicClock
{
    private static readonly long StampsPerTick = Stopwatch.Frequency / TimeSpan.TicksPerSecond;

    /// <summary>Time since an arbitrary fixed moment (Linux: boot).</summary>
    public static TimeSpan Now => new(Stopwatch.GetTimestamp() / StampsPerTick);
}
