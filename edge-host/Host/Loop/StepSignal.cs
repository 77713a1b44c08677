using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>
/// How a poller and the loop meet: the poller asks for a step that contains what it just published, waits for it a
/// moment, and is woken later if a command changes. The loop never waits for a poller.
/// </summary>
internal sealed class StepSignal(Waker loop)
{
    private long started;
    private long finished;

    /// <summary>Asks the loop for a step soon; returns the number of the first step that is sure to contain what was
    /// published before.</summary>
    public long Ask()
    {
        // Pairs with Begin: either the loop's next reads see what was published, or this sees its new number.
        Interlocked.MemoryBarrier();
        var first = Volatile.Read(ref started) + 1;
        loop.Signal();
        return first;
    }

    /// <summary>The step of this number has ended.</summary>
    public bool HasFinished(long step) => Volatile.Read(ref finished) >= step;

    /// <summary>The loop is about to read its inputs.</summary>
    public void Begin()
    {
        Volatile.Write(ref started, started + 1);
        Interlocked.MemoryBarrier();
    }

    /// <summary>The loop has published its outputs.</summary>
    public void End() => Volatile.Write(ref finished, started);
}
