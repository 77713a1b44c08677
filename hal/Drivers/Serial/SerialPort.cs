using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Serial;

/// <summary>
/// One tty, raw: no echo, no signals, no translation, no flow control. Never blocks and never throws once open, except
/// in the calls that say they wait; a tty that went away is <see cref="IsLost"/>. Held exclusively, by flock(2) against
/// other processes that ask and by TIOCEXCL against all that are not root. Allocates nothing per call. One thread at a
/// time.
/// </summary>
public sealed unsafe class SerialPort : IPollable, IDisposable
{
    private const int ReadWrite = 2, NoControllingTty = 0x100, Nonblock = 0x800, CloseOnExec = 0x8_0000;
    private const int NotPermitted = 1, Missing = 2, NoDevice = 19, NoSuchAddress = 6, Denied = 13, Busy = 16;
    private const int NotATty = 25, Invalid = 22, IsFolder = 21;

    private readonly SafeDescriptor descriptor;
    private readonly ITtyControl control;
    private readonly SerialOptions options;

    private SerialPort(SafeDescriptor descriptor, ITtyControl control, SerialOptions options)
    {
        this.descriptor = descriptor;
        this.control = control;
        this.options = options;
    }

    /// <inheritdoc/>
    public int Descriptor => descriptor.Number;

    /// <summary>The tty went away (adapter pulled, other end of a pty closed); only disposing is left.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Opens and sets a tty, and throws away what had arrived before.</summary>
    /// <exception cref="SerialException">
    /// It is missing, in use, not permitted, no tty, or cannot be set so; the message begins with its path.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SerialPort Open(SerialOptions options) => Open(options, TtyControl.Kernel);

