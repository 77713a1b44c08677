namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>The last few happenings, for one thread; when nobody takes them the oldest are dropped and
/// counted.</summary>
/// <param name="told">Told as well, for another thread.</param>
internal sealed class OwnershipEvents(EventRing<OwnershipEvent>? told)
{
    private readonly OwnershipEvent[] ring = new OwnershipEvent[16];
    private int first;
    private int count;

    public uint Dropped { get; private set; }

    public void Add(in OwnershipEvent happened)
    {
        told?.Write(happened);
        if (count == ring.Length)
        {
            first = (first + 1) % ring.Length;
            count--;
            Dropped++;
        }
        ring[(first + count++) % ring.Length] = happened;
    }

    public bool TryTake(out OwnershipEvent happened)
    {
        happened = default;
        if (count == 0) return false;
        happened = ring[first];
        first = (first + 1) % ring.Length;
        count--;
        return true;
    }
}
