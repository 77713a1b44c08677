namespace ChargeScape.Edge.Hal.Can;

/// <summary>Received frames in order of arrival, bounded: a frame that finds it full is dropped and counted.</summary>
internal sealed class CanRing(int capacity)
{
    private readonly (CanFrame Frame, TimeSpan ArrivedAt)[] slots = new (CanFrame, TimeSpan)[capacity];
    private int head;
    private int count;

    /// <summary>Frames that found the ring full.</summary>
    public long Dropped { get; private set; }

    /// <summary>When the oldest frame arrived, or will have; null when there is none.</summary>
    public TimeSpan? OldestArrival => count == 0 ? null : slots[head].ArrivedAt;

    public void Add(in CanFrame frame, TimeSpan arrivedAt)
    {
        if (count == slots.Length)
        {
            Dropped++;
            return;
        }
        slots[(head + count) % slots.Length] = (frame, arrivedAt);
        count++;
    }

    public bool TryTake(out CanFrame frame, out TimeSpan arrivedAt)
    {
        (frame, arrivedAt) = (default, default);
        if (count == 0) return false;
        (frame, arrivedAt) = slots[head];
        head = (head + 1) % slots.Length;
        count--;
        return true;
    }

    public void Clear() => (head, count) = (0, 0);
}
