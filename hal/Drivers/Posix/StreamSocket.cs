namespace ChargeScape.Edge.Hal.Posix;

/// <summary>
/// A stream socket (TCP or Unix) that never blocks and never throws for what the other end or the network does. What
/// the kernel does not take at once waits in a bounded buffer, so a message leaves whole or not at all. Allocates
/// nothing per call. One thread at a time.
/// </summary>
internal sealed unsafe class StreamSocket : IByteLink
{
    private const int SendBufferBytes = 16 * 1024;

    private readonly SafeDescriptor descriptor;
    private readonly byte[] unsent;
    private int unsentCount;

    private StreamSocket(SafeDescriptor descriptor, int unsentCapacity, bool isConnecting)
    {
        this.descriptor = descriptor;
        unsent = new byte[unsentCapacity];
        IsConnecting = isConnecting;
    }

    public int Descriptor => descriptor.Number;

    /// <summary>The connection is being made; see <see cref="FinishConnect"/>.</summary>
    public bool IsConnecting { get; private set; }

    /// <summary>The connection broke, or could not be made; only disposing is left.</summary>
    public bool IsLost { get; private set; }

    public bool HasUnsent => IsConnecting || unsentCount > 0;

    /// <summary>Begins to connect; null when it failed at once.</summary>
    public static StreamSocket? Connect(StreamAddress address, int unsentCapacity)
    {
        var number = Libc.Socket(address.Family, Libc.SockStream | Libc.SockNonblock | Libc.SockCloexec, 0);
        if (number < 0) return null;
        var made = new SafeDescriptor(number);
        if (address.Family != Libc.AfUnix) SetTcpOptions(made);
        fixed (byte* bytes = address.Bytes)
        {
            var result = Libc.Connect(made, bytes, (uint)address.Bytes.Length);
            if (result == 0) return new(made, unsentCapacity, isConnecting: false);
            if (Libc.LastError == Libc.Einprogress) return new(made, unsentCapacity, isConnecting: true);
        }
        made.Dispose();
        return null;
    }

    /// <summary>Wraps a connection that a <see cref="ListenSocket"/> accepted.</summary>
    public static StreamSocket Accepted(SafeDescriptor descriptor, bool isTcp, int unsentCapacity)
    {
        if (isTcp) SetTcpOptions(descriptor);
        return new(descriptor, unsentCapacity, isConnecting: false);
    }

    /// <summary>
    /// Waits at most <paramref name="longest"/> for the connection; afterwards it stands, is still connecting, or is
    /// lost.
    /// </summary>
    public void FinishConnect(TimeSpan longest)
    {
        if (!IsConnecting || IsLost) return;
        if (!Wait(Libc.PollOut, longest)) return;
        int error;
        var length = (uint)sizeof(int);
        IsLost = Libc.GetOption(descriptor, Libc.SolSocket, Libc.SoError, &error, &length) != 0 || error != 0;
        IsConnecting = false;
    }

    /// <summary>Waits at most <paramref name="longest"/>, below 1 s, for something to take in.</summary>
    public void WaitReadable(TimeSpan longest) => Wait(Libc.PollIn, longest);

    /// <summary>Takes in what has arrived; 0 when there is nothing now or the connection is lost.</summary>
    public int Receive(Span<byte> into)
    {
        if (IsLost || IsConnecting) return 0;
        fixed (byte* first = into)
        {
            var count = Libc.Receive(descriptor, first, (nuint)into.Length, 0);
            if (count > 0) return (int)count;
            if (count == 0 || !IsPassing(Libc.LastError)) IsLost = true;
            return 0;
        }
    }

    /// <summary>
    /// Sends all of <paramref name="message"/>, now or from the buffer; false when nothing of it will leave.
    /// </summary>
    public bool TrySend(ReadOnlySpan<byte> message)
    {
        Flush();
        if (IsLost || IsConnecting || unsentCount + message.Length > unsent.Length) return false;
        var taken = unsentCount == 0 ? Take(message) : 0;
        if (IsLost) return false;
        message[taken..].CopyTo(unsent.AsSpan(unsentCount));
        unsentCount += message.Length - taken;
        return true;
    }

    /// <summary>Hands buffered bytes to the kernel as far as it takes them.</summary>
    public void Flush()
    {
        if (unsentCount == 0 || IsLost || IsConnecting) return;
        var taken = Take(unsent.AsSpan(0, unsentCount));
        unsentCount -= taken;
        unsent.AsSpan(taken, unsentCount).CopyTo(unsent);
    }

    public void Dispose()
    {
        IsLost = true;
        descriptor.Dispose();
    }

    private bool Wait(short asked, TimeSpan longest)
    {
        var entry = new Libc.PollFd { Descriptor = Descriptor, Asked = asked };
        var time = new Libc.TimeSpec { Nanoseconds = (nint)(longest.Ticks * TimeSpan.NanosecondsPerTick) };
        return Libc.PPoll(&entry, 1, &time, null) > 0;
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            var count = Libc.Send(descriptor, first, (nuint)bytes.Length, Libc.MsgNoSignal);
            if (count >= 0) return (int)count;
            if (!IsPassing(Libc.LastError)) IsLost = true;
            return 0;
        }
    }

    private static bool IsPassing(int error) => error is Libc.Eagain or Libc.Eintr;

    private static void SetTcpOptions(SafeDescriptor socket)
    {
        // A frame must not wait for the acknowledgement of the one before it.
        Set(socket, Libc.IpProtoTcp, Libc.TcpNoDelay, 1);
        // What waits in the kernel cannot be taken back and is late when it leaves: keep it short (MBs by default).
        Set(socket, Libc.SolSocket, Libc.SoSendBuffer, SendBufferBytes);
        // A peer that lost power answers nothing: notice it in about 3 s, whether or not we send. The last option also
        // ends an attempt to connect, with which the kernel would go on for two minutes, knocking ever more seldom.
        Set(socket, Libc.SolSocket, Libc.SoKeepAlive, 1);
        Set(socket, Libc.IpProtoTcp, Libc.TcpKeepIdle, 1);
        Set(socket, Libc.IpProtoTcp, Libc.TcpKeepInterval, 1);
        Set(socket, Libc.IpProtoTcp, Libc.TcpKeepCount, 2);
        Set(socket, Libc.IpProtoTcp, Libc.TcpUserTimeout, 3000);
    }

    private static void Set(SafeDescriptor socket, int level, int option, int value) =>
        Libc.SetOption(socket, level, option, &value, sizeof(int));
}
