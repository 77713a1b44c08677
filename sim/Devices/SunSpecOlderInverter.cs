using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// A SunSpec PV inverter of the older models: 1, 103, 120, 121, 123, 160. Its limit is in % of 121.WMax, and its
/// reversion timer lifts it.
/// </summary>
public sealed class SunSpecOlderInverter : SimDevice
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private const int Off = 1, Mppt = 4, Throttled = 5, Fault = 7;
    private readonly HomePlant plant;
    private readonly Reversion limit;
    private readonly ImagePoint watts, state, stringWatts;

    /// <summary>Builds the register image.</summary>
    /// <param name="plant">The home.</param>
    /// <param name="unit">Modbus unit.</param>
    /// <param name="maker">Mn of its common model.</param>
    public SunSpecOlderInverter(HomePlant plant, byte unit, string maker = "ChargeScape")
    {
        this.plant = plant;
        var rating = plant.Pv.Settings.Rating.Value;
        Image = new SunSpecImageBuilder(unit)
            .Model(1, ("Mn", maker), ("Md", "Simulated older PV inverter"), ("Vr", "1"), ("SN", "SIM-PV-2"))
            .Model(103, ("W", 0), ("St", Off), ("A_SF", -1), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0), ("VA_SF", 0),
                ("VAr_SF", 0), ("PF_SF", -2), ("WH_SF", 0), ("DCW_SF", 0), ("Tmp_SF", 0), ("Evt1", 0))
            .Model(120, ("DERTyp", 4), ("WRtg", 2 * rating), ("WRtg_SF", 0))
            .Model(121, ("WMax", rating), ("WMax_SF", 0))
            .Model(123, ("Conn", 1), ("WMaxLimPct", 100), ("WMaxLimPct_RvrtTms", 0), ("WMaxLim_Ena", 0),
                ("WMaxLimPct_SF", -2), ("OutPFSet_SF", -2))
            .Model(160, 1, ("DCW_SF", 0), ("DCA_SF", -2), ("DCV_SF", -1), ("N", 1), ("module_0_DCW", 0))
            .Build();
        watts = Image.Point(103, "W");
        state = Image.Point(103, "St");
        stringWatts = Image.Point(160, "module_0_DCW");
        limit = Reversion.Of123(Image);
        Image.Written = Written;
    }

    /// <summary>The registers.</summary>
    public SunSpecImage Image { get; }

    /// <summary>How often its reversion timer expired.</summary>
    public int Expiries => limit.Expiries;

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        NextDue = now + Period;
        lock (Image.Gate)
        {
            limit.Advance(now);
            var pv = plant.Pv;
            var rating = pv.Settings.Rating.Value;
            pv.Cap = new(Math.Clamp((limit.InForce ?? 100) / 100 * rating, 0, rating));
            Image.TrySet(watts, -pv.Power.Value);
            Image.TrySet(stringWatts, Math.Max(0, -pv.Power.Value));
            Image.TrySet(state, pv switch
            {
                { IsFaulted: true } => Fault,
                { Available.Value: <= 0 } => Off,
                _ when pv.Cap < pv.Available => Throttled,
                _ => Mppt,
            });
        }
    }

    private byte Written(SunSpecImage image, in ImageWrite write)
    {
        limit.Written(write, plant.Now);
        return 0;
    }
}
