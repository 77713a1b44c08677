namespace ChargeScape.Edge.Hal;

/// <summary>
/// Latest-value mailbox for one writer and any readers: two slots and a sequence. Nobody waits, the newest value wins.
/// A reader tries at most three times and then keeps what it had: a real-time reader must never spin on a writer that
/// was preempted or killed.
/// </summary>
public sealed class Latest<T> where T : unmanaged
{
    private const int Tries = 3;
    private T even;
    private T odd;
    private uint sequence;

    /// <summary>How many values were published, wrapping; 0 = none yet.</summary>
    public uint Sequence => Volatile.Read(ref sequence);

    /// <summary>Publishes a value. One thread only.</summary>
    public void Publish(in T value)
    {
        Next = value;
        PublishNext();
    }

    /// <summary>
    /// For the writer alone: the slot of the value that is to be published next, to be written in place when a value
    /// is too large to be copied. It holds the value before the newest. Readers see it after <see cref="PublishNext"/>.
    /// </summary>
    public ref T Next
    {
        get
        {
            // A release store holds back what was written before it, not what follows: without this fence a weakly
            // ordered processor (ARM) may show the slot's new content while the sequence still vouches for its old one.
            Volatile.WriteBarrier();
            return ref (sequence & 1) != 0 ? ref even : ref odd;
        }
    }

    /// <summary>For the writer alone: the value published last; before the first, what it put there.</summary>
    public ref T Newest => ref (sequence & 1) == 0 ? ref even : ref odd;

    /// <summary>Publishes what was written to <see cref="Next"/>. One thread only.</summary>
    public void PublishNext() => Volatile.Write(ref sequence, sequence + 1);

    /// <summary>
    /// As <see cref="TryRead"/>, but copies only when something was published since <paramref name="taken"/>, which the
    /// reader keeps and passes again.
    /// </summary>
    public bool TryReadUnseen(ref T held, ref uint taken)
    {
        var newest = Volatile.Read(ref sequence);
        if (newest == taken || !TryRead(ref held)) return false;
        // A value published meanwhile may have been copied already; it is then copied once more, never missed.
        taken = newest;
        return true;
    }

    /// <summary>
    /// Copies the newest value into <paramref name="held"/>; leaves it untouched when nothing was published yet or a
    /// whole
    /// copy could not be had in three tries. Returns true when a value was copied.
    /// </summary>
    public bool TryRead(ref T held)
    {
        for (var i = 0; i < Tries; i++)
        {
            var before = Volatile.Read(ref sequence);
            if (before == 0) return false;
            var copy = (before & 1) == 0 ? even : odd;
            // The slot just copied is written again only after the sequence has moved on. The copy's reads must not
            // sink below the second look at it; a full fence would cost more than the copy of most values.
            Volatile.ReadBarrier();
            if (Volatile.Read(ref sequence) != before) continue;
            held = copy;
            return true;
        }
        return false;
    }
}
