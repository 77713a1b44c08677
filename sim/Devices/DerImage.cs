using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>The registers of a simulated DER: 1, 701–704, 707–710, 713, 714, 715, and 64990 when it forms a grid; an
/// older one 1, 103, 120, 123, 124.</summary>
internal sealed class DerImage
{
    private readonly DerSettings settings;
    private readonly GridProtectionSettings protection;
    private readonly ImagePoint watts;
    private readonly ImagePoint hertz;

    public DerImage(DerSettings settings, GridProtectionSettings protection, byte unit)
    {
        (this.settings, this.protection) = (settings, protection);
        var builder = new SunSpecImageBuilder(unit).Model(
            1, ("Mn", "ChargeScape"), ("Md", "Simulated bidirectional inverter"), ("Vr", "1"), ("SN", "SIM-DER-1"));
        Image = (settings.IsOlder ? Older(builder) : Newer(builder)).Build();
        watts = Image.Point(Inverter, "W");
        hertz = Image.Point(Inverter, "Hz");
    }

    /// <summary>The registers.</summary>
    public SunSpecImage Image { get; }

    private ushort Inverter => settings.IsOlder ? (ushort)103 : (ushort)701;

    /// <summary>Service is permitted.</summary>
    public bool IsPermitted =>
        Image.Get(settings.IsOlder ? Image.Point(123, "Conn") : Image.Point(703, "ES")) == 1;

    /// <summary>What it is told, positive injects; null when nothing is in force.</summary>
    public double? Setpoint(Reversion reversion)
    {
        if (reversion.InForce is not { } value) return null;
        if (!settings.IsOlder) return value;
        // OutWRte bounds discharging, InWRte charging: below zero they force the other direction.
        var incoming = Image.Get(Image.Point(124, "InWRte")) ?? 100;
        return value < 0 ? value / 100 * settings.RatingW : incoming < 0 ? -incoming / 100 * settings.RatingW : 0;
    }

    /// <summary>The registers that say a set-point.</summary>
    public (ushort Start, ushort[] Registers) RegistersFor(double injectedW)
    {
        if (settings.IsOlder)
        {
            var rate = (ushort)(short)(injectedW / settings.RatingW * 10_000);
            return (AddressOf(124, "OutWRte"), [rate, (ushort)-(short)rate]);
        }
        var bits = (uint)(int)injectedW;
        return (AddressOf(704, "WSetEna"), [1, 1, (ushort)(bits >> 16), (ushort)bits]);
    }

    /// <summary>A grid of its own is ordered.</summary>
    public bool IsFormingOrdered => settings.FormsW is not null && Image.Get(Image.Point(64990, "FrmEna")) == 1;

    /// <summary>How long that order lasts without another write.</summary>
    public TimeSpan FormingLease => TimeSpan.FromSeconds(Image.Get(Image.Point(64990, "FrmTms")) ?? 0);

    /// <summary>Whether a write orders it, or says so again.</summary>
    public bool OrdersForming(in ImageWrite write) =>
        settings.FormsW is not null && write.Touches(Image.Point(64990, "FrmEna"));

    /// <summary>The order has lapsed.</summary>
    public void LapseForming() => Image.TrySet(Image.Point(64990, "FrmEna"), 0);

    /// <summary>A device that clamps: keeps half of what was written.</summary>
    public void Halve(in ImageWrite write)
    {
        var point = settings.IsOlder ? Image.Point(124, "OutWRte") : Image.Point(704, "WSet");
        if (write.Touches(point) && Image.Get(point) is { } value) Image.TrySet(point, Math.Truncate(value / 2));
    }

    /// <summary>Shows the plant.</summary>
    public void Show(
        HomePlant plant, DerState state, DerTrouble trouble, double temperature, Reversion reversion)
    {
        var told = state == DerState.Running ? Setpoint(reversion) ?? 0 : 0;
        Image.TrySet(watts, trouble is DerTrouble.Echoes or DerTrouble.Lies ? told : -plant.Stage.AcPower.Value);
        Image.TrySet(hertz, plant.Service.Frequency.Value);
        if (settings.IsOlder)
        {
            Image.TrySet(Image.Point(103, "St"), (int)state + 1);
            Image.TrySet(Image.Point(124, "ChaState"), plant.Battery.Soc.Percent);
            return;
        }
        Image.TrySet(Image.Point(701, "InvSt"), (int)state);
        Image.TrySet(Image.Point(701, "St"), state == DerState.Running ? 1 : 0);
        Image.TrySet(Image.Point(701, "ConnSt"), state is DerState.Running or DerState.ShuttingDown ? 1 : 0);
        Image.TrySet(Image.Point(701, "Alrm"), state == DerState.Fault ? 1u << 16 : 0);
        Image.TrySet(Image.Point(701, "DERMode"), plant.Forms is null ? 1 : 2);
        Image.TrySet(Image.Point(701, "TmpCab"), temperature);
        Image.TrySet(Image.Point(713, "SoC"), plant.Battery.Soc.Percent);
        Image.TrySet(Image.Point(714, "Prt_0_DCV"), plant.Stage.Voltage.Value);
        var volts = plant.Stage.Voltage.Value;
        var amperes = trouble == DerTrouble.Lies ? -told / Math.Max(1, volts) : plant.Stage.Current.Value;
        Image.TrySet(Image.Point(714, "Prt_0_DCA"), amperes);
        Image.TrySet(Image.Point(714, "Prt_0_DCW"), amperes * volts);
        Image.TrySet(Image.Point(715, "LocRemCtl"), trouble == DerTrouble.Local ? 1 : 0);
    }

