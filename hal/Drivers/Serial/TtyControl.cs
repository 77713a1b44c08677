using System.Runtime.InteropServices;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Serial;

/// <summary>ioctl(2) on a terminal; replaced where a test has to see the arguments that no pty takes.</summary>
internal interface ITtyControl
{
    /// <summary>0, or the error number.</summary>
    int Set(SafeDescriptor tty, uint request, ReadOnlySpan<byte> argument);

    /// <summary>0, or the error number.</summary>
    int Get(SafeDescriptor tty, uint request, Span<byte> argument);

    /// <summary>As <see cref="Set"/>, for requests whose argument is a number and no pointer.</summary>
    int Do(SafeDescriptor tty, uint request, nint argument);
}

/// <summary>The kernel's terminals.</summary>
internal sealed unsafe partial class TtyControl : ITtyControl
{
    public static readonly TtyControl Kernel = new();

    public int Set(SafeDescriptor tty, uint request, ReadOnlySpan<byte> argument)
    {
        fixed (byte* first = argument) return Control(tty, request, first) == 0 ? 0 : Libc.LastError;
    }

    public int Get(SafeDescriptor tty, uint request, Span<byte> argument)
    {
        fixed (byte* first = argument) return Control(tty, request, first) == 0 ? 0 : Libc.LastError;
    }

    public int Do(SafeDescriptor tty, uint request, nint argument) =>
        Control(tty, request, (void*)argument) == 0 ? 0 : Libc.LastError;

    /// <summary>The first process that asks holds the file until it closes it.</summary>
    public static bool TryLock(SafeDescriptor tty) => Lock(tty, LockExclusive | LockNonblock) == 0;

    // Variadic in C; on Linux x86 and ARM the third argument travels as a fixed one would.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeDescriptor descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeDescriptor descriptor, int operation);

    private const int LockExclusive = 2, LockNonblock = 4;
}

/// <summary>
/// Requests and bits of Linux terminals on x86 and ARM. Sources: asm-generic/ioctls.h, asm-generic/termbits.h,
/// linux/serial.h; PowerPC, MIPS and SPARC have others.
/// </summary>
internal static class Tty
{
    public const uint GetTermios2 = 0x802C_542A, SetTermios2Flush = 0x402C_542D;
    public const uint Flush = 0x540B, Break = 0x5409, Exclusive = 0x540C, NotExclusive = 0x540D;
    public const uint SetModemBits = 0x5416, ClearModemBits = 0x5417, GetLineStatus = 0x5459;
    public const uint GetRs485 = 0x542E, SetRs485 = 0x542F;

    public const int FlushInput = 0, DrainOutput = 1;
    public const int ModemRts = 4;
    public const int TransmitterEmpty = 1;

    // struct termios2: four flag words, the line discipline, 19 control characters, two speeds.
    public const int Termios2Length = 44, InputFlags = 0, OutputFlags = 4, ControlFlags = 8, LocalFlags = 12;
    public const int ControlCharacters = 17, InputSpeed = 36, OutputSpeed = 40;
    public const int MinimumAt = ControlCharacters + 6, TimeAt = ControlCharacters + 5;

    public const uint CheckParity = 0x10;
    public const uint Bits7 = 0x20, Bits8 = 0x30, TwoStops = 0x40, Receive = 0x80, WithParity = 0x100,
        OddParity = 0x200;
    public const uint NoModemLines = 0x800, SpeedIsNumber = 0x1000;

    // struct serial_rs485: flags, two delays in ms, 20 bytes of padding.
    public const int Rs485Length = 32;
    public const uint Rs485Enabled = 1, Rs485RtsOnSend = 2, Rs485RtsAfterSend = 4, Rs485ReceiveWhileSending = 16;
}
