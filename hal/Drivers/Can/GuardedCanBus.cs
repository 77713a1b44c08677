using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// A bus as one driver may use it: only its identifiers pass, each at most as often as its rule says, and what
/// contradicts itself is withheld, so that to the driver its device has fallen silent. What contradicts: README.md.
/// Owns the bus. One thread at a time.
/// </summary>
public sealed class GuardedCanBus : ICanBus, IUnsent
{
    /// <summary>How long frames are withheld after a contradiction.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);

    // A flood of strange frames must not hold the caller.
    private const int MostPerCall = 256;

    private readonly ICanBus bus;
    private readonly CanIdRule[] heard;
    private readonly CanIdRule[] sent;
    private readonly Func<TimeSpan> clock;
    private readonly CanPace[] paces;
    private readonly CanPace sending;
    private TimeSpan ownIdentifierUntil = TimeSpan.MinValue;
    private long faultSequence;

    /// <summary>Puts the guard before a bus.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="ids">What the driver declared.</param>
    /// <param name="clock">The clock that the bus stamps by; null for <see cref="MonotonicClock"/>.</param>
    public GuardedCanBus(ICanBus bus, CanIds ids, Func<TimeSpan>? clock = null)
    {
        this.bus = bus;
        (heard, sent) = ([.. ids.Heard], [.. ids.Sent]);
        this.clock = clock ?? (static () => MonotonicClock.Now);
        paces = [.. ids.Heard.Select(rule => new CanPace(rule))];
        var all = ids.Sent.Sum(rule => rule.MostPerSecond);
        sending = new(new(0, 0, IsExtended: false) { MostPerSecond = all });
    }

    /// <summary>The newest contradiction; the default when there was none yet.</summary>
    public CanFault LastFault { get; private set; }

    /// <summary>Counts contradictions, so that a watcher sees a new one.</summary>
    public long Faults => Volatile.Read(ref faultSequence);

    /// <summary>Frames that were not for this driver.</summary>
    public long Strange { get; private set; }

    /// <summary>Frames above the rate of their rule, either way.</summary>
    public long Capped { get; private set; }

    /// <summary>Frames withheld because of a contradiction.</summary>
    public long Withheld { get; private set; }

    /// <summary>Frames that the driver wanted to send and may not: a bug in the driver.</summary>
    public long Unsendable { get; private set; }

    /// <inheritdoc/>
    public int Descriptor => bus.Descriptor;

    /// <inheritdoc/>
    public bool IsUp => bus.IsUp;

    bool IUnsent.HasUnsent => bus is IUnsent { HasUnsent: true };

    /// <inheritdoc/>
    public bool TrySend(in CanFrame frame)
    {
        if (CanIds.Find(sent, frame) < 0)
        {
            Unsendable++;
            return false;
        }
        if (!sending.TryPass(clock()))
        {
            Capped++;
            return false;
        }
        return bus.TrySend(frame);
    }

    /// <inheritdoc/>
    public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
    {
        for (var i = 0; i < MostPerCall && bus.TryReceive(out frame, out arrivedAt); i++)
            if (Passes(frame, arrivedAt)) return true;
        (frame, arrivedAt) = (default, default);
        return false;
    }

    /// <summary>Closes the bus.</summary>
    public void Dispose() => bus.Dispose();

    private bool Passes(in CanFrame frame, TimeSpan arrivedAt)
    {
        var now = clock();
        if (CanIds.Find(sent, frame) >= 0)
        {
            ownIdentifierUntil = now + Hold;
            Note(CanFaultKind.OwnIdentifier, frame, now);
            return false;
        }
        var index = CanIds.Find(heard, frame);
        if (index < 0)
        {
            Strange++;
            return false;
        }
        var pace = paces[index];
        if (pace.IsTooFast(arrivedAt, now))
        {
            pace.WithheldUntil = now + Hold;
            Note(CanFaultKind.TwoSources, frame, now);
        }
        if (now < pace.WithheldUntil || now < ownIdentifierUntil)
        {
            Withheld++;
            return false;
        }
        if (pace.TryPass(now)) return true;
        Capped++;
        return false;
    }

    private void Note(CanFaultKind kind, in CanFrame frame, TimeSpan now)
    {
        LastFault = new(kind, frame.Id, now);
        Volatile.Write(ref faultSequence, faultSequence + 1);
    }
}
