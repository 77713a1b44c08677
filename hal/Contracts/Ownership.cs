namespace ChargeScape.Edge.Hal;

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
    /// <summary>Because of a second master nothing is written any more, until the next take-over.</summary>
    Yielded,
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

/// <summary>A device whose registers we own, and whose driver tells what happens to them.</summary>
public interface IOwnsRegisters
{
    /// <summary>Events that a driver keeps for whoever takes them.</summary>
    const uint EventsKept = 64;

    /// <summary>What happened. The device's thread writes; one other takes.</summary>
    EventRing<OwnershipEvent> Ownership { get; }
}
