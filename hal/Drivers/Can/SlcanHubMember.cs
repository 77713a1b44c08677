using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// A member of a <see cref="SlcanHub"/> within the process. One thread at a time; others deliver to it.
/// </summary>
internal sealed class SlcanHubMember(SlcanHub hub, int capacity) : ICanBus
{
    private readonly CanRing received = new(capacity);
    private readonly Waker waker = new();
    private bool isDown;

    public int Descriptor => waker.Descriptor;

    /// <summary>Asked with the hub's lock held.</summary>
    public long Missed => received.Dropped;

    public bool IsUp => !Volatile.Read(ref isDown);

    public bool TrySend(in CanFrame frame)
    {
        if (!IsUp) return false;
        hub.Broadcast(this, frame, isRemote: false);
        return true;
    }

    public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
    {
        lock (hub.Sync)
        {
            if (received.TryTake(out frame, out arrivedAt)) return true;
            // Readable until the queue was seen empty, so that a frame is never left without a wake.
            if (IsUp) waker.Drain();
            return false;
        }
    }

    public void Dispose()
    {
        hub.Detach(this);
        GoDown();
    }

    /// <summary>Called with the hub's lock held.</summary>
    public void Deliver(in CanFrame frame, TimeSpan arrivedAt)
    {
        received.Add(frame, arrivedAt);
        waker.Signal();
    }

    public void GoDown()
    {
        lock (hub.Sync)
        {
            Volatile.Write(ref isDown, true);
            received.Clear();
            waker.Dispose();
        }
    }
}
