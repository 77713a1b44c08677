using System.Buffers.Binary;
using System.Net;

namespace ChargeScape.Edge.Hal.Posix;

/// <summary>Accepts stream connections without blocking.</summary>
internal sealed unsafe class ListenSocket : IPollable, IDisposable
{
    private const int Backlog = 16, OpenReadNonblock = 0x800;
    private const uint OwnerReadsAndWrites = 0b110_000_000;

    private static readonly TimeSpan RestWithoutDescriptors = TimeSpan.FromMilliseconds(100);

    private readonly SafeDescriptor descriptor;
    private readonly string? path;
    private readonly byte[] name;
    private TimeSpan? restsUntil;

    private ListenSocket(StreamAddress address, string? path)
    {
        this.path = path;
        var number = Libc.Socket(address.Family, Libc.SockStream | Libc.SockNonblock | Libc.SockCloexec, 0);
        if (number < 0) throw Libc.Failure("socket");
        descriptor = new SafeDescriptor(number);
        try
        {
            Bind(address);
            if (Libc.Listen(descriptor, Backlog) != 0) throw Libc.Failure("listen");
            name = ReadName();
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>−1 while it rests, so that a wait does not end at once again and again.</summary>
    public int Descriptor => Rest is null ? descriptor.Number : -1;

    /// <summary>
    /// How long it still rests because there was no descriptor for a connection that waits; null when it does not rest.
    /// Whoever waits for it ends the wait then.
    /// </summary>
    public TimeSpan? Rest => restsUntil is { } until && until - MonotonicClock.Now is var left && left > TimeSpan.Zero
        ? left : null;

    /// <summary>TCP port that it listens on.</summary>
    public int Port => BinaryPrimitives.ReadUInt16BigEndian(name.AsSpan(2));

    /// <summary>Listens on TCP; port 0 takes a free one.</summary>
    /// <exception cref="IOException">The port is in use, or the address is not ours.</exception>
    public static ListenSocket Tcp(IPEndPoint endPoint) => new(StreamAddress.Tcp(endPoint), null);

    /// <summary>
    /// Listens on a Unix socket that only this user can open. A file left behind by a dead server is replaced.
    /// </summary>
    /// <exception cref="IOException">
    /// Another server listens there, or the file is no socket, or its folder cannot be written.
    /// </exception>
    public static ListenSocket Unix(string path)
    {
        var address = StreamAddress.Unix(path);
        if (IsSocketFile(path))
        {
            using var other = StreamSocket.Connect(address, unsentCapacity: 0);
            if (other is not null) throw new IOException($"another server listens on '{path}'");
            File.Delete(path);
        }
        return new(address, path);
    }

    /// <summary>The next connection; null when there is none now, or none can be had for a while.</summary>
    public StreamSocket? Accept(int unsentCapacity)
    {
        if (Rest is not null) return null;
        var made = Libc.Accept(descriptor, null, null, Libc.SockNonblock | Libc.SockCloexec);
        if (made >= 0) return StreamSocket.Accepted(new SafeDescriptor(made), isTcp: path is null, unsentCapacity);
        // The connection stays in the queue and the socket readable: waiting for it would be a spin.
        if (Libc.LastError is Libc.Emfile or Libc.Enfile or Libc.Enobufs or Libc.Enomem)
            restsUntil = MonotonicClock.Now + RestWithoutDescriptors;
        return null;
    }

    public void Dispose()
    {
        if (descriptor.IsClosed) return;
        descriptor.Dispose();
        if (path is not null) File.Delete(path);
    }

    private void Bind(StreamAddress address)
    {
        var reuse = 1;
        // The mode that the file is born with; changing it later would leave a moment in which others can connect.
        if (path is not null) Libc.ChangeMode(descriptor, OwnerReadsAndWrites);
        else Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoReuseAddr, &reuse, sizeof(int));
        fixed (byte* bytes = address.Bytes)
        {
            if (Libc.Bind(descriptor, bytes, (uint)address.Bytes.Length) != 0) throw Libc.Failure("bind");
        }
    }

    private byte[] ReadName()
    {
        var bytes = new byte[128];
        var length = (uint)bytes.Length;
        fixed (byte* first = bytes)
        {
            if (Libc.SocketName(descriptor, first, &length) != 0) throw Libc.Failure("getsockname");
        }
        return bytes;
    }

    /// <summary>Opening a socket's file is refused with ENXIO, unlike that of any other file.</summary>
    private static bool IsSocketFile(string path)
    {
        var opened = Libc.Open(path, OpenReadNonblock);
        if (opened < 0) return Libc.LastError == Libc.Enxio;
        new SafeDescriptor(opened).Dispose();
        return false;
    }
}
