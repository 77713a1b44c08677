namespace ChargeScape.Edge.Hal.Can;

/// <summary>One node on an <see cref="InMemoryCanBus"/>.</summary>
public sealed class InMemoryCanEndpoint : ICanBus
{
    private readonly InMemoryCanBus bus;
    private readonly CanRing received;
    private bool isLinkLost;
    private bool isDisposed;

    internal InMemoryCanEndpoint(InMemoryCanBus bus, int capacity)
    {
        this.bus = bus;
        received = new CanRing(capacity);
    }

    /// <summary>Fault: this node believes that it sends, and nobody hears it.</summary>
    public bool IsMuted { get; set; }

    /// <summary>
    /// Fault: this node lost its adapter: not up, sends nothing, hears nothing; what was unread is gone.
    /// </summary>
    public bool IsLinkLost
    {
        get => isLinkLost;
        set
        {
            isLinkLost = value;
            received.Clear();
        }
    }

    /// <summary>Frames that arrived while the queue was full.</summary>
    public long Dropped => received.Dropped;

    /// <summary>
    /// When the oldest unread frame arrives or arrived; null when none is on its way. For the event queue of a
    /// simulator.
    /// </summary>
    public TimeSpan? NextArrival => received.OldestArrival;

    /// <summary>None: there is nothing to wait on in virtual time.</summary>
    public int Descriptor => -1;

    /// <inheritdoc/>
    public bool IsUp => !isLinkLost && !isDisposed;

    /// <inheritdoc/>
    public bool TrySend(in CanFrame frame) => IsUp && bus.TrySend(this, frame);

    /// <inheritdoc/>
    public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
    {
        (frame, arrivedAt) = (default, default);
        return received.OldestArrival is { } oldest && oldest <= bus.Now && received.TryTake(out frame, out arrivedAt);
    }

    /// <summary>Leaves the bus.</summary>
    public void Dispose()
    {
        isDisposed = true;
        received.Clear();
        bus.Detach(this);
    }

    internal void Deliver(in CanFrame frame, TimeSpan arrivesAt)
    {
        if (IsUp) received.Add(frame, arrivesAt);
    }
}
