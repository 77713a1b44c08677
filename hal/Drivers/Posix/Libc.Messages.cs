using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Hal.Posix;

/// <summary>Messages with control data, and requests to devices. Sources: recvmsg(2), cmsg(3), ioctl(2),
/// epoll(7).</summary>
internal static unsafe partial class Libc
{
    public const int SockRaw = 3, SoTimestampNs = 35, SoReceiveOverflow = 40, MsgDontWait = 0x40;

    public const int EpollCloexec = 0x8_0000, EpollAdd = 1;

    public const uint EpollIn = 1;

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public void* Start;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct cmsghdr</c>; its data follows, aligned to a pointer's width.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(SafeDescriptor socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeDescriptor device, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int ControlFile(SafeDescriptor file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int NewEpoll(int flags);

    // struct epoll_event is packed on x86-64 and not on ARM, so it is passed as bytes; see EpollSet.
    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlEpoll(SafeDescriptor epoll, int operation, int descriptor, byte* @event);
}
