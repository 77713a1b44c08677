using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Hal.Posix;

/// <summary>
/// Calls of the C library and the constants of Linux on x86 and ARM. Sources: the manual pages of each call.
/// </summary>
internal static unsafe partial class Libc
{
    public const int Eintr = 4, Eagain = 11, Einprogress = 115;

    public const short PollIn = 1, PollOut = 4, PollErr = 8, PollHup = 16, PollNval = 32;

    private const int EfdNonblock = 0x800, EfdCloexec = 0x8_0000;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Descriptor;
        public short Asked;
        public short Seen;
    }

    /// <summary><c>struct timespec</c>; both members are as wide as a pointer on the ABIs that .NET runs on.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    /// <summary>A non-blocking event counter.</summary>
    /// <exception cref="IOException">The process or the system has no descriptor left.</exception>
    public static SafeDescriptor NewEventCounter()
    {
        var made = EventFd(0, EfdNonblock | EfdCloexec);
        if (!made.IsInvalid) return made;
        made.Dispose();
        throw Failure("eventfd");
    }

    /// <summary>The last error of this thread's last call, as an exception.</summary>
    public static IOException Failure(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    /// <summary>Error number of this thread's last call that failed.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial SafeDescriptor EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int PPoll(PollFd* table, nuint count, TimeSpec* timeout, void* signalMask);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeDescriptor descriptor, void* into, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeDescriptor descriptor, void* from, nuint count);
}