    private ushort AddressOf(ushort model, string name) => Image.AddressOf(Image.Point(model, name));

    private SunSpecImageBuilder Newer(SunSpecImageBuilder builder)
    {
        var rating = settings.RatingW;
        (string, PointSetting)[] control =
        [
            ("WSetEna", 0), ("WSetMod", 1), ("WSet", 0), ("PF_SF", -2), ("WMaxLimPct_SF", -1), ("WSet_SF", 0),
            ("WSetPct_SF", -1), ("VarSet_SF", 0), ("VarSetPct_SF", -1),
            ("WSetRvrt", 0), ("WSetEnaRvrt", 0), ("WSetRvrtTms", 0), ("WSetRvrtRem", 0),
        ];
        var own = settings.FormsW is null ? builder : builder.Model(64990, ("FrmTms", 0), ("FrmEna", 0));
        return own
            .Model(701, ("ACType", 1), ("St", 0), ("InvSt", 0), ("ConnSt", 0), ("Alrm", 0), ("DERMode", 1), ("W", 0),
                ("Hz", 60), ("A_SF", -1), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0), ("PF_SF", -2), ("VA_SF", 0),
                ("Var_SF", 0), ("TotWh_SF", 0), ("Tmp_SF", -1),
                ("TmpCab", 30))
            .Model(702, ("WMaxRtg", rating), ("WChaRteMaxRtg", rating), ("WDisChaRteMaxRtg", rating), ("VNomRtg", 240),
                ("NorOpCatRtg", 1), ("AbnOpCatRtg", 2), ("CtrlModes", 3), ("WMax", rating), ("WChaRteMax", rating),
                ("WDisChaRteMax", rating), ("W_SF", 0), ("PF_SF", -2), ("VA_SF", 0), ("Var_SF", 0), ("V_SF", 0),
                ("A_SF", -1), ("S_SF", 0))
            .Model(703, ("ES", 0), ("ESVHi", 105), ("ESVLo", 91.7), ("ESHzHi", 60.1), ("ESHzLo", 59.5),
                ("ESDlyTms", settings.EnterService.TotalSeconds), ("ESRndTms", 0), ("ESRmpTms", 1), ("ESDlyRemTms", 0),
                ("V_SF", -1), ("Hz_SF", -2))
            .Model(704, settings.HasReversion ? control : control[..^4])
            .Model(713, ("WH_SF", 0), ("Pct_SF", -1), ("SoC", 0), ("Sta", 0))
            .Model(714, ("NPrt", 1), ("PrtAlrms", 0), ("DCA_SF", -2), ("DCV_SF", -1), ("DCW_SF", 0), ("DCWH_SF", 0),
                ("Tmp_SF", 0), ("Prt_0_PrtTyp", 2), ("Prt_0_ID", 1), ("Prt_0_DCA", 0), ("Prt_0_DCV", 0),
                ("Prt_0_DCW", 0),
                ("Prt_0_DCSta", 0))
            .Model(715, ("LocRemCtl", 0), ("OpCtl", 0), ("ControllerHb", 0))
            .Model(707, Voltage(protection.UnderVoltage)).Model(708, Voltage(protection.OverVoltage))
            .Model(709, Curve("Hz", 1, protection.UnderFrequency)).Model(710, Curve("Hz", 1, protection.OverFrequency));
    }

    private SunSpecImageBuilder Older(SunSpecImageBuilder builder) => builder
        .Model(103, ("A_SF", -1), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0), ("W", 0), ("Hz", 60), ("St", 1),
            ("WH_SF", 0),
            ("DCW_SF", 0), ("Tmp_SF", 0), ("VA_SF", 0), ("VAr_SF", 0), ("PF_SF", 0))
        .Model(120, ("DERTyp", 82), ("WRtg", settings.RatingW), ("WRtg_SF", 0))
        .Model(123, ("Conn", 0), ("WMaxLimPct", 100), ("WMaxLim_Ena", 0), ("WMaxLimPct_SF", -1), ("OutPFSet_SF", -2))
        .Model(124,
        [
            ("WChaMax", settings.RatingW), ("StorCtl_Mod", 0), ("OutWRte", 100), ("InWRte", 100), ("ChaGriSet", 0),
            ("ChaState", 0), ("WChaMax_SF", 0), ("WChaDisChaGra_SF", 0), ("InOutWRte_SF", -2), ("ChaState_SF", -1),
            .. settings.HasReversion ? [("InOutWRte_RvrtTms", 0)] : Array.Empty<(string, PointSetting)>(),
        ]);

    private static (string, PointSetting)[] Voltage(IReadOnlyList<TripCorner> points) => Curve("V", 100, points);

    private static (string, PointSetting)[] Curve(string level, double unit, IReadOnlyList<TripCorner> points) =>
    [
        ("Ena", 1), ("AdptCrvReq", 0), ("AdptCrvRslt", 1), ("NPt", points.Count), ("NCrvSet", 1), ($"{level}_SF", -1),
        ("Tms_SF", -2),
        ("Crv_0_ReadOnly", 1), ("Crv_0_MustTrip_ActPt", points.Count),
        .. points.SelectMany((point, i) => new (string, PointSetting)[]
        {
            ($"Crv_0_MustTrip_Pt_{i}_{level}", point.Level * unit), ($"Crv_0_MustTrip_Pt_{i}_Tms", point.Seconds),
        }),
    ];
}
