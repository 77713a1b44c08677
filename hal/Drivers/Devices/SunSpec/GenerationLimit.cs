using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// A limit on the generation of an inverter in % of WMax: model 704, else 123. In 704 the limit holds on after the
/// reversion time (WMaxLimPctEnaRvrt = 1, WMaxLimPctRvrt = the limit of the site file for silence); the timer of 123
/// lifts it.
/// </summary>
internal sealed class GenerationLimit : DerControl
{
    /// <summary>Points of model 704.</summary>
    public static readonly string[] Names704 =
    [
        "WMaxLimPctEna", "WMaxLimPct", "WMaxLimPctRvrt", "WMaxLimPctEnaRvrt", "WMaxLimPctRvrtTms", "WMaxLimPctRvrtRem",
    ];

    /// <summary>Points of model 123.</summary>
    public static readonly string[] Names123 =
        ["WMaxLim_Ena", "WMaxLimPct", "WMaxLimPct_RvrtTms", "WMaxLimPct_WinTms", "WMaxLimPct_RmpTms"];

    private const int Ena = 0, Limit = 1, Rvrt = 2, EnaRvrt = 3, RvrtTms = 4, RvrtTms123 = 2;
    private const ushort Enabled = 1, Disabled = 0;

    private readonly double leastPercent;
    private readonly int limit;
    // Of 123 only: its enable, and the same register once more, written anew after each change of the value.
    private readonly int enable;
    private readonly int enableAgain;
    private ushort said;

    private GenerationLimit(
        DerRegisters registers, PollBlock block, DerWarnings warnings, double leastPercent, int limit, int enable = -1,
        int enableAgain = -1)
        : base(registers, block, warnings)
    {
        this.leastPercent = leastPercent;
        (this.limit, this.enable, this.enableAgain) = (limit, enable, enableAgain);
    }

    /// <summary>100 % in W: 702.WMax, 121.WMax or 120.WRtg; must be set before a limit is wanted.</summary>
    public double MaxPower { get; set; } = double.NaN;

    protected override int CommandBlock => limit;

    /// <summary>By model 704; null when the device lacks the points. <paramref name="silencePercent"/> is what holds
    /// when this host is silent for the reversion time.</summary>
    public static GenerationLimit? Over704(
        PollBlock block, IModbus bus, byte unit, DerWriteSettings settings, DeviceQuirks quirks, double silencePercent)
    {
        if (!block.Has(Ena) || !block.Has(Limit)) return null;
        var registers = new DerRegisters(settings, quirks);
        var warnings = Seeing(quirks);
        var leadsToLimit = block.Has(Rvrt) && block.Has(EnaRvrt) && block.Has(RvrtTms)
            && registers.TryAddFixed("WMaxLimPctRvrt", block.Field(Rvrt), silencePercent)
            && registers.TryAddFixed("WMaxLimPctEnaRvrt", block.Field(EnaRvrt), Enabled);
        var hasTimer = block.Has(RvrtTms) && registers.TryAddFixed(
            "WMaxLimPctRvrtTms", block.Field(RvrtTms), Math.Round(settings.Reversion.TotalSeconds));
        if (!hasTimer) warnings |= DerWarnings.NoReversion;
        else if (!leadsToLimit) warnings |= DerWarnings.ReversionUnknown;
        // Enable and value stand side by side: one request changes both.
        var limit = registers.AddCommand(
            "WMaxLimPct", block.Field(Ena).Address, 2, hasTimer ? settings.Reversion : TimeSpan.Zero);
        registers.TakeOver(bus, unit);
        return new(registers, block, warnings, quirks.MinimumLimitPercent, limit);
    }

    /// <summary>By model 123; null when the device lacks the points.</summary>
    public static GenerationLimit? Over123(
        PollBlock block, IModbus bus, byte unit, DerWriteSettings settings, DeviceQuirks quirks)
    {
        bool CanBeWritten(int point) => quirks.CannotReadBack ? block.Holds(point) : block.Has(point);
        if (!CanBeWritten(Ena) || !CanBeWritten(Limit)) return null;
        var registers = new DerRegisters(settings, quirks);
        var hasTimer = block.Has(RvrtTms123) && registers.TryAddFixed(
            "WMaxLimPct_RvrtTms", block.Field(RvrtTms123), Math.Round(settings.Reversion.TotalSeconds));
        var warnings = Seeing(quirks) | (hasTimer ? DerWarnings.ReversionLifts : DerWarnings.NoReversion);
        var reversion = hasTimer ? settings.Reversion : TimeSpan.Zero;
        var limit = registers.AddCommand("WMaxLimPct", block.Field(Limit).Address, 1, reversion);
        var enable = registers.AddCommand("WMaxLim_Ena", block.Field(Ena).Address, 1, reversion);
        var again = registers.AddAction("WMaxLim_Ena", block.Field(Ena).Address);
        registers.TakeOver(bus, unit);
        return new(registers, block, warnings, quirks.MinimumLimitPercent, limit, enable, again);
    }

    /// <summary>Most generation, a magnitude; infinity lifts the limit. Rounded down, never below what the maker's
    /// devices bear.</summary>
    public override bool TryWant(double watts)
    {
        var isLifted = double.IsPositiveInfinity(watts);
        if (!isLifted && MaxPower is not > 0) return false;
        var percent = isLifted ? 100 : Math.Clamp(watts / MaxPower * 100, leastPercent, 100);
        var field = Block.Field(Limit);
        var step = Block.Resolution(Limit);
        if (!PointCodec.TryEncode(field.Type, Math.Floor(percent / step) * step, field.Scale, out var bits))
            return false;
        var ena = isLifted ? Disabled : Enabled;
        if (enable < 0)
        {
            Registers.Owned.Want(limit, [ena, (ushort)bits]);
            return true;
        }
        Registers.Owned.Want(limit, (ushort)bits);
        Registers.Owned.Want(enable, ena);
        // The text of 123 asks for Ena after every change of the value.
        if (!isLifted && said != (ushort)bits) Registers.Owned.Want(enableAgain, ena);
        said = (ushort)bits;
        return true;
    }

    private static DerWarnings Seeing(DeviceQuirks quirks) =>
        quirks.CannotReadBack ? DerWarnings.NoReadBack : DerWarnings.None;
}
