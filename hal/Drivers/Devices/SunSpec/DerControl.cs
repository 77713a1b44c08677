using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>What a person should know about how a device is controlled. Bits.</summary>
[Flags]
public enum DerWarnings
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>It has no model that can be written for the purpose.</summary>
    NotControllable = 1 << 0,
    /// <summary>It has no reversion timer: when this host dies, what was commanded last stays.</summary>
    NoReversion = 1 << 1,
    /// <summary>Its reversion timer lifts the command (123, 124): when this host dies, the device does what it would do
    /// without us.</summary>
    ReversionLifts = 1 << 2,
    /// <summary>It has a timer, but does not let us say what holds after it.</summary>
    ReversionUnknown = 1 << 3,
    /// <summary>Set-points cannot be read back; only their effect is seen.</summary>
    NoReadBack = 1 << 4,
    /// <summary>It follows orders in one direction only.</summary>
    ChargeOnly = 1 << 5,
    /// <summary>There is nothing to connect and disconnect it with.</summary>
    NoService = 1 << 6,
}

/// <summary>How the registers of a DER's control models are owned: shared by set-points and limits.</summary>
internal sealed class DerRegisters
{
    private readonly List<OwnedBlock> blocks = [];
    private readonly List<ushort[]> initial = [];
    private readonly DerWriteSettings settings;
    private readonly DeviceQuirks quirks;
    private OwnedRegisters? owned;

    public DerRegisters(DerWriteSettings settings, DeviceQuirks quirks)
    {
        this.settings = settings;
        this.quirks = quirks;
    }

    /// <summary>What is owned; after <see cref="TakeOver"/>.</summary>
    public OwnedRegisters Owned => owned!;

    /// <summary>A register that keeps one value for as long as we are in control. False when it cannot hold
    /// it.</summary>
    public bool TryAddFixed(string name, WireField field, double value)
    {
        if (!PointCodec.TryEncode(field.Type, value, field.Scale, out var bits)) return false;
        var registers = new ushort[field.Type.Registers];
        PointCodec.PutBits(field.Type, bits, registers);
        Add(new(name, new(field.Address, (ushort)registers.Length)), registers);
        return true;
    }

    /// <summary>Registers whose value changes with what is commanded; returns the block's number.</summary>
    public int AddCommand(
        string name, ushort address, int count, TimeSpan reversion, IReadOnlyList<ushort>? handBack = null) =>
        Add(new(name, new(address, (ushort)count)) { Reversion = reversion, HandBack = handBack }, null);

    /// <summary>A register that is written each time it is wanted, and otherwise left alone.</summary>
    public int AddAction(string name, ushort address) => Add(new(name, new(address, 1)) { IsAction = true }, null);

    /// <summary>Claims them; from here on only they can be written.</summary>
    public void TakeOver(IModbus bus, byte unit)
    {
        var proven = blocks.Select(block => block with
        {
            Function = settings.Function ?? quirks.Writes,
            Proof = quirks.CannotReadBack ? WriteProof.None : WriteProof.ReadBack,
        });
        owned = new(bus, unit, [.. proven], new()
        {
            OnSecondMaster = settings.OnSecondMaster, Told = settings.Told,
        });
        Demand();
    }

    /// <summary>Says again what the fixed ones shall hold, after a take-over.</summary>
    public void Demand()
    {
        for (var i = 0; i < initial.Count; i++)
            if (initial[i].Length > 0) Owned.Want(i, initial[i]);
    }

    private int Add(OwnedBlock block, ushort[]? value)
    {
        blocks.Add(block);
        initial.Add(value ?? []);
        return blocks.Count - 1;
    }
}

