using System.Text;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can.Kernel;

/// <summary>Asks the kernel about a network interface. Source: netdevice(7), struct ifreq.</summary>
internal static unsafe class CanInterface
{
    public const int LongestName = 15;

    private const int RequestBytes = 40, ArphrdCan = 280, FdMtu = 72;
    private const nuint GetFlags = 0x8913, GetMtu = 0x8921, GetHardware = 0x8927, GetIndex = 0x8933;
    private const short Up = 1, Running = 0x40;

    /// <summary>An interface's name as the kernel takes it.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or "..")
        && name.All(static c => c is > ' ' and < (char)127 and not ('/' or ':'));

    /// <summary>Why it cannot be used; <paramref name="index"/> is its number if it can.</summary>
    public static CanTrouble Look(SafeDescriptor socket, string name, bool withFd, out int index)
    {
        index = 0;
        if (!Ask(socket, name, GetIndex, out index)) return TroubleOf(Libc.LastError);
        if (!Ask(socket, name, GetHardware, out var hardware)) return TroubleOf(Libc.LastError);
        if ((ushort)hardware != ArphrdCan) return CanTrouble.NotCan;
        if (!Ask(socket, name, GetFlags, out var flags)) return TroubleOf(Libc.LastError);
        if ((flags & Up) == 0) return CanTrouble.Down;
        if (!Ask(socket, name, GetMtu, out var mtu)) return TroubleOf(Libc.LastError);
        return withFd && mtu < FdMtu ? CanTrouble.ClassicOnly : CanTrouble.None;
    }

    /// <summary>The controller takes part in the bus; not so while it is bus-off.</summary>
    public static bool IsRunning(SafeDescriptor socket, string name) =>
        Ask(socket, name, GetFlags, out var flags) && (flags & Running) != 0;

    private static bool Ask(SafeDescriptor socket, string name, nuint what, out int answer)
    {
        Span<byte> request = stackalloc byte[RequestBytes];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request[..LongestName]);
        fixed (byte* first = request)
        {
            var isTold = Libc.Control(socket, what, first) == 0;
            answer = BitConverter.ToInt32(request[16..]);
            return isTold;
        }
    }

    public static CanTrouble TroubleOf(int error) => error switch
    {
        Libc.Enodev or Libc.Enxio => CanTrouble.Missing,
        Libc.Enetdown => CanTrouble.Down,
        Libc.Eperm or Libc.Eacces => CanTrouble.NotPermitted,
        Libc.Eafnosupport => CanTrouble.NoKernelCan,
        _ => CanTrouble.Refused,
    };
}
