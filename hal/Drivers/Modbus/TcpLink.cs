using System.Net;
using System.Net.Sockets;
using ChargeScape.Edge.Hal.Trace;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>How a bounded receive ended.</summary>
internal enum LinkRead
{
    /// <summary>At least one byte came.</summary>
    Some,
    /// <summary>Nothing before the deadline.</summary>
    Timeout,
    /// <summary>The peer closed, or the connection failed.</summary>
    Closed,
}

/// <summary>
/// One client connection that is made again when it was lost. Every call is bounded; a host that is not there costs one
/// connect timeout per back-off period and nothing in between. A connection that proved itself is replaced at once;
/// one that never gave a good answer counts as a failed attempt, so a host that talks rubbish is not hammered.
/// </summary>
internal sealed class TcpLink(ModbusTcpOptions options, TimeProvider clock) : IDisposable
{
    private readonly long origin = clock.GetTimestamp();
    private Socket? socket;
    private Task<IPAddress[]>? lookup;
    private TimeSpan retryAt;
    private TimeSpan backOff;
    private bool proven;
    private int attempts;
    private TimeSpan timeout = options.Timeout;

    /// <summary>Longest wait for an answer; the next receive goes by it.</summary>
    public TimeSpan Timeout
    {
        get => timeout;
        set
        {
            if (value == timeout) return;
            timeout = value;
            if (socket is not null) socket.ReceiveTimeout = Milliseconds(value);
        }
    }

    /// <summary>Monotonic.</summary>
    public TimeSpan Now => clock.GetElapsedTime(origin);

    public bool IsOpen => socket is not null;

    /// <summary>True when there is a connection, made now if need be; <paramref name="isNew"/> when it was.</summary>
    public bool TryOpen(out bool isNew)
    {
        isNew = false;
        if (socket is not null) return true;
        if (Now < retryAt) return false;
        proven = false;
        socket = Connect();
        if (socket is null) Wait();
        else options.Tap?.Note(TraceKind.Connected, default);
        return isNew = socket is not null;
    }

    /// <summary>The connection gave a good answer.</summary>
    public void Prove() => proven = true;

    /// <summary>Drops the connection; <see cref="TryOpen"/> makes a new one, at once if this one was proven.</summary>
    public void Close()
    {
        if (socket is not null) options.Tap?.Note(TraceKind.Closed, default);
        socket?.Dispose();
        socket = null;
        if (!proven) Wait();
        else (retryAt, backOff) = (default, default);
    }

    /// <summary>Sends all, or closes and returns false: half a request cannot be taken back.</summary>
    public bool TrySend(ReadOnlySpan<byte> bytes)
    {
        var sent = socket!.Send(bytes, SocketFlags.None, out var error);
        if (error == SocketError.Success && sent == bytes.Length)
        {
            options.Tap?.Note(TraceKind.Sent, bytes);
            return true;
        }
        Close();
        return false;
    }

    /// <summary>
    /// Receives what is there, or waits for it until <paramref name="deadline"/>. <paramref name="isFirst"/> says that
    /// the whole timeout is still ahead: then the kernel's own receive timeout serves and one system call is saved.
    /// </summary>
    public LinkRead Receive(Span<byte> into, TimeSpan deadline, bool isFirst, out int count)
    {
        count = 0;
        if (!isFirst)
        {
            var left = deadline - Now;
            if (left <= TimeSpan.Zero || !socket!.Poll(left, SelectMode.SelectRead)) return LinkRead.Timeout;
        }
        count = socket!.Receive(into, SocketFlags.None, out var error);
        if (error is SocketError.TimedOut or SocketError.WouldBlock) return LinkRead.Timeout;
        if (error == SocketError.Success && count > 0)
        {
            options.Tap?.Note(TraceKind.Received, into[..count]);
            return LinkRead.Some;
        }
        Close();
        return LinkRead.Closed;
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private void Wait()
    {
        backOff = backOff == default ? options.BackOff : backOff * 2;
        if (backOff > options.MaxBackOff) backOff = options.MaxBackOff;
        retryAt = Now + backOff;
    }

    private Socket? Connect()
    {
        var deadline = Now + options.ConnectTimeout;
        if (Address() is not { } address) return null;
        var left = deadline - Now;
        if (left <= TimeSpan.Zero) return null;

        Socket? attempt = null;
        try
        {
            // Fails for an address family that this machine does not have, and when descriptors run out.
            attempt = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            // On Linux the send timeout bounds a blocking connect too (socket(7)); a non-blocking connect would put the
            // descriptor into the runtime's event loop for good and cost every later receive a thread switch.
            attempt.SendTimeout = Milliseconds(left);
            attempt.Connect(address, options.Port);
            attempt.SendTimeout = Milliseconds(options.Timeout);
            attempt.ReceiveTimeout = Milliseconds(timeout);
            return attempt;
        }
        catch (SocketException)
        {
            attempt?.Dispose();
            return null;
        }
    }

    /// <summary>The next of the host's addresses, each in its turn; null when the name is not known in time.</summary>
    private IPAddress? Address()
    {
        if (IPAddress.TryParse(options.Host, out var literal)) return literal;

        // The resolver cannot be interrupted: at most one lookup is under way, and it is waited for again next time.
        lookup ??= options.Lookup(options.Host);
        var done = lookup;
        if (Task.WaitAny([done], options.ConnectTimeout) < 0) return null;
        lookup = null;
        if (!done.IsCompletedSuccessfully || done.Result.Length == 0)
        {
            _ = done.Exception;
            return null;
        }
        return done.Result[attempts++ % done.Result.Length];
    }

    private static int Milliseconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalMilliseconds));
}
