using System.Net.Sockets;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Trace;
using ChargeScape.Edge.Host.Composition;

namespace ChargeScape.Edge.Host.Trace;

/// <summary>
/// Gives a person at the machine what passes on the wires while the controller runs: switches the taps on, drains their
/// rings on a thread of its own and writes text lines (<see cref="TraceText"/>) until the peer hangs up. One at a time:
/// a ring has one reader. Allocates nothing while it drains, since a collection would stop the control threads too.
/// </summary>
internal sealed class TraceDesk(IReadOnlyList<TappedBus> buses)
{
    private const string Word = "trace";
    // At 1,000 frames a second on a bus half a second of waiting; 280 KB a bus, and only while somebody listens.
    private const int Capacity = 512;
    private const int PeerPatienceMs = 2000;
    private static readonly TimeSpan drainEvery = TimeSpan.FromMilliseconds(10);
    private int isBusy;

    /// <summary>The request is meant for this desk.</summary>
    public static bool IsTrace(string line) => line == Word || line.StartsWith($"{Word} ", StringComparison.Ordinal);

    /// <summary>Serves the peer on a thread of its own and closes it in the end; false, with an answer, when it cannot,
    /// and then the peer is the caller's.</summary>
    public bool TryServe(Socket peer, string request, CancellationToken stop)
    {
        var wanted = request.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        var chosen = wanted.Length == 0 ? buses : [.. buses.Where(bus => wanted.Contains(bus.Bus.Name))];
        var strange = wanted.FirstOrDefault(name => buses.All(bus => bus.Bus.Name != name));
        if (strange is not null || chosen.Count == 0)
        {
            var known = string.Join(", ", buses.Select(bus => bus.Bus.Name).Distinct());
            return Refuse(peer, $"no bus '{strange}' that can be listened to; there are: {known}");
        }
        if (Interlocked.Exchange(ref isBusy, 1) != 0) return Refuse(peer, "somebody else is tracing");
        new Thread(() => Run(peer, chosen, stop)) { IsBackground = true, Name = "trace" }.Start();
        return true;
    }

    private static bool Refuse(Socket peer, string why)
    {
        peer.Send(System.Text.Encoding.UTF8.GetBytes($"error: {why}\n"));
        return false;
    }

    private void Run(Socket peer, IReadOnlyList<TappedBus> chosen, CancellationToken stop)
    {
        var lines = new Lines(chosen);
        try
        {
            peer.SendTimeout = PeerPatienceMs;
            peer.Send(TraceText.Header(chosen, DateTimeOffset.UtcNow, MonotonicClock.Now));
            // A peer says nothing more: what becomes readable is its end.
            while (!stop.IsCancellationRequested && !peer.Poll(drainEvery, SelectMode.SelectRead)) lines.SendTo(peer);
        }
        catch (SocketException)
        {
            // It left, or does not take its lines: the trace is over.
        }
        finally
        {
            foreach (var bus in chosen) bus.Tap.Stop();
            peer.Dispose();
            Volatile.Write(ref isBusy, 0);
        }
    }

    /// <summary>The rings of one session, merged by time.</summary>
    private sealed class Lines
    {
        private readonly TraceRing[] rings;
        private readonly TraceRecord[] heads;
        private readonly bool[] hasHead;
        private readonly long[] toldDrops;
        private readonly byte[] text = new byte[64 * 1024];

        public Lines(IReadOnlyList<TappedBus> chosen)
        {
            rings = [.. chosen.Select(bus => bus.Tap.Start(Capacity))];
            (heads, hasHead) = (new TraceRecord[rings.Length], new bool[rings.Length]);
            toldDrops = new long[rings.Length];
        }

        public void SendTo(Socket peer)
        {
            var length = 0;
            while (TryOldest(out var bus))
            {
                length += TraceText.Put(text.AsSpan(length), bus, heads[bus]);
                hasHead[bus] = false;
                if (text.Length - length >= TraceText.LongestLine) continue;
                peer.Send(text.AsSpan(0, length));
                length = 0;
            }
            for (var bus = 0; bus < rings.Length; bus++)
            {
                var drops = rings[bus].Dropped;
                if (drops == toldDrops[bus] || text.Length - length < TraceText.LongestLine) continue;
                toldDrops[bus] = drops;
                length += TraceText.PutDrops(text.AsSpan(length), bus, drops);
            }
            if (length > 0) peer.Send(text.AsSpan(0, length));
        }

        private bool TryOldest(out int oldest)
        {
            oldest = -1;
            for (var bus = 0; bus < rings.Length; bus++)
            {
                hasHead[bus] = hasHead[bus] || rings[bus].TryTake(ref heads[bus]);
                if (hasHead[bus] && (oldest < 0 || heads[bus].At < heads[oldest].At)) oldest = bus;
            }
            return oldest >= 0;
        }
    }
}
