using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Active power of a DER by model 704: WSetEna, WSetMod and WSet stand side by side and are written in one request.
/// When this host falls silent, WSet becomes 0 W and stays enabled (WSetEnaRvrt = 1): the device holds zero.
/// </summary>
internal sealed class Setpoint704 : DerControl
{
    /// <summary>Points of the block.</summary>
    public static readonly string[] Names =
        ["WSetEna", "WSetMod", "WSet", "WSetRvrt", "WSetEnaRvrt", "WSetRvrtTms", "WSetRvrtRem"];

    private const int Ena = 0, Mod = 1, WSet = 2, Rvrt = 3, EnaRvrt = 4, RvrtTms = 5;
    private const ushort Enabled = 1, InWatts = 1;

    private readonly int set;

    private Setpoint704(DerRegisters registers, PollBlock block, DerWarnings warnings, int set)
        : base(registers, block, warnings) => this.set = set;

    protected override int CommandBlock => set;

    /// <summary>Null when the device has no set-point in watts.</summary>
    public static Setpoint704? Over(
        PollBlock block, IModbus bus, byte unit, DerWriteSettings settings, DeviceQuirks quirks)
    {
        if (!block.Has(Ena) || !block.Has(Mod) || !block.Has(WSet)) return null;
        var registers = new DerRegisters(settings, quirks);
        var warnings = quirks.CannotReadBack ? DerWarnings.NoReadBack : DerWarnings.None;
        // What the timer leads to before its time: else it might lead to something else for a moment.
        var leadsToZero = block.Has(Rvrt) && block.Has(EnaRvrt) && block.Has(RvrtTms)
            && registers.TryAddFixed("WSetRvrt", block.Field(Rvrt), 0)
            && registers.TryAddFixed("WSetEnaRvrt", block.Field(EnaRvrt), Enabled);
        var hasTimer = block.Has(RvrtTms) && registers.TryAddFixed(
            "WSetRvrtTms", block.Field(RvrtTms), Math.Round(settings.Reversion.TotalSeconds));
        if (!hasTimer) warnings |= DerWarnings.NoReversion;
        else if (!leadsToZero) warnings |= DerWarnings.ReversionUnknown;
        var set = registers.AddCommand(
            "WSet", block.Field(Ena).Address, 4, hasTimer ? settings.Reversion : TimeSpan.Zero, [0, InWatts, 0, 0]);
        registers.TakeOver(bus, unit);
        return new(registers, block, warnings, set);
    }

    public override bool TryWant(double watts)
    {
        var field = Block.Field(WSet);
        var step = Block.Resolution(WSet);
        var rounded = Math.Truncate(watts / step) * step;
        if (!PointCodec.TryEncode(field.Type, rounded, field.Scale, out var bits)) return false;
        Registers.Owned.Want(set, [Enabled, InWatts, (ushort)(bits >> 16), (ushort)bits]);
        return true;
    }
}
