namespace ChargeScape.Edge.Hal.Posix;

/// <summary>
/// Wakes a thread that waits in a <see cref="PollSet"/>. Signals coalesce. Allocates nothing.
/// </summary>
public sealed unsafe class Waker : IPollable, IDisposable
{
    // Every signal is a write(2) of its own. A "already signalled" flag would save it, but a thread that is preempted
    // between flag and write would then hold back the wake of a more urgent one.
    private readonly SafeDescriptor counter = Libc.NewEventCounter();

    /// <summary>Readable from <see cref="Signal"/> until <see cref="Drain"/>; −1 once disposed.</summary>
    public int Descriptor => counter.Number;

    /// <summary>
    /// Wakes the waiting thread, or makes its next wait return at once. Any thread; nothing happens once disposed.
    /// </summary>
    public void Signal()
    {
        var one = 1UL;
        try
        {
            // Fails only when the counter is full, and then it is readable anyway.
            Libc.Write(counter, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The waiting side has gone; there is nobody to wake.
        }
    }

    /// <summary>Takes back all signals given so far; true when there was one.</summary>
    public bool Drain()
    {
        ulong count;
        return Libc.Read(counter, &count, sizeof(ulong)) == sizeof(ulong);
    }

    /// <inheritdoc/>
    public void Dispose() => counter.Dispose();
}
