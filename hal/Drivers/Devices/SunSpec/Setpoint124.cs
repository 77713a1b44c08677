using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Active power of a storage inverter by model 124, where 704 is missing. OutWRte and InWRte bound discharging and
/// charging in % of WChaMax; a bound beyond zero forces the other direction: a negative OutWRte charges (Fronius and
/// compatible). That a negative InWRte discharges is not confirmed by any source, so only the site file can say so. On
/// expiry of its timer the device drops both bounds and does what it would do without us.
/// </summary>
internal sealed class Setpoint124 : DerControl
{
    /// <summary>Points of the block.</summary>
    public static readonly string[] Names =
        ["WChaMax", "StorCtl_Mod", "OutWRte", "InWRte", "InOutWRte_RvrtTms", "ChaGriSet"];

    private const int WChaMax = 0, Mod = 1, OutWRte = 2, InWRte = 3, RvrtTms = 4, ChaGriSet = 5;
    private const ushort BoundBoth = 3, FromGrid = 1;

    private readonly int rates;
    private readonly int mode;
    private readonly bool canForceDischarge;

    private Setpoint124(
        DerRegisters registers, PollBlock block, DerWarnings warnings, int rates, int mode, bool canForceDischarge)
        : base(registers, block, warnings) =>
        (this.rates, this.mode, this.canForceDischarge) = (rates, mode, canForceDischarge);

    protected override int CommandBlock => rates;

    /// <summary>Null when the device lacks the points.</summary>
    public static Setpoint124? Over(
        PollBlock block, IModbus bus, byte unit, DerWriteSettings settings, DeviceQuirks quirks, bool canForceDischarge)
    {
        // A device that cannot be read back shows zeros here, so what is not implemented does not count.
        var isBlind = quirks.CannotReadBack;
        bool CanBeWritten(int point) => isBlind ? block.Holds(point) : block.Has(point);
        if (!block.Has(WChaMax) || !CanBeWritten(OutWRte) || !CanBeWritten(InWRte) || !CanBeWritten(Mod)) return null;
        if (!quirks.NegativeRateCharges && !canForceDischarge) return null;
        var registers = new DerRegisters(settings, quirks);
        var hasTimer = block.Has(RvrtTms) && registers.TryAddFixed(
            "InOutWRte_RvrtTms", block.Field(RvrtTms), Math.Round(settings.Reversion.TotalSeconds));
        var warnings = hasTimer ? DerWarnings.ReversionLifts : DerWarnings.NoReversion;
        if (isBlind) warnings |= DerWarnings.NoReadBack;
        if (!canForceDischarge) warnings |= DerWarnings.ChargeOnly;
        var reversion = hasTimer ? settings.Reversion : TimeSpan.Zero;
        if (block.Has(ChaGriSet)) registers.TryAddFixed("ChaGriSet", block.Field(ChaGriSet), FromGrid);
        var rates = registers.AddCommand("OutWRte, InWRte", block.Field(OutWRte).Address, 2, reversion);
        var mode = registers.AddCommand("StorCtl_Mod", block.Field(Mod).Address, 1, reversion);
        registers.TakeOver(bus, unit);
        return new(registers, block, warnings, rates, mode, canForceDischarge);
    }

    /// <summary>Positive discharges, as everywhere on the wire of a DER.</summary>
    public override bool TryWant(double watts)
    {
        if (watts > 0 && !canForceDischarge) watts = 0;
        if (!Block.TryNumber(WChaMax, out var most) || most <= 0) return false;
        var field = Block.Field(OutWRte);
        var step = Block.Resolution(OutWRte);
        var percent = Math.Truncate(Math.Clamp(watts / most * 100, -100, 100) / step) * step;
        if (!PointCodec.TryEncode(field.Type, percent, field.Scale, out var outgoing)
            || !PointCodec.TryEncode(field.Type, -percent, field.Scale, out var incoming)) return false;
        Registers.Owned.Want(rates, [(ushort)outgoing, (ushort)incoming]);
        Registers.Owned.Want(mode, BoundBoth);
        return true;
    }
}
