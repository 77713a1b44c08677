namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>What happened to registers that a driver owns.</summary>
public enum OwnershipHappening : byte
{
    /// <summary>The value before us was read and will be restored.</summary>
    TakenOver,
    /// <summary>The value before us cannot be read; nothing will be restored.</summary>
    FoundUnreadable,
    /// <summary>The device refused the write; <see cref="OwnershipEvent.ExceptionCode"/> says how.</summary>
    Refused,
    /// <summary>An action was not answered; it may have been executed, and is not sent again.</summary>
    Unanswered,
    /// <summary>The device confirmed the write, but the registers do not read back as written.</summary>
    NotTaken,
    /// <summary>No effect was seen in time.</summary>
    NoEffect,
    /// <summary>Another value stands there, and the device's reversion timer or an outage explains it.</summary>
    Reverted,
    /// <summary>Another value stands there and nothing explains it: somebody else writes.</summary>
    SecondMaster,
    /// <summary>The value before us stands there again.</summary>
    HandedBack,
    /// <summary>The value before us could not be restored.</summary>
    HandBackFailed,
}

/// <summary>One happening.</summary>
/// <param name="What">What happened.</param>
/// <param name="Block">Index of the block.</param>
/// <param name="At">Monotonic time of the turn.</param>
/// <param name="Address">First register that differs, or the block's first.</param>
/// <param name="Expected">What should stand there.</param>
/// <param name="Seen">What stands there.</param>
/// <param name="ExceptionCode">Modbus exception; 0 = none.</param>
public readonly record struct OwnershipEvent(
    OwnershipHappening What, int Block, TimeSpan At, ushort Address, ushort Expected, ushort Seen, byte ExceptionCode);

/// <summary>The last few happenings, for one thread; when nobody takes them the oldest are dropped and
/// counted.</summary>
internal sealed class OwnershipEvents
{
    private readonly OwnershipEvent[] ring = new OwnershipEvent[16];
    private int first;
    private int count;

    public uint Dropped { get; private set; }

    public void Add(in OwnershipEvent happened)
    {
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
