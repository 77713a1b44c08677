using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>
/// Lets other processes read and drive the lines of a chip over a Unix socket (protocol: README.md). A client that
/// dies, or that does not keep up, lets go of its outputs, which become inactive. The file can be opened by this user
/// only.
/// </summary>
public sealed class GpioSocketServer : IDisposable
{
    /// <summary>Clients at a time; a further one is cut off at once.</summary>
    public const int MaxClients = 32;

    private readonly InMemoryGpioChip chip;
    private readonly ListenSocket listener;
    private readonly PollSet polled;
    private readonly Thread thread;
    private readonly List<GpioServerClient> clients = [];
    private volatile bool isStopping;

    /// <summary>Starts to serve.</summary>
    /// <param name="chip">The lines; they outlive the server.</param>
    /// <param name="path">
    /// Of the socket's file, at most 107 bytes. One left behind by a dead server is replaced.
    /// </param>
    /// <exception cref="IOException">
    /// Another server listens there, the file is no socket, or its folder is not writable.
    /// </exception>
    public GpioSocketServer(InMemoryGpioChip chip, string path)
    {
        ArgumentNullException.ThrowIfNull(chip);
        this.chip = chip;
        Path = path;
        listener = ListenSocket.Unix(path);
        polled = new PollSet(listener);
        thread = new Thread(Serve) { IsBackground = true, Name = $"gpio {chip.Name}" };
        thread.Start();
    }

    /// <summary>The socket's file.</summary>
    public string Path { get; }

    /// <summary>Cuts off all clients, which frees their outputs, and removes the file.</summary>
    public void Dispose()
    {
        if (isStopping) return;
        isStopping = true;
        polled.Waker.Signal();
        thread.Join();
        foreach (var client in clients) client.Dispose();
        listener.Dispose();
        polled.Dispose();
    }

    /// <summary>A client is behind, or gone, by what another thread did: the server's thread must look.</summary>
    internal void Look() => polled.Waker.Signal();

    private void Serve()
    {
        while (!isStopping)
        {
            polled.Wait(listener.Rest ?? TimeSpan.MaxValue);
            foreach (var client in clients) client.Serve();
            // The dead first: their lines must be free before a successor (the same host, restarted) asks for them.
            Bury();
            Accept();
        }
    }

    private void Accept()
    {
        while (listener.Accept(GpioServerClient.BehindBytes) is { } socket)
        {
            if (clients.Count == MaxClients)
            {
                socket.Dispose();
                continue;
            }
            var client = new GpioServerClient(this, chip, socket);
            clients.Add(client);
            polled.Add(client);
        }
    }

    private void Bury()
    {
        for (var i = clients.Count - 1; i >= 0; i--)
        {
            var client = clients[i];
            if (!client.IsGone) continue;
            clients.RemoveAt(i);
            polled.Remove(client);
            client.Dispose();
        }
    }
}
