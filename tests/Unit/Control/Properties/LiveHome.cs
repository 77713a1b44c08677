using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>
/// A home that obeys physics: the house moves no faster than it is told to, the EVSE follows its command or wanders by
/// itself, and the meter shows a moment within its refresh with an error that the site allows. Unlike a
/// <see cref="Story"/> its devices tell the truth as far as they can, so that what is claimed of the truth can be tested.
/// </summary>
internal sealed class LiveHome(SiteLimits site, Dice dice)
{
    private const double LagSeconds = 0.12, CutWattsPerSecond = 20_000;
    private readonly double[] rate = new double[3];
    private readonly double[] before = new double[3];
    private double powerBefore, target;
    private uint sequence = 100_000;
    private TimeSpan startedAt;
    private EvseSession session = EvseSession.Energised;
    private Reading<MeterReading> meter;
    private Reading<EvseReading> evse;

    /// <summary>True load of the house on each leg, W.</summary>
    public double[] House { get; } = new double[3];
    /// <summary>True power of the EVSE, W.</summary>
    public double Power { get; private set; }
    /// <summary>In total at the service entrance, W.</summary>
    public double Total => House[0] + House[1] + House[2] + Power;
    /// <summary>Monotonic time.</summary>
    public TimeSpan Now { get; private set; } = Story.Begin;
    /// <summary>The meter gives nothing new.</summary>
    public bool IsMeterSilent { get; set; }
    /// <summary>The EVSE does not ask what it was told.</summary>
    public bool Wanders { get; init; }
    /// <summary>How fast the house changes at most, as a share of what the site assumes.</summary>
    public double Slew { get; init; } = 1;
    /// <summary>The error of the meter, as a share of what the site assumes.</summary>
    public double Error { get; init; } = 0.99;
    /// <summary>The grid's voltage as a share of nominal.</summary>
    public double Voltage { get; set; } = 1;
    /// <summary>What the EVSE is asked for as long as nothing else is said.</summary>
    public Plan Plan;
    /// <summary>What the controller sees.</summary>
    public Snapshot Seen { get; private set; }

    /// <summary>A load on every leg, at once, W in total.</summary>
    public void Jump(double watts)
    {
        for (var leg = 0; leg < site.Legs; leg++) House[leg] = Clip(House[leg] + watts / site.Legs);
    }

    /// <summary>An order without end.</summary>
    public void Order(double watts)
    {
        (Plan.Sequence, Plan.Count) = (Plan.Sequence + 1, 1);
        Plan.Entries[0] = new(Plan.Sequence, OrderKind.Setpoint, new(watts), new(watts), TimeSpan.Zero,
            TimeSpan.MaxValue, 0, OnExpire.Zero, null);
    }

    /// <summary>Time goes on.</summary>
    public void Next(TimeSpan elapsed, in EvseCommand command)
    {
        Now += elapsed;
        var seconds = elapsed.TotalSeconds;
        (powerBefore, var most) = (Power, site.HouseSlewWattsPerSecond / site.Legs * Slew);
        for (var leg = 0; leg < site.Legs; leg++)
        {
            before[leg] = House[leg];
            if (dice.Chance(0.05)) rate[leg] = most * dice.OneOf(-1, 1, 0, dice.Between(-1, 1));
            House[leg] = Clip(House[leg] + rate[leg] * seconds);
        }
        Lead(command);
        Move(command, seconds);
        Tell(elapsed);
    }

    private void Lead(in EvseCommand command)
    {
        if (Wanders) return;
        var closes = command.Connection == Connection.Close;
        var isReady = Now - startedAt > 300.Milliseconds;
        session = session switch
        {
            _ when !closes => EvseSession.PluggedIn,
            EvseSession.PluggedIn => EvseSession.Starting,
            EvseSession.Starting when isReady => EvseSession.Energised,
            _ => session,
        };
        if (session == EvseSession.PluggedIn) startedAt = Now;
    }

    private void Move(in EvseCommand command, double seconds)
    {
        if (!Wanders)
        {
            var asked = session == EvseSession.Energised ? command.Setpoint.Value : 0;
            Power += (asked - Power) * Math.Min(1, seconds / LagSeconds);
            return;
        }
        if (dice.Chance(0.05)) target = dice.Between(-site.EvseDischargeRating.Value, site.EvseChargeRating.Value);
        // Grows as the site's ramp does and falls as a cut does.
        var grows = Math.Abs(target) > Math.Abs(Power) && target * Power >= 0;
        var step = (grows ? site.RampWattsPerSecond : CutWattsPerSecond) * seconds;
        Power += Math.Clamp(target - Power, -step, step);
    }

    private void Tell(TimeSpan elapsed)
    {
        sequence++;
        var spread = Math.Abs(Power) * 0.01;
        evse = new(new EvseReading(
            new(Power), new(Power - spread), new(Power + spread), new(360), new(Power / 360), session,
            session == EvseSession.Energised, new Soc(60), new(11000), new(-11000), new(11000), new(-11000),
            EvseFaults.None), Now, sequence);
        if (!IsMeterSilent) meter = new(Measured(elapsed), Now, sequence);
        Seen = new(Now, meter, evse, new(new LinesReading(false, true), Now, sequence));
    }

    // A moment between this step and the last, no older than the meter's refresh.
    private MeterReading Measured(TimeSpan elapsed)
    {
        var oldest = Math.Min(site.MeterTiming.Refresh / elapsed, 1);
        var back = dice.Share() * oldest;
        var power = Power + (powerBefore - Power) * back;
        var error = site.MeterError.Value / site.Legs * Error;
        double Leg(int leg) => leg >= site.Legs ? 0
            : House[leg] + (before[leg] - House[leg]) * back + power * site.EvseShare(leg)
                + error * dice.OneOf(-1, 1, dice.Between(-1, 1));
        var legs = new PerLeg<Watts>(new(Leg(0)), new(Leg(1)), new(Leg(2)));
        var volts = new Volts(site.NominalLegVoltage.Value * Voltage);
        Amperes Current(int leg) => leg < site.Legs && volts.Value > 0 ? Amperes.Abs(legs[leg] / volts) : default;
        return new(legs.L1 + legs.L2 + legs.L3, legs, new(volts, volts, volts),
            new(Current(0), Current(1), Current(2)), null);
    }

    private double Clip(double watts) =>
        Math.Clamp(watts, -site.SourcesMax.Value / site.Legs, site.HouseLoadMax.Value / site.Legs);
}