/// <summary>What the site file says about writing to a DER.</summary>
/// <param name="Reversion">After so long without us the device falls back by itself; refreshed at half of it.</param>
/// <param name="OnSecondMaster">What to do when somebody else writes what we own.</param>
/// <param name="Function">The function to write with; null = as the quirks say, else as the specification says.</param>
public sealed record DerWriteSettings(TimeSpan Reversion, SecondMaster OnSecondMaster, WriteFunction? Function)
{
    /// <summary>Where the driver tells what happens to what it owns.</summary>
    internal EventRing<OwnershipEvent>? Told { get; init; }

    /// <summary>Refuses what the registers cannot hold.</summary>
    internal void Require()
    {
        if (Reversion < TimeSpan.FromSeconds(2) || Reversion > TimeSpan.FromSeconds(65_534))
            throw new ArgumentException("the reversion time must be from 2 s to 65534 s");
    }
}

/// <summary>A way to tell a DER what to do, on the models that it has.</summary>
internal abstract class DerControl
{
    private static readonly TimeSpan ForeignHold = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan YieldHold = TimeSpan.FromSeconds(60);

    private TimeSpan foreignUntil = TimeSpan.MinValue;
    private bool isRefused;

    protected DerControl(DerRegisters registers, PollBlock block, DerWarnings warnings)
    {
        Registers = registers;
        Block = block;
        Warnings = warnings;
    }

    /// <summary>What a person should know.</summary>
    public DerWarnings Warnings { get; }

    /// <summary>Faults of the control path, for the EVSE's reading.</summary>
    public EvseFaults Faults =>
        (isRefused ? EvseFaults.NotControllable : 0)
        | (Registers.Owned.IsYielded ? EvseFaults.Yielded : Registers.Owned.IsFaulted ? EvseFaults.ForeignControl : 0);

    /// <summary>What is commanded stands in the device, confirmed as far as it can be.</summary>
    public bool IsHeld => Registers.Owned.IsHeld(CommandBlock);

    /// <summary>When it next has something to do.</summary>
    public TimeSpan NextDue => Registers.Owned.IsYielded ? foreignUntil : Registers.Owned.NextDue;

    /// <summary>Refreshed, confirmed and watched registers.</summary>
    protected DerRegisters Registers { get; }

    /// <summary>The model as last read: scale factors and what is implemented.</summary>
    protected PollBlock Block { get; }

    /// <summary>The block that carries the command.</summary>
    protected abstract int CommandBlock { get; }

    /// <summary>The model was read for another reason, which saves looking again.</summary>
    public void Observe(TimeSpan takenAt) => Registers.Owned.Observe(Block.Place.Address, Block.Registers, takenAt);

    /// <summary>
    /// Says what to do, in W as the device counts them. Nothing is larger than asked after rounding. False when it
    /// cannot be said.
    /// </summary>
    public abstract bool TryWant(double watts);

    /// <summary>Writes, confirms, refreshes what is due. What is wanted is said anew before each turn.</summary>
    public void Turn(TimeSpan now)
    {
        var owned = Registers.Owned;
        // What was observed beside the poll comes first: it decides for how long we stand back.
        TakeEvents(now);
        if (owned.IsYielded && now >= foreignUntil)
        {
            owned.TakeOver();
            Registers.Demand();
        }
        owned.Turn(now);
        TakeEvents(now);
        if (IsHeld) isRefused = false;
        if (owned.IsFaulted && now >= foreignUntil) owned.ClearFault();
    }

    /// <summary>Gives the registers back; true when done.</summary>
    public bool HandBack(TimeSpan now) => Registers.Owned.HandBack(now);

    private void TakeEvents(TimeSpan now)
    {
        while (Registers.Owned.TryTakeEvent(out var happened)) Take(happened, now);
    }

    private void Take(in OwnershipEvent happened, TimeSpan now)
    {
        switch (happened.What)
        {
            case OwnershipHappening.SecondMaster:
                foreignUntil = now + (Registers.Owned.IsYielded ? YieldHold : ForeignHold);
                break;
            case OwnershipHappening.Refused or OwnershipHappening.NotTaken when happened.Block == CommandBlock:
                isRefused = true;
                break;
        }
    }
}