    internal static SerialPort Open(SerialOptions options, ITtyControl control)
    {
        options.Require();
        var number = Libc.Open(options.Device, ReadWrite | NoControllingTty | Nonblock | CloseOnExec);
        if (number < 0) throw new SerialException(options.Device, Reason(Libc.LastError));
        var port = new SerialPort(new SafeDescriptor(number), control, options);
        try
        {
            port.Claim();
            port.Set();
            port.SetDirection();
            return port;
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    /// <summary>Takes in what has arrived; 0 when there is nothing now or the tty is lost.</summary>
    public int Receive(Span<byte> into)
    {
        if (IsLost) return 0;
        fixed (byte* first = into)
        {
            var count = Libc.Read(descriptor, first, (nuint)into.Length);
            if (count > 0) return (int)count;
            // With VMIN = 1 "nothing now" is EAGAIN; a tty that was hung up says 0 or EIO for ever.
            if (count == 0 || !IsPassing(Libc.LastError)) IsLost = true;
            return 0;
        }
    }

    /// <summary>Hands over what the driver takes now; returns how many bytes that is.</summary>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (IsLost) return 0;
        fixed (byte* first = bytes)
        {
            var count = Libc.Write(descriptor, first, (nuint)bytes.Length);
            if (count >= 0) return (int)count;
            if (!IsPassing(Libc.LastError)) IsLost = true;
            return 0;
        }
    }

    /// <summary>
    /// Sends a whole message, turning the transceiver round where that is ours to do, and waits while the driver's
    /// buffer is full, at most until <paramref name="deadline"/>; with <see cref="Rs485Direction.Rts"/> until the last
    /// bit has left. False when not all of it left in time.
    /// </summary>
    public bool TrySend(ReadOnlySpan<byte> message, TimeSpan deadline)
    {
        if (options.Rs485 != Rs485Direction.Rts) return TrySendAll(message, deadline);
        Turn(toSend: true);
        Rest(options.RtsBefore);
        var isSent = TrySendAll(message, deadline);
        if (isSent) AwaitEmpty(deadline);
        Rest(options.RtsAfter);
        Turn(toSend: false);
        return isSent;
    }

    /// <summary>Waits until something has arrived, the tty is lost, or the time is up; false for the last.</summary>
    public bool WaitReadable(TimeSpan deadline) => Wait(Libc.PollIn, deadline);

    /// <summary>Throws away what has arrived and was not taken.</summary>
    public void DiscardInput() => control.Do(descriptor, Tty.Flush, Tty.FlushInput);

    /// <summary>Waits; precise to the kernel's timer slack (50 µs; 0 under SCHED_FIFO).</summary>
    public static void Rest(TimeSpan time)
    {
        if (time <= TimeSpan.Zero) return;
        var spec = Spec(time);
        // A signal ends it early; every caller waits for a moment, not for a length, or can do with less.
        Libc.PPoll(null, 0, &spec, null);
    }

    /// <summary>Lets the tty go.</summary>
    public void Dispose()
    {
        if (descriptor.IsClosed) return;
        IsLost = true;
        if (options.Rs485 == Rs485Direction.Rts) Turn(toSend: false);
        control.Do(descriptor, Tty.NotExclusive, 0);
        descriptor.Dispose();
    }

    private void Claim()
    {
        Span<byte> termios = stackalloc byte[Tty.Termios2Length];
        if (control.Get(descriptor, Tty.GetTermios2, termios) != 0)
            throw new SerialException(options.Device, "is not a serial device");
        if (!TtyControl.TryLock(descriptor)) throw new SerialException(options.Device, Reason(Busy));
        Require(control.Do(descriptor, Tty.Exclusive, 0), "cannot be held exclusively");
    }

    private void Set()
    {
        Span<byte> termios = stackalloc byte[Tty.Termios2Length];
        Require(control.Get(descriptor, Tty.GetTermios2, termios), "its settings cannot be read");
        Put(termios, Tty.InputFlags, options.Parity == SerialParity.None ? 0 : Tty.CheckParity);
        Put(termios, Tty.OutputFlags, 0);
        Put(termios, Tty.LocalFlags, 0);
        Put(termios, Tty.ControlFlags, ControlFlags());
        Put(termios, Tty.InputSpeed, (uint)options.Baud);
        Put(termios, Tty.OutputSpeed, (uint)options.Baud);
        // With 0 a read without news would say the same as one after a hang-up.
        (termios[Tty.MinimumAt], termios[Tty.TimeAt]) = (1, 0);
        Require(control.Set(descriptor, Tty.SetTermios2Flush, termios), "cannot be set");
        Require(control.Get(descriptor, Tty.GetTermios2, termios), "its settings cannot be read");
        var made = BinaryPrimitives.ReadUInt32LittleEndian(termios[Tty.OutputSpeed..]);
        if (Math.Abs(made - (double)options.Baud) > 0.02 * options.Baud)
            throw new SerialException(options.Device, $"cannot do {options.Baud} Bd, the nearest is {made}");
    }

    private uint ControlFlags()
    {
        // No hang-up on close: it would drop DTR, which resets boards that are wired that way.
        var flags = Tty.Receive | Tty.NoModemLines | Tty.SpeedIsNumber;
        flags |= options.DataBits == 7 ? Tty.Bits7 : Tty.Bits8;
        if (options.StopBits == 2) flags |= Tty.TwoStops;
        return options.Parity switch
        {
            SerialParity.None => flags,
            SerialParity.Even => flags | Tty.WithParity,
            _ => flags | Tty.WithParity | Tty.OddParity,
        };
    }

    private void SetDirection()
    {
        if (options.Rs485 == Rs485Direction.Rts) Turn(toSend: false);
        if (options.Rs485 != Rs485Direction.Kernel) return;
        Span<byte> mode = stackalloc byte[Tty.Rs485Length];
        mode.Clear();
        var flags = Tty.Rs485Enabled | (options.RtsInverted ? Tty.Rs485RtsAfterSend : Tty.Rs485RtsOnSend);
        if (options.ReceivesOwn) flags |= Tty.Rs485ReceiveWhileSending;
        Put(mode, 0, flags);
        Put(mode, 4, (uint)options.RtsBefore.TotalMilliseconds);
        Put(mode, 8, (uint)options.RtsAfter.TotalMilliseconds);
        Require(
            control.Set(descriptor, Tty.SetRs485, mode),
            "its driver does not switch RS-485 direction (TIOCSRS485); use \"rts\" or \"automatic\"");
    }

    private void Turn(bool toSend)
    {
        Span<byte> rts = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(rts, Tty.ModemRts);
        control.Set(descriptor, toSend != options.RtsInverted ? Tty.SetModemBits : Tty.ClearModemBits, rts);
    }

    private bool TrySendAll(ReadOnlySpan<byte> message, TimeSpan deadline)
    {
        while (true)
        {
            message = message[Send(message)..];
            if (message.IsEmpty) return true;
            if (IsLost || !Wait(Libc.PollOut, deadline)) return false;
        }
    }

    /// <summary>The driver's buffer is empty before the last bits are out; turning early would cut them off.</summary>
    private void AwaitEmpty(TimeSpan deadline)
    {
        control.Do(descriptor, Tty.Break, Tty.DrainOutput);
        Span<byte> status = stackalloc byte[sizeof(int)];
        while (MonotonicClock.Now < deadline)
        {
            // A driver that cannot say has at most its small hardware buffer left.
            if (control.Get(descriptor, Tty.GetLineStatus, status) != 0) return;
            if ((status[0] & Tty.TransmitterEmpty) != 0) return;
            Rest(options.Character);
        }
    }

    private bool Wait(short asked, TimeSpan deadline)
    {
        while (true)
        {
            var entry = new Libc.PollFd { Descriptor = Descriptor, Asked = asked };
            var left = deadline - MonotonicClock.Now;
            var time = Spec(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            var ready = Libc.PPoll(&entry, 1, &time, null);
            if (ready > 0)
            {
                // A tty that was hung up is always readable and never says anything again.
                if ((entry.Seen & (Libc.PollErr | Libc.PollHup | Libc.PollNval)) != 0
                    && (entry.Seen & asked) == 0) IsLost = true;
                return true;
            }
            if (ready < 0 && Libc.LastError != Libc.Eintr) return false;
            if (left <= TimeSpan.Zero) return false;
        }
    }

    private void Require(int error, string what)
    {
        if (error == 0) return;
        var isPlain = error is NotATty or Invalid;
        throw new SerialException(options.Device, isPlain ? what : $"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private static string Reason(int error) => error switch
    {
        Missing or NoDevice or NoSuchAddress => "there is no such device",
        Denied or NotPermitted => "not permitted; serial devices usually belong to the group dialout",
        Busy => "in use by another program",
        IsFolder => "is not a serial device",
        _ => Marshal.GetPInvokeErrorMessage(error),
    };

    private static Libc.TimeSpec Spec(TimeSpan time)
    {
        var (seconds, ticks) = Math.DivRem(time.Ticks, TimeSpan.TicksPerSecond);
        return new() { Seconds = (nint)seconds, Nanoseconds = (nint)(ticks * TimeSpan.NanosecondsPerTick) };
    }

    private static void Put(Span<byte> at, int offset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(at[offset..], value);

    private static bool IsPassing(int error) => error is Libc.Eagain or Libc.Eintr;
}
