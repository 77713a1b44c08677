namespace ChargeScape.Edge.Hal;

/// <summary>
/// Bounded ring for one writer and one reader. The writer never waits: what finds no room is counted and gone.
/// Allocates nothing after it is made.
/// </summary>
/// <typeparam name="T">What happened.</typeparam>
/// <param name="capacity">Events that wait at most; a power of two.</param>
public sealed class EventRing<T>(uint capacity) where T : unmanaged
{
    private readonly T[] slots = new T[capacity];
    private uint written;
    private uint read;
    private uint dropped;

    /// <summary>Events that found no room, since the start; wraps.</summary>
    public uint Dropped => Volatile.Read(ref dropped);

    /// <summary>Adds an event. The writer only.</summary>
    public void Write(in T happened)
    {
        if (written - Volatile.Read(ref read) >= capacity)
        {
            CountDropped(1);
            return;
        }
        slots[written % capacity] = happened;
        Volatile.Write(ref written, written + 1);
    }

    /// <summary>Events that were lost before they came here count as lost here. The writer only.</summary>
    public void CountDropped(uint count) => Volatile.Write(ref dropped, dropped + count);

    /// <summary>Takes the oldest event. The reader only.</summary>
    public bool TryTake(out T happened)
    {
        if (Volatile.Read(ref written) == read)
        {
            happened = default;
            return false;
        }
        happened = slots[read % capacity];
        Volatile.Write(ref read, read + 1);
        return true;
    }

    /// <summary>Shows each event once without taking it. The reader only.</summary>
    /// <param name="next">The reader's place, from 0; moves on.</param>
    /// <param name="happened">The event.</param>
    public bool TryLook(ref uint next, out T happened)
    {
        // What was taken without a look is gone.
        if ((int)(read - next) > 0) next = read;
        if (Volatile.Read(ref written) == next)
        {
            happened = default;
            return false;
        }
        happened = slots[next++ % capacity];
        return true;
    }
}
