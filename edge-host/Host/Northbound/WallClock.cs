using System.Runtime.InteropServices;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>Reads both clocks, and how well the wall clock is known.</summary>
public sealed unsafe partial class WallClock(ClockSource source)
{
    private const int TimeError = 5;
    private const int StaUnsync = 0x40;
    private const long MostErrorMicroseconds = 5_000_000;
    private static readonly TimeSpan period = 1.Seconds;

    private TimeSpan? askedAt;
    private bool isKnown = source == ClockSource.Assumed;

    /// <summary>Now. The kernel is asked once a second at most.</summary>
    public Moment Now
    {
        get
        {
            var now = MonotonicClock.Now;
            if (source == ClockSource.Kernel && (askedAt is not { } last || now - last >= period))
            {
                askedAt = now;
                isKnown = IsDisciplined();
            }
            return new(now, DateTimeOffset.UtcNow, isKnown);
        }
    }

    // struct timex: int modes; long offset, freq, maxerror, esterror; int status; … (all longs padded to their size).
    private static bool IsDisciplined()
    {
        var timex = stackalloc nint[64];
        new Span<nint>(timex, 64).Clear();
        if (AdjTimex(timex) is < 0 or TimeError) return false;
        var status = *(int*)(timex + 5);
        return (status & StaUnsync) == 0 && timex[3] <= MostErrorMicroseconds;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static partial int AdjTimex(nint* timex);
}
