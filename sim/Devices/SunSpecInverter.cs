using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// A SunSpec PV inverter on a split-phase service, models 1, 701, 702, 703, 704. On the wire generation is positive.
/// Curtailment acts through the plant's ramp and settling; reversion is that of <see cref="Reversion"/>.
/// </summary>
public sealed class SunSpecInverter : SimDevice
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private const int Off = 0, Running = 3, Throttled = 4, Fault = 6, Standby = 7;
    private const uint ManufacturerAlarm = 1u << 16;
    private readonly HomePlant plant;
    private readonly Reversion percent;
    private readonly Reversion power;
    private readonly ImagePoint watts, watts1, watts2, voltAmperes, amperes, volts, volts12, hertz;
    private readonly ImagePoint state, inverterState, connection, alarms, permit, permitDelay, permitRemaining;
    private TimeSpan permittedAt;
    private bool isPermitted = true;

    /// <summary>Builds the register image.</summary>
    public SunSpecInverter(HomePlant plant, byte unit)
    {
        this.plant = plant;
        var rating = plant.Pv.Settings.Rating.Value;
        Image = new SunSpecImageBuilder(unit)
            .Model(1, ("Mn", "ChargeScape"), ("Md", "Simulated PV inverter"), ("Vr", "1"), ("SN", "SIM-PV-1"))
            .Model(701, ("ACType", 1), ("St", 1), ("InvSt", Running), ("ConnSt", 1), ("Alrm", 0), ("DERMode", 1),
                ("W", 0),
                ("VA", 0), ("Var", 0), ("PF", 1), ("A", 0), ("LLV", 240), ("LNV", 120), ("Hz", 60), ("TotWhInj", 0),
                ("WL1", 0), ("WL2", 0), ("A_SF", -1), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0), ("PF_SF", -2),
                ("VA_SF", 0), ("Var_SF", 0), ("TotWh_SF", 0), ("Tmp_SF", -1))
            .Model(702, ("WMaxRtg", rating), ("VAMaxRtg", rating), ("VNomRtg", 240), ("AMaxRtg", rating / 240),
                ("CtrlModes", 3), ("WMax", rating), ("VNom", 240), ("W_SF", 0), ("PF_SF", -2), ("VA_SF", 0),
                ("Var_SF", 0),
                ("V_SF", -1), ("A_SF", -1), ("S_SF", 0))
            .Model(703, ("ES", 1), ("ESVHi", 105), ("ESVLo", 91.7), ("ESHzHi", 60.1), ("ESHzLo", 59.5), ("ESDlyTms", 5),
                ("ESRndTms", 0), ("ESRmpTms", 1), ("ESDlyRemTms", 0), ("V_SF", -1), ("Hz_SF", -2))
            .Model(704, ("WMaxLimPctEna", 0), ("WMaxLimPct", 100), ("WMaxLimPctRvrt", 100), ("WMaxLimPctEnaRvrt", 0),
                ("WMaxLimPctRvrtTms", 0), ("WMaxLimPctRvrtRem", 0), ("WSetEna", 0), ("WSetMod", 1), ("WSet", rating),
                ("WSetRvrt", rating), ("WSetEnaRvrt", 0), ("WSetRvrtTms", 0), ("WSetRvrtRem", 0), ("PF_SF", -2),
                ("WMaxLimPct_SF", -1), ("WSet_SF", 0), ("WSetPct_SF", -1), ("VarSet_SF", 0), ("VarSetPct_SF", -1))
            .Build();
        ImagePoint Of(string name) => Image.Point(701, name);
        (watts, watts1, watts2, voltAmperes) = (Of("W"), Of("WL1"), Of("WL2"), Of("VA"));
        (amperes, volts, volts12, hertz) = (Of("A"), Of("LNV"), Of("LLV"), Of("Hz"));
        (state, inverterState, connection, alarms) = (Of("St"), Of("InvSt"), Of("ConnSt"), Of("Alrm"));
        permit = Image.Point(703, "ES");
        permitDelay = Image.Point(703, "ESDlyTms");
        permitRemaining = Image.Point(703, "ESDlyRemTms");
        percent = Reversion.Of704(Image, "WMaxLimPct");
        power = Reversion.Of704(Image, "WSet");
        Image.Written = Written;
    }

    /// <summary>The registers.</summary>
    public SunSpecImage Image { get; }

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        NextDue = now + Period;
        lock (Image.Gate)
        {
            percent.Advance(now);
            power.Advance(now);
            Obey(now);
            Show();
        }
    }

    private byte Written(SunSpecImage image, in ImageWrite write)
    {
        percent.Written(write, plant.Now);
        power.Written(write, plant.Now);
        return 0;
    }

    // 703: entering service waits for its delay, leaving it does not. 704: the smaller of both caps acts.
    private void Obey(TimeSpan now)
    {
        var isAllowed = Image.Get(permit) == 1;
        if (isAllowed && !isPermitted) permittedAt = now + (Image.Get(permitDelay) ?? 0).Seconds;
        isPermitted = isAllowed;
        Image.TrySetHeld(permitRemaining, Math.Ceiling(Math.Max(0, (permittedAt - now).TotalSeconds)));
        var pv = plant.Pv;
        pv.IsEnabled = isAllowed && now >= permittedAt;
        var rating = pv.Settings.Rating.Value;
        var cap = Math.Min((percent.InForce ?? 100) / 100 * rating, power.InForce ?? rating);
        pv.Cap = new(Math.Clamp(cap, 0, rating));
    }

    private void Show()
    {
        var pv = plant.Pv;
        var generated = -pv.Power.Value;
        var (u1, u2) = (plant.Service.Voltage.L1.Value, plant.Service.Voltage.L2.Value);
        Image.TrySetHeld(watts, generated);
        Image.TrySetHeld(watts1, generated / 2);
        Image.TrySetHeld(watts2, generated / 2);
        Image.TrySetHeld(voltAmperes, generated);
        Image.TrySetHeld(amperes, generated / (u1 + u2));
        Image.TrySetHeld(volts, (u1 + u2) / 2);
        Image.TrySetHeld(volts12, u1 + u2);
        Image.TrySetHeld(hertz, plant.Service.Frequency.Value);
        var isOn = pv.IsEnabled && !pv.IsFaulted;
        Image.TrySetHeld(state, isOn ? 1 : 0);
        Image.TrySetHeld(connection, isOn ? 1 : 0);
        Image.TrySetHeld(alarms, pv.IsFaulted ? ManufacturerAlarm : 0);
        Image.TrySetHeld(inverterState, pv switch
        {
            { IsFaulted: true } => Fault,
            { IsEnabled: false } => Standby,
            { Available.Value: <= 0 } => Off,
            _ when pv.Cap < pv.Available => Throttled,
            _ => Running,
        });
    }
}
