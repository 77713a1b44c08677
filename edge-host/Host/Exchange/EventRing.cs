using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Host.Exchange;

/// <summary>
/// Bounded ring for one writer and one reader. The writer never waits: what finds no room is counted and gone.
/// Allocates nothing after it is made.
/// </summary>
public sealed class EventRing
{
    /// <summary>Events that wait at most.</summary>
    public const int Capacity = 256;

    private readonly ControlEvent[] slots = new ControlEvent[Capacity];
    private uint written;
    private uint read;
    private uint dropped;

    /// <summary>Events that found no room, since the start; wraps.</summary>
    public uint Dropped => Volatile.Read(ref dropped);

    /// <summary>Adds an event. The loop only.</summary>
    public void Write(in ControlEvent happened)
    {
        if (written - Volatile.Read(ref read) >= Capacity)
        {
            Volatile.Write(ref dropped, dropped + 1);
            return;
        }
        slots[written % Capacity] = happened;
        Volatile.Write(ref written, written + 1);
    }

    /// <summary>Takes the oldest event. The gateway only.</summary>
    public bool TryTake(out ControlEvent happened)
    {
        if (Volatile.Read(ref written) == read)
        {
            happened = default;
            return false;
        }
        happened = slots[read % Capacity];
        Volatile.Write(ref read, read + 1);
        return true;
    }
}
