using System.Net;
using System.Net.Sockets;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>A TCP server that says whatever bytes a test wants, on one connection at a time.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Thread thread;
    private readonly Action<RawServer, Socket> script;
    private volatile Socket? client;
    private volatile bool isStopping;
    private int connections;

    public RawServer(Action<RawServer, Socket> script, int port = 0)
    {
        this.script = script;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        thread = new(Run) { IsBackground = true };
        thread.Start();
    }

    public int Port { get; }
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Reads one whole request; returns the frame.</summary>
    public static byte[] Request(Socket from)
    {
        var prefix = Exactly(from, 6);
        return [.. prefix, .. Exactly(from, prefix[4] << 8 | prefix[5])];
    }

    /// <summary>The correct answer to a read: register i holds <paramref name="first"/> + i.</summary>
    public static byte[] Answer(byte[] request, ushort first = 1000)
    {
        var count = request[10] << 8 | request[11];
        var frame = new byte[9 + 2 * count];
        request.AsSpan(0, 4).CopyTo(frame);
        frame[4] = (byte)((3 + 2 * count) >> 8);
        frame[5] = (byte)(3 + 2 * count);
        frame[6] = request[6];
        frame[7] = request[7];
        frame[8] = (byte)(2 * count);
        for (var i = 0; i < count; i++)
            (frame[9 + 2 * i], frame[10 + 2 * i]) = ((byte)((first + i) >> 8), (byte)(first + i));
        return frame;
    }

    /// <summary>Waits until the other side closes.</summary>
    public static void UntilClosed(Socket socket)
    {
        var scrap = new byte[512];
        while (socket.Receive(scrap) > 0) { }
    }

    public void Dispose()
    {
        isStopping = true;
        listener.Dispose();
        client?.Dispose();
        thread.Join();
    }

    private static byte[] Exactly(Socket from, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var got = from.Receive(bytes, at, count - at, SocketFlags.None);
            if (got == 0) throw new SocketException((int)SocketError.ConnectionReset);
            at += got;
        }
        return bytes;
    }

    private void Run()
    {
        while (!isStopping)
        {
            try
            {
                using var accepted = client = listener.Accept();
                accepted.NoDelay = true;
                Interlocked.Increment(ref connections);
                script(this, accepted);
                UntilClosed(accepted);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // One side hung up in mid-sentence; the next connection follows.
            }
        }
    }
}
