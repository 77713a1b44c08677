namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// The write side of a Modbus driver: the registers it owns, and nothing else of the device can be written. The driver
/// says what they shall hold (<see cref="Want(int, ushort)"/>) and gives a turn in its
/// <see cref="IPolledDevice.Write"/>; this takes over (remembers what stood there), writes in the order of the list,
/// confirms each write, refreshes before the device reverts, watches for a second master, and hands back. It has no
/// clock, makes a bounded number of requests a turn and allocates nothing after it was made. One thread at a time.
/// </summary>
public sealed class OwnedRegisters
{
    private readonly byte unit;
    private readonly OwnershipOptions options;
    private readonly Holding[] holdings;
    private readonly OwnershipEvents events;
    private bool isHandingBack;

    /// <summary>Nothing is read or written before something is wanted.</summary>
    /// <param name="bus">The wire.</param>
    /// <param name="unit">The device's unit id.</param>
    /// <param name="blocks">What is owned, in the order in which it is written.</param>
    /// <param name="options">How it is owned.</param>
    /// <exception cref="ArgumentException">A mistake in the table.</exception>
    public OwnedRegisters(IModbus bus, byte unit, IReadOnlyList<OwnedBlock> blocks, OwnershipOptions? options = null)
    {
        this.options = options ?? new();
        this.options.Require();
        foreach (var block in blocks) block.Require();
        this.unit = unit;
        events = new(this.options.Told);
        Bus = new(bus, unit, [.. blocks.Select(block => block.Registers)]);
        holdings = [.. blocks.Select((block, index) => new Holding(block, index, this.options, events))];
    }

    /// <summary>
    /// The bus for the driver's own reads. Writes outside the owned blocks end in <see cref="ModbusStatus.NotSent"/>.
    /// </summary>
    public GuardedModbus Bus { get; }

    /// <summary>A second master was seen and we stopped writing, until <see cref="TakeOver"/>.</summary>
    public bool IsYielded { get; private set; }

    /// <summary>A second master was seen and counts as a fault, until <see cref="ClearFault"/>.</summary>
    public bool IsFaulted { get; private set; }

    /// <summary>Happenings that nobody took in time, wrapping.</summary>
    public uint EventsDropped => events.Dropped;

    /// <summary>When the next turn is due if nothing else is wanted; may be in the past.</summary>
    public TimeSpan NextDue
    {
        get
        {
            var first = TimeSpan.MaxValue;
            if (IsYielded) return first;
            var areEarlierSettled = true;
            foreach (var holding in holdings)
            {
                if (holding.Block.WaitsForEarlier && !areEarlierSettled && !isHandingBack) break;
                if (holding.NextDue < first) first = holding.NextDue;
                areEarlierSettled &= holding.IsSettled;
            }
            return first;
        }
    }

    /// <summary>What a block shall hold from now on; its first time takes it over. Written in the next turn.</summary>
    /// <exception cref="ArgumentException">Not one value for each register.</exception>
    public void Want(int block, ReadOnlySpan<ushort> values) => holdings[block].Want(values);

    /// <summary>As <see cref="Want(int, ReadOnlySpan{ushort})"/>, for a block of one register.</summary>
    public void Want(int block, ushort value) => holdings[block].Want(new ReadOnlySpan<ushort>(ref value));

    /// <summary>The block holds what is wanted, confirmed in every way its <see cref="WriteProof"/> asks for.</summary>
    public bool IsHeld(int block) => holdings[block].IsHeld;

    /// <summary>The driver sees that the device does what the block says.</summary>
    public void Confirm(int block) => holdings[block].ConfirmEffect();

    /// <summary>What stood in the block at take-over; empty while it is not known.</summary>
    public ReadOnlySpan<ushort> Found(int block) => holdings[block].Found;

    /// <summary>
    /// Registers that the driver read anyway, which saves reading them here.
    /// </summary>
    /// <param name="start">Address of the first one.</param>
    /// <param name="registers">All that was read; blocks that are not wholly within are passed over.</param>
    /// <param name="takenAt">Monotonic time at which the request left.</param>
    public void Observe(ushort start, ReadOnlySpan<ushort> registers, TimeSpan takenAt)
    {
        if (IsYielded || isHandingBack) return;
        foreach (var holding in holdings)
        {
            holding.Observe(start, registers, takenAt);
            Notice(holding);
        }
    }

    /// <summary>
    /// Writes, confirms, refreshes and watches what is due: at most <see cref="OwnershipOptions.RequestsPerTurn"/>
    /// steps, and none after the first that is not answered.
    /// </summary>
    public void Turn(TimeSpan now)
    {
        if (IsYielded || isHandingBack) return;
        var left = options.RequestsPerTurn;
        var areEarlierSettled = true;
        foreach (var holding in holdings)
        {
            if (holding.Block.WaitsForEarlier && !areEarlierSettled) return;
            if (!TryWork(holding, ref left, now)) return;
            areEarlierSettled &= holding.IsSettled;
        }
    }

    /// <summary>
    /// Restores what stood there before us, last block first; to be called until it returns true. From the first call
    /// on nothing else is written. A block that cannot be restored is given up after some attempts.
    /// </summary>
    public bool HandBack(TimeSpan now)
    {
        if (!isHandingBack)
        {
            isHandingBack = true;
            // After a yield the registers are the other master's.
            foreach (var holding in holdings)
            {
                if (IsYielded) holding.Forget();
                holding.BeginHandBack();
            }
            IsYielded = false;
        }
        var left = options.RequestsPerTurn;
        for (var i = holdings.Length - 1; i >= 0; i--)
            if (!TryWork(holdings[i], ref left, now) || !holdings[i].IsReleased) return false;
        return true;
    }

    /// <summary>
    /// Starts anew after a hand-back, a yield or a restart of the device: what stands in the registers then is what
    /// will be restored. Nothing is wanted until the driver says so.
    /// </summary>
    public void TakeOver()
    {
        foreach (var holding in holdings) holding.Forget();
        (isHandingBack, IsYielded) = (false, false);
    }

    /// <summary>Clears <see cref="IsFaulted"/>.</summary>
    public void ClearFault() => IsFaulted = false;

    /// <summary>Takes the oldest happening.</summary>
    public bool TryTakeEvent(out OwnershipEvent happened) => events.TryTake(out happened);

    // False when the turn is over: the budget is used up, the device does not answer, or we yield.
    private bool TryWork(Holding holding, ref int left, TimeSpan now)
    {
        while (holding.NextDue <= now)
        {
            if (left-- == 0) return false;
            if (holding.Step(Bus, unit, now) == HoldingStep.NoAnswer) return false;
            Notice(holding);
            if (IsYielded) return false;
        }
        return true;
    }

    private void Notice(Holding holding)
    {
        if (!holding.WasTaken) return;
        holding.WasTaken = false;
        if (options.OnSecondMaster != SecondMaster.Yield)
        {
            IsFaulted = true;
            return;
        }
        IsYielded = true;
        holding.TellYielded();
    }
}
