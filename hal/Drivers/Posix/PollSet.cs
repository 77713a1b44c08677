namespace ChargeScape.Edge.Hal.Posix;

/// <summary>Why a wait ended. Both can be true; neither means that the time was up.</summary>
[Flags]
public enum WaitOutcome : byte
{
    /// <summary>The time was up.</summary>
    TimedOut = 0,
    /// <summary>Somebody called <see cref="Waker.Signal"/>.</summary>
    Woken = 1,
    /// <summary>At least one member has news, lost its link, or can go on sending what it could not.</summary>
    Readable = 2,
}

/// <summary>
/// One thread's wait on several ports and a <see cref="Waker"/>. Descriptors are asked anew at each wait, so ports may
/// reconnect in between; a port without descriptor is passed over. Allocates nothing per wait. One thread at a time,
/// except for <see cref="Waker"/>.
/// </summary>
public sealed unsafe class PollSet : IDisposable
{
    private readonly List<IPollable> members = [];
    private Libc.PollFd[] table = new Libc.PollFd[1];

    /// <summary>Waits on these members; more can follow with <see cref="Add"/>.</summary>
    public PollSet(params ReadOnlySpan<IPollable> members)
    {
        foreach (var member in members) Add(member);
    }

    /// <summary>Ends a wait from another thread.</summary>
    public Waker Waker { get; } = new();

    /// <summary>Adds a member.</summary>
    public void Add(IPollable member)
    {
        ArgumentNullException.ThrowIfNull(member);
        members.Add(member);
        table = new Libc.PollFd[members.Count + 1];
    }

    /// <summary>Takes a member out; nothing happens when it is not in.</summary>
    public void Remove(IPollable member)
    {
        members.Remove(member);
        table = new Libc.PollFd[members.Count + 1];
    }

    /// <summary>
    /// Waits until a member is readable, the waker was signalled or the time is up. Negative counts as zero,
    /// <see cref="TimeSpan.MaxValue"/> waits for ever. Precise to the kernel's timer slack (50 µs; 0 under SCHED_FIFO).
    /// </summary>
    public WaitOutcome Wait(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero) return WaitUntil(TimeSpan.Zero);
        var now = MonotonicClock.Now;
        return WaitUntil(timeout < TimeSpan.MaxValue - now ? now + timeout : TimeSpan.MaxValue);
    }

    /// <summary>
    /// As <see cref="Wait"/>, to a moment of <see cref="MonotonicClock"/>; one in the past only looks.
    /// </summary>
    /// <exception cref="IOException">The kernel refused to wait: out of memory or too many descriptors.</exception>
    public WaitOutcome WaitUntil(TimeSpan deadline)
    {
        Fill();
        while (true)
        {
            var ready = Poll(deadline);
            if (ready > 0) return Sort(ready);
            if (ready < 0)
            {
                // A signal handler ran (the runtime's own included): wait for what is left.
                if (Libc.LastError == Libc.Eintr) continue;
                throw Libc.Failure("ppoll");
            }
            // ppoll counts whole nanoseconds from "now"; never report a deadline that has not come yet.
            if (deadline <= MonotonicClock.Now) return WaitOutcome.TimedOut;
        }
    }

    /// <summary>The last wait found this member readable, or its link lost.</summary>
    public bool IsReadable(IPollable member)
    {
        var index = members.IndexOf(member);
        return index >= 0 && table[index + 1].Seen != 0;
    }

    /// <summary>Disposes the waker; the members belong to others.</summary>
    public void Dispose() => Waker.Dispose();

    private void Fill()
    {
        table[0] = new() { Descriptor = Waker.Descriptor, Asked = Libc.PollIn };
        for (var i = 0; i < members.Count; i++)
        {
            var asked = members[i] is IUnsent { HasUnsent: true } ? Libc.PollIn | Libc.PollOut : Libc.PollIn;
            table[i + 1] = new() { Descriptor = members[i].Descriptor, Asked = (short)asked };
        }
    }

    private int Poll(TimeSpan deadline)
    {
        fixed (Libc.PollFd* first = table)
        {
            if (deadline == TimeSpan.MaxValue) return Libc.PPoll(first, (nuint)table.Length, null, null);
            var now = MonotonicClock.Now;
            var left = deadline > now ? deadline - now : TimeSpan.Zero;
            var (seconds, ticks) = Math.DivRem(left.Ticks, TimeSpan.TicksPerSecond);
            var time = new Libc.TimeSpec
            {
                Seconds = (nint)seconds,
                Nanoseconds = (nint)(ticks * TimeSpan.NanosecondsPerTick),
            };
            return Libc.PPoll(first, (nuint)table.Length, &time, null);
        }
    }

    private WaitOutcome Sort(int ready)
    {
        var woken = table[0].Seen != 0;
        if (woken) Waker.Drain();
        return (woken ? WaitOutcome.Woken : 0) | (ready > (woken ? 1 : 0) ? WaitOutcome.Readable : 0);
    }
}
