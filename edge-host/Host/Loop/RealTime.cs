using System.Globalization;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>
/// Real-time scheduling of the calling thread and locked memory, where the system allows it. Without it the loop works
/// the same, only less punctually.
/// </summary>
internal static unsafe partial class RealTime
{
    /// <summary>Above the pollers, below the kernel's own threads at 50.</summary>
    public const int LoopPriority = 40;
    /// <summary>Above everything that is not real-time.</summary>
    public const int PollerPriority = 30;

    private const int SchedFifo = 1;
    private const int LockCurrentAndFuture = 3;
    private const int RlimitMemlock = 8;
    private const int CapIpcLock = 14;

    /// <summary>Puts the calling thread under SCHED_FIFO; false when the system does not allow it.</summary>
    public static bool TryEnter(int priority) => SchedSetScheduler(0, SchedFifo, &priority) == 0;

    /// <summary>Keeps all memory of the process in RAM; false when that is not allowed without a bound.</summary>
    public static bool TryLockMemory()
    {
        // Under a finite limit the call may succeed and a later allocation then fail, which is worse than a page fault.
        if (!HasUnboundedLock()) return false;
        return MLockAll(LockCurrentAndFuture) == 0;
    }

    private static bool HasUnboundedLock()
    {
        var limit = stackalloc nuint[2];
        if (GetRLimit(RlimitMemlock, limit) == 0 && limit[0] == nuint.MaxValue) return true;
        try
        {
            foreach (var line in File.ReadLines("/proc/self/status"))
            {
                if (!line.StartsWith("CapEff:", StringComparison.Ordinal)) continue;
                return (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber) >> CapIpcLock & 1) != 0;
            }
        }
        catch (IOException)
        {
            // No /proc: nothing is known, so nothing is locked.
        }
        return false;
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SchedSetScheduler(int thread, int policy, int* priority);

    [LibraryImport("libc", EntryPoint = "mlockall", SetLastError = true)]
    private static partial int MLockAll(int flags);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetRLimit(int resource, nuint* limit);
}
