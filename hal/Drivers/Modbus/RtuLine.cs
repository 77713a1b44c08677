using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Hal.Trace;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>What Modbus RTU needs of a serial line. In tests a scripted one with a clock of its own.</summary>
internal interface IRtuLine : IDisposable
{
    /// <summary>Monotonic.</summary>
    TimeSpan Now { get; }

    /// <summary>True when the line is open, opened now if need be.</summary>
    bool TryOpen();

    /// <summary>The line went away.</summary>
    bool IsLost { get; }

    /// <summary>Drops the line; <see cref="TryOpen"/> opens it again after a while.</summary>
    void Close();

    /// <summary>Hands over a whole frame, at most until the deadline.</summary>
    bool TrySend(ReadOnlySpan<byte> frame, TimeSpan deadline);

    /// <summary>Waits for bytes; false when there are none at the deadline.</summary>
    bool Wait(TimeSpan deadline);

    /// <summary>Takes what has arrived; 0 = nothing.</summary>
    int Receive(Span<byte> into);

    /// <summary>Waits for a time to pass.</summary>
    void Rest(TimeSpan time);
}

/// <summary>
/// A tty that is opened when first needed and again, with back-off, after it went away (an adapter that was pulled).
/// </summary>
internal sealed class SerialRtuLine(SerialOptions options, WireTap? tap = null) : IRtuLine
{
    private readonly Backoff backoff =
        new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10), new Random());
    private SerialPort? port;

    public TimeSpan Now => MonotonicClock.Now;

    public bool IsLost => port is not { IsLost: false };

    /// <summary>Why the line could not be opened last time; null when it could.</summary>
    public string? Trouble { get; private set; }

    public bool TryOpen()
    {
        if (port is { IsLost: false }) return true;
        if (!backoff.IsDue(Now)) return false;
        try
        {
            Open();
            return true;
        }
        catch (SerialException missing)
        {
            Trouble = missing.Message;
            backoff.Failed(Now);
            return false;
        }
    }

    /// <summary>Opens the line now.</summary>
    /// <exception cref="SerialException">It cannot be had; the message names it.</exception>
    public void Open()
    {
        port?.Dispose();
        port = null;
        port = SerialPort.Open(options);
        tap?.Note(TraceKind.Connected, default);
        Trouble = null;
        backoff.Reset();
    }

    public void Close()
    {
        port?.Dispose();
        port = null;
        backoff.Failed(Now);
    }

    public bool TrySend(ReadOnlySpan<byte> frame, TimeSpan deadline)
    {
        if (!port!.TrySend(frame, deadline)) return false;
        tap?.Note(TraceKind.Sent, frame);
        return true;
    }

    public bool Wait(TimeSpan deadline) => port!.WaitReadable(deadline);

    public int Receive(Span<byte> into)
    {
        var count = port!.Receive(into);
        if (count > 0) tap?.Note(TraceKind.Received, into[..count]);
        return count;
    }

    public void Rest(TimeSpan time) => SerialPort.Rest(time);

    public void Dispose()
    {
        port?.Dispose();
        port = null;
    }
}
