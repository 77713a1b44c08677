using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Hal.Posix;

/// <summary>
/// Calls of the C library and the constants of Linux on x86 and ARM. Sources: the manual pages of each call.
/// </summary>
internal static unsafe partial class Libc
{
    public const int Eperm = 1, Enoent = 2, Eintr = 4, Enxio = 6, Eagain = 11, Enomem = 12, Eacces = 13, Ebusy = 16;

    public const int Enodev = 19, Einval = 22, Enfile = 23, Emfile = 24, Eafnosupport = 97, Eaddrinuse = 98;

    public const int Enetdown = 100, Enobufs = 105, Einprogress = 115;

    public const int AfUnix = 1, AfInet = 2, AfInet6 = 10, SockStream = 1, SockNonblock = 0x800, SockCloexec = 0x8_0000;

    public const int SolSocket = 1, SoReuseAddr = 2, SoError = 4, SoSendBuffer = 7, SoKeepAlive = 9;

    public const int IpProtoTcp = 6, TcpNoDelay = 1, TcpKeepIdle = 4, TcpKeepInterval = 5, TcpKeepCount = 6;

    public const int TcpUserTimeout = 18, MsgNoSignal = 0x4000;

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
        return made >= 0 ? new SafeDescriptor(made) : throw Failure("eventfd");
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
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int PPoll(PollFd* table, nuint count, TimeSpec* timeout, void* signalMask);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeDescriptor descriptor, void* into, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeDescriptor descriptor, void* from, nuint count);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeDescriptor descriptor, uint mode);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(SafeDescriptor socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(SafeDescriptor socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(SafeDescriptor socket, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(SafeDescriptor socket, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int SocketName(SafeDescriptor socket, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(SafeDescriptor socket, int level, int option, int* value, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(SafeDescriptor socket, int level, int option, int* value, uint length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeDescriptor socket, void* into, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeDescriptor socket, void* from, nuint count, int flags);
}
