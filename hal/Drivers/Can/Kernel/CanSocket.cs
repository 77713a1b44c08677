using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can.Kernel;

/// <summary>
/// A raw CAN socket, bound to one interface. Never blocks, allocates nothing per frame. Source: the kernel's
/// networking/can documentation, linux/can/raw.h.
/// </summary>
internal sealed unsafe class CanSocket : IDisposable
{
    private const int AfCan = 29, CanRaw = 1, SolCanRaw = 101;
    private const int OptionFilter = 1, OptionErrorFilter = 2, OptionFdFrames = 5;
    private const int AddressBytes = 16, ControlBytes = 96;

    private readonly SafeDescriptor descriptor;
    private readonly byte[] frame = new byte[CanWire.FdBytes];
    private uint overflown;

    private CanSocket(SafeDescriptor descriptor) => this.descriptor = descriptor;

    public int Descriptor => descriptor.Number;

    /// <summary>Bytes of the frame that <see cref="TryReceive"/> took.</summary>
    public ReadOnlySpan<byte> Frame => frame.AsSpan(0, FrameBytes);

    /// <summary>Frames that the kernel dropped because they were not taken in time.</summary>
    public long Overflown => overflown;

    /// <summary>Why the last call failed for good; <see cref="CanTrouble.None"/> while it can go on.</summary>
    public CanTrouble Lost { get; private set; }

    private int FrameBytes { get; set; }

    /// <summary>Opens and binds a socket; null with the trouble when it cannot be done now.</summary>
    public static CanSocket? Open(string name, ReadOnlySpan<byte> filters, bool withFd, out CanTrouble trouble)
    {
        var number = Libc.Socket(AfCan, Libc.SockRaw | Libc.SockNonblock | Libc.SockCloexec, CanRaw);
        if (number < 0)
        {
            trouble = CanInterface.TroubleOf(Libc.LastError);
            return null;
        }
        var made = new CanSocket(new SafeDescriptor(number));
        trouble = made.Prepare(name, filters, withFd);
        if (trouble == CanTrouble.None) return made;
        made.Dispose();
        return null;
    }

    public bool IsRunning(string name) => CanInterface.IsRunning(descriptor, name);

    public bool TrySend(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            if (Libc.Send(descriptor, first, (nuint)bytes.Length, Libc.MsgDontWait | Libc.MsgNoSignal) == bytes.Length)
                return true;
        }
        Note(Libc.LastError);
        return false;
    }

    /// <summary>Takes the next frame into <see cref="Frame"/>, with the wall-clock time since the epoch of its
    /// arrival; null when the kernel gave none.</summary>
    public bool TryReceive(out TimeSpan? stamp)
    {
        stamp = null;
        var control = stackalloc byte[ControlBytes];
        fixed (byte* first = frame)
        {
            var vector = new Libc.IoVector { Start = first, Length = (nuint)frame.Length };
            var message = new Libc.MessageHeader
            {
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = ControlBytes,
            };
            var count = Libc.ReceiveMessage(descriptor, &message, Libc.MsgDontWait);
            if (count < 0)
            {
                Note(Libc.LastError);
                return false;
            }
            FrameBytes = (int)count;
            stamp = ReadControl(control, (int)message.ControlLength);
            return true;
        }
    }

    public void Dispose() => descriptor.Dispose();

    private CanTrouble Prepare(string name, ReadOnlySpan<byte> filters, bool withFd)
    {
        var trouble = CanInterface.Look(descriptor, name, withFd, out var index);
        if (trouble != CanTrouble.None) return trouble;
        var isSet = Set(SolCanRaw, OptionFilter, filters)
            && Set(SolCanRaw, OptionErrorFilter, (int)CanErrorReport.Asked)
            && (!withFd || Set(SolCanRaw, OptionFdFrames, 1))
            && Set(Libc.SolSocket, Libc.SoTimestampNs, 1)
            && Set(Libc.SolSocket, Libc.SoReceiveOverflow, 1);
        if (!isSet) return CanInterface.TroubleOf(Libc.LastError);
        Span<byte> address = stackalloc byte[AddressBytes];
        address.Clear();
        BitConverter.TryWriteBytes(address, (ushort)AfCan);
        BitConverter.TryWriteBytes(address[4..], index);
        fixed (byte* first = address)
        {
            if (Libc.Bind(descriptor, first, AddressBytes) != 0) return CanInterface.TroubleOf(Libc.LastError);
        }
        return CanTrouble.None;
    }

    private bool Set(int level, int option, int value) =>
        Libc.SetOption(descriptor, level, option, &value, sizeof(int)) == 0;

    private bool Set(int level, int option, ReadOnlySpan<byte> value)
    {
        fixed (byte* first = value)
        {
            return Libc.SetOption(descriptor, level, option, (int*)first, (uint)value.Length) == 0;
        }
    }

    private void Note(int error)
    {
        // ENOBUFS: the interface's queue is full; EINVAL: an FD frame on a classic interface. Both cost the frame only.
        if (error is Libc.Eagain or Libc.Eintr or Libc.Enobufs or Libc.Enomem or Libc.Einval) return;
        Lost = CanInterface.TroubleOf(error);
    }

    private TimeSpan? ReadControl(byte* control, int length)
    {
        TimeSpan? stamp = null;
        var header = (nuint)sizeof(Libc.ControlHeader);
        for (nuint at = 0; at + header <= (nuint)length;)
        {
            var each = (Libc.ControlHeader*)(control + at);
            if (each->Length < header || at + each->Length > (nuint)length) break;
            var content = control + at + header;
            if (each->Level == Libc.SolSocket && each->Type == Libc.SoTimestampNs)
            {
                var time = (Libc.TimeSpec*)content;
                stamp = new((long)time->Seconds * TimeSpan.TicksPerSecond + (long)time->Nanoseconds / 100);
            }
            if (each->Level == Libc.SolSocket && each->Type == Libc.SoReceiveOverflow) overflown = *(uint*)content;
            at += (each->Length + (nuint)sizeof(nuint) - 1) & ~((nuint)sizeof(nuint) - 1);
        }
        return stamp;
    }
}
