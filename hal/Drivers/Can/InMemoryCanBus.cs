namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// A CAN bus in memory for virtual time: what one endpoint sends reaches all others, in the order of sending.
/// Deterministic, bounded, allocates nothing per frame. One thread for the bus and all its endpoints.
/// </summary>
/// <param name="clock">The caller's time; frames arrive by it.</param>
/// <param name="frameTime">
/// How long a frame occupies the wire (500 kbit/s, 8 bytes, worst stuffing: 270 µs); frames queue behind one another.
/// Zero: it is there at once.
/// </param>
/// <param name="capacity">Frames that an endpoint holds unread, and that may wait for the wire.</param>
public sealed class InMemoryCanBus(Func<TimeSpan> clock, TimeSpan frameTime = default, int capacity = 256)
{
    private readonly List<InMemoryCanEndpoint> endpoints = [];
    private readonly TimeSpan longestQueue = frameTime * capacity;
    private TimeSpan wireFreeAt = TimeSpan.MinValue;

    /// <summary>Fault: the wire is cut between all endpoints; frames are sent and vanish.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Joins the bus.</summary>
    public InMemoryCanEndpoint Attach()
    {
        var endpoint = new InMemoryCanEndpoint(this, capacity);
        endpoints.Add(endpoint);
        return endpoint;
    }

    internal TimeSpan Now => clock();

    internal void Detach(InMemoryCanEndpoint endpoint) => endpoints.Remove(endpoint);

    internal bool TrySend(InMemoryCanEndpoint from, in CanFrame frame)
    {
        var now = clock();
        var starts = wireFreeAt > now ? wireFreeAt : now;
        if (starts - now > longestQueue) return false;
        wireFreeAt = starts + frameTime;
        if (IsSilent || from.IsMuted) return true;
        foreach (var endpoint in endpoints)
        {
            if (endpoint != from) endpoint.Deliver(frame, wireFreeAt);
        }
        return true;
    }
}
