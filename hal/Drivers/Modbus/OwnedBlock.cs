namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>Which function a device takes writes with.</summary>
public enum WriteFunction : byte
{
    /// <summary>6 for one register, 16 for more.</summary>
    Any,
    /// <summary>6 only (KOSTAL's WMaxLimPct): several registers are written one by one, lowest address first.</summary>
    Single,
    /// <summary>16 only (APsystems ECU-R).</summary>
    Multiple,
}

/// <summary>How a write is known to have worked.</summary>
[Flags]
public enum WriteProof : byte
{
    /// <summary>By the device's answer alone.</summary>
    None = 0,
    /// <summary>The registers read back as written. Without it they are never read, not even at take-over.</summary>
    ReadBack = 1,
    /// <summary>The driver sees that the device acts and says so, see <see cref="OwnedRegisters.Confirm"/>.</summary>
    Effect = 2,
}

/// <summary>
/// Neighbouring registers that a driver owns: written together, confirmed, refreshed and handed back together. Only
/// registers that keep what is written belong into one; a count-down does not.
/// </summary>
/// <param name="Name">For events and messages.</param>
/// <param name="Registers">Where; at most 123.</param>
public sealed record OwnedBlock(string Name, Block Registers)
{
    /// <summary>Which function the device takes.</summary>
    public WriteFunction Function { get; init; } = WriteFunction.Any;

    /// <summary>How a write is known to have worked.</summary>
    public WriteProof Proof { get; init; } = WriteProof.ReadBack;

    /// <summary>
    /// The device falls back by itself when it hears no write for so long; it is written anew at half of that.
    /// 0 = it keeps what it was told.
    /// </summary>
    public TimeSpan Reversion { get; init; }

    /// <summary>Longest time from a write to its effect; needed with <see cref="WriteProof.Effect"/>.</summary>
    public TimeSpan EffectWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Written at hand-back. Null = the value found at take-over (nothing, if it could not be read); empty = left as
    /// it is.
    /// </summary>
    public IReadOnlyList<ushort>? HandBack { get; init; }

    /// <summary>
    /// Not written before every wanted block earlier in the list was held once (a set-point whose reversion timer must
    /// be set first). Not for a block that must be able to stop a device at any time.
    /// </summary>
    public bool WaitsForEarlier { get; init; }

    /// <summary>
    /// A command, not a state (start, stop): each <see cref="OwnedRegisters.Want(int, ushort)"/> is sent once, also
    /// when it repeats the last one, and not again if it is not answered: a start must not be executed when the device
    /// comes back an hour later. Never read, refreshed or handed back.
    /// </summary>
    public bool IsAction { get; init; }

    /// <summary>
    /// Whether what was read back is what was written, for devices that round or clamp; null = exactly equal. What
    /// was read is what must stay from then on.
    /// </summary>
    public ReadBackFits? Fits { get; init; }

    internal bool IsReadable => !IsAction && (Proof & WriteProof.ReadBack) != 0;

    internal bool HasEffect => (Proof & WriteProof.Effect) != 0;

    internal TimeSpan Refresh => Reversion / 2;

    internal void Require()
    {
        ArgumentNullException.ThrowIfNull(Registers, Name);
        ModbusPdu.RequireRange(Registers.Start, Registers.Count, ModbusPdu.MaxWrite);
        if (Reversion < TimeSpan.Zero || EffectWithin <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(Name, "times are not negative");
        if (HandBack is { Count: > 0 } values && values.Count != Registers.Count)
            throw new ArgumentException("hand-back needs a value for each register", Name);
    }
}

/// <summary>Judges a read-back; see <see cref="OwnedBlock.Fits"/>.</summary>
public delegate bool ReadBackFits(ReadOnlySpan<ushort> written, ReadOnlySpan<ushort> read);

/// <summary>What to do when a second master writes what we own.</summary>
public enum SecondMaster : byte
{
    /// <summary>Stop writing; the registers stay as the other left them until the driver takes over again.</summary>
    Yield,
    /// <summary>
    /// Report a fault and keep writing: on a fault the control loop commands zero, and zero must get through.
    /// </summary>
    Fault,
}

/// <summary>How registers are owned.</summary>
public sealed record OwnershipOptions
{
    /// <summary>What to do when a second master writes what we own.</summary>
    public SecondMaster OnSecondMaster { get; init; } = SecondMaster.Yield;

    /// <summary>
    /// Longest time from a write until the registers read back as written. The DER information model allows 1 s.
    /// </summary>
    public TimeSpan ConfirmWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Pause between two looks at a write that does not read back yet.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often held registers are read to see whether somebody else wrote them; 0 = only before each
    /// refresh and by <see cref="OwnedRegisters.Observe"/>.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause after a request that failed.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Most requests in one turn.</summary>
    public int RequestsPerTurn { get; init; } = 4;

    /// <summary>Attempts to restore a block at hand-back before it is left as it is.</summary>
    public int HandBackAttempts { get; init; } = 3;

    /// <summary>Where happenings are told for another thread; null = nowhere.</summary>
    public EventRing<OwnershipEvent>? Told { get; init; }

    internal void Require()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ConfirmWithin, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LookEvery, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(WatchEvery, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryAfter, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(RequestsPerTurn, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HandBackAttempts, 1);
    }
}
