using System.Net;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// One simulated CAN bus on a TCP port: what one member sends goes to all others, in one order for all. TCP members
/// speak the Lawicel protocol (python-can, <see cref="SlcanTcpBus"/>); members in the
/// process <see cref="Attach"/>. Nobody is waited for: a TCP member that does not keep up is cut off. Any thread.
/// </summary>
public sealed class SlcanHub : IDisposable
{
    /// <summary>TCP members at a time; a further one is cut off at once.</summary>
    public const int MaxClients = 16;

    private const int MemberFrames = 1024;

    private readonly ListenSocket listener;
    private readonly PollSet polled;
    private readonly Thread thread;
    private readonly Lock sync = new();
    private readonly List<SlcanHubClient> clients = [];
    private readonly List<SlcanHubMember> members = [];
    private readonly byte[] line = new byte[SlcanText.LongestLine];
    private volatile bool isStopping;

    /// <summary>Opens the bus.</summary>
    /// <param name="bitsPerSecond">
    /// The bus's bit rate: a TCP member that sets another one is refused and stays deaf.
    /// </param>
    /// <param name="listenOn">Address; null for a free port on 127.0.0.1.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The protocol has no command for this bit rate.</exception>
    public SlcanHub(int bitsPerSecond, IPEndPoint? listenOn = null)
    {
        SpeedDigit = SlcanText.SpeedDigit(bitsPerSecond);
        if (SpeedDigit < 0) throw SlcanText.NoSuchSpeed(bitsPerSecond);
        listenOn ??= new IPEndPoint(IPAddress.Loopback, 0);
        listener = ListenSocket.Tcp(listenOn);
        EndPoint = new IPEndPoint(listenOn.Address, listener.Port);
        polled = new PollSet(listener);
        thread = new Thread(Serve) { IsBackground = true, Name = $"slcan hub {listener.Port}" };
        thread.Start();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Fault: the wire is cut between all members; frames are accepted and vanish.</summary>
    public bool IsSilent { get; set; }

    /// <summary>TCP members that have opened their channel.</summary>
    public int OpenClients
    {
        get
        {
            lock (sync)
            {
                var open = 0;
                foreach (var client in clients) open += client.IsOpen ? 1 : 0;
                return open;
            }
        }
    }

    /// <summary>TCP members cut off because they did not keep up.</summary>
    public long SlowClients { get; private set; }

    /// <summary>Frames that members within the process lost because they did not take them in time.</summary>
    public long MissedFrames
    {
        get
        {
            lock (sync)
            {
                var missed = 0L;
                foreach (var member in members) missed += member.Missed;
                return missed;
            }
        }
    }

    /// <summary>Lines from TCP members that were not of the protocol.</summary>
    public long BadLines { get; internal set; }

    internal int SpeedDigit { get; }

    /// <summary>Joins the bus from within the process.</summary>
    public ICanBus Attach()
    {
        var member = new SlcanHubMember(this, MemberFrames);
        lock (sync) members.Add(member);
        return member;
    }

    /// <summary>Closes the bus: TCP members are cut off, members in the process are down.</summary>
    public void Dispose()
    {
        if (isStopping) return;
        isStopping = true;
        polled.Waker.Signal();
        thread.Join();
        lock (sync)
        {
            foreach (var client in clients) client.Dispose();
            foreach (var member in members) member.GoDown();
            clients.Clear();
            members.Clear();
        }
        listener.Dispose();
        polled.Dispose();
    }

    internal Lock Sync => sync;

    internal void Detach(SlcanHubMember member)
    {
        lock (sync) members.Remove(member);
    }

    /// <summary>
    /// Gives a frame to all but its sender. This is the one place where frames meet, so all hear one order.
    /// </summary>
    internal void Broadcast(object sender, in CanFrame frame, bool isRemote)
    {
        lock (sync)
        {
            if (IsSilent) return;
            var now = MonotonicClock.Now;
            if (!isRemote)
            {
                foreach (var member in members)
                {
                    if (member != sender) member.Deliver(frame, now);
                }
            }
            var text = line.AsSpan(0, SlcanText.Write(frame, isRemote, line));
            var needsThread = false;
            foreach (var client in clients)
            {
                if (client == sender || !client.IsOpen) continue;
                client.Send(text);
                needsThread |= client.NeedsService;
            }
            // The hub's thread may be waiting without knowing that somebody is behind, or gone.
            if (needsThread) polled.Waker.Signal();
        }
    }

    private void Serve()
    {
        while (!isStopping)
        {
            polled.Wait(listener.Rest ?? TimeSpan.MaxValue);
            lock (sync)
            {
                Accept();
                foreach (var client in clients) client.Serve();
                Bury();
            }
        }
    }

    private void Accept()
    {
        while (listener.Accept(SlcanHubClient.BehindBytes) is { } socket)
        {
            if (clients.Count == MaxClients)
            {
                socket.Dispose();
                continue;
            }
            var client = new SlcanHubClient(this, socket);
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
            if (client.IsTooSlow) SlowClients++;
            clients.RemoveAt(i);
            polled.Remove(client);
            client.Dispose();
        }
    }
}
