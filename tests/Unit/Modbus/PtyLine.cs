using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Tests.Unit.Serial;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>The device's end of a pseudo terminal as a serial line.</summary>
internal sealed unsafe class PtyLine(Pty pty) : IRtuLine
{
    public TimeSpan Now => MonotonicClock.Now;

    public bool IsLost => false;

    public bool TryOpen() => true;

    public void Close() { }

    public bool TrySend(ReadOnlySpan<byte> frame, TimeSpan deadline)
    {
        pty.Send(frame);
        return true;
    }

    public bool Wait(TimeSpan deadline)
    {
        var entry = new Libc.PollFd { Descriptor = pty.Far.Number, Asked = Libc.PollIn };
        var left = deadline - Now;
        var time = new Libc.TimeSpec { Nanoseconds = (nint)Math.Clamp(left.Ticks * 100, 0, 999_999_999) };
        return Libc.PPoll(&entry, 1, &time, null) > 0 && (entry.Seen & Libc.PollIn) != 0;
    }

    public int Receive(Span<byte> into) => pty.Receive(into);

    public void Rest(TimeSpan time) => SerialPort.Rest(time);

    public void Dispose() { }
}
