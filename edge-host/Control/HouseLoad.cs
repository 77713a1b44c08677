using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>One interval of the house load for the total and for each leg.</summary>
public readonly record struct HouseBands(Interval Total, Interval L1, Interval L2, Interval L3)
{
    /// <summary>Leg by index, 0…2.</summary>
    public Interval Leg(int leg) => leg switch { 0 => L1, 1 => L2, _ => L3 };
}

/// <summary>
/// The set in which the load of the house without EVSE lies, H = P_site − P_evse, in total and per leg (design §6).
/// <code>
///   meter sample at t ∈ [taken − refresh, taken]; P_evse = its range over that time, and over the EVSE's own refresh
///   measured = P_site − P_evse ± ε      held = measured ∩ (last settled set ± r · time between)
/// </code>
/// A sample is settled once an EVSE reading taken after it is known; until then the EVSE's last power stands for it.
/// What the load can have done since (r · slew) decides where a sample alone cannot tell a load step from our own cut.
/// A leg is taken to carry its share 1/n of ε, r and the clips.
/// </summary>
public record struct HouseLoad
{
    /// <summary>From this age on, nothing of a sample counts.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestFreeAge = TimeSpan.FromSeconds(1);

    private HouseBands held;
    private HouseBands usual;
    private HouseBands settled;
    private TimeSpan settledAt;
    private bool wasSettled;
    private bool isSettled;
    private PerLeg<Watts> breaker;

    /// <summary>A sample was ever seen.</summary>
    public bool IsKnown { get; private set; }
    /// <summary>Monotonic time to which <see cref="Held"/> belongs.</summary>
    public TimeSpan SampledAt { get; private set; }
    /// <summary>The set at <see cref="SampledAt"/>, not aged.</summary>
    public readonly HouseBands Held => held;

    /// <summary>
    /// Active power that the main breaker leaves on a leg, after reactive current, at the measured voltage.
    /// </summary>
    public readonly Watts Breaker(int leg, SiteLimits site) => IsKnown
        ? breaker[leg]
        : new(site.MainBreaker.Value * site.BreakerContinuousShare * site.NominalLegVoltage.Value * site.CapAim);

    /// <summary>Takes in what is new. <paramref name="seen"/> holds good readings only.</summary>
    internal void Update(
        in Snapshot seen, SiteLimits site, in PowerHistory evse, bool isNewSample, bool isNewEvse, bool aligns)
    {
        if (!isNewSample && (isSettled || !IsKnown || !isNewEvse)) return;
        if (seen.Meter.Within(TimeSpan.MaxValue, seen.Now) is not { } meter) return;
        var taken = seen.Meter.TakenAt;
        if (isNewSample)
        {
            if (IsKnown && isSettled) (settled, settledAt, wasSettled) = (held, SampledAt, true);
            (IsKnown, SampledAt, isSettled) = (true, taken, false);
            breaker = new(BreakerPower(meter, 0, site), BreakerPower(meter, 1, site), BreakerPower(meter, 2, site));
        }
        var (from, to) = (taken - site.MeterTiming.Refresh, taken + site.EvseTiming.Refresh);
        isSettled = evse.NewestAt >= to;
        var power = aligns ? AtLeastAsWideAsARamp(evse.Range(from, to), to - from, site) : evse.Newest;
        if (power == Interval.Everything) power = new(-site.EvseDischargeRating.Value, site.EvseChargeRating.Value);

        var between = taken - settledAt + site.MeterTiming.Refresh;
        TimeSpan? since = wasSettled && aligns ? between : null;
        var total = Band(settled.Total, meter.Power, power, 1, 1, since, site);
        var share = 1.0 / site.Legs;
        held = new(total, Leg(0, meter, power, share, since, site), Leg(1, meter, power, share, since, site),
            Leg(2, meter, power, share, since, site));
        usual = Grown(UsualGrowth(site), site);
    }

    /// <summary>
    /// The set as the caps use it: with the age that a reading has when everything is on time, as a constant, so that
    /// the bounds do not breathe with each poll. The whole clip while nothing is known.
    /// </summary>
    public readonly HouseBands Usual(SiteLimits site) => IsKnown ? usual : Grown(0, site);

    /// <summary>
    /// The set as a silent meter leaves it at <paramref name="now"/>: never narrower than <see cref="Usual"/>.
    /// </summary>
    public readonly HouseBands Aged(TimeSpan now, SiteLimits site) => IsForgotten(now, site)
        ? Grown(double.PositiveInfinity, site)
        : Grown(Math.Max(UsualGrowth(site), Growth(Age(now, site), site)), site);

    /// <summary>The sample is older than what the caps take as usual.</summary>
    public readonly bool IsLate(TimeSpan now, SiteLimits site) =>
        !IsKnown || Growth(Age(now, site), site) > UsualGrowth(site);

    /// <summary>Nothing of the last sample counts any more.</summary>
    public readonly bool IsForgotten(TimeSpan now, SiteLimits site) => !IsKnown || Age(now, site) >= Forgotten;

    private readonly TimeSpan Age(TimeSpan now, SiteLimits site) => now - SampledAt + site.MeterTiming.Refresh;

    private static double Growth(TimeSpan age, SiteLimits site)
    {
        var free = site.MeterTiming.Period < LongestFreeAge ? site.MeterTiming.Period : LongestFreeAge;
        return site.HouseSlewWattsPerSecond * Math.Max(0, (age - free).TotalSeconds);
    }

    // On time is: one poll, what the meter holds back, and half a poll of slack.
    private static double UsualGrowth(SiteLimits site) =>
        Growth(site.MeterTiming.Refresh + site.MeterTiming.Period * 1.5, site);

    private readonly HouseBands Grown(double by, SiteLimits site)
    {
        var share = 1.0 / site.Legs;
        return new(Clipped(held.Total, by, 1, site),
            Clipped(held.L1, by, share, site), Clipped(held.L2, by, share, site), Clipped(held.L3, by, share, site));
    }

    // What was measured is never clipped away, only what was added to it.
    private readonly Interval Clipped(Interval measured, double by, double share, SiteLimits site)
    {
        var (low, high) = (-site.SourcesMax.Value * share, site.HouseLoadMax.Value * share);
        if (!IsKnown) return new(low, high);
        return new(Math.Min(measured.Low, Math.Max(measured.Low - by * share, low)),
            Math.Max(measured.High, Math.Min(measured.High + by * share, high)));
    }

    private readonly Interval Leg(
        int leg, in MeterReading meter, Interval power, double share, TimeSpan? since, SiteLimits site) =>
        leg >= site.Legs ? default
        : Band(settled.Leg(leg), meter.LegPower[leg], power, site.EvseShare(leg), share, since, site);

    private static Interval Band(
        Interval before, Watts atMeter, Interval evse, double evseShare, double share, TimeSpan? since, SiteLimits site)
    {
        var error = site.MeterError.Value * share;
        var measured = new Interval(
            atMeter.Value - evseShare * evse.High - error, atMeter.Value - evseShare * evse.Low + error);
        return since is { } elapsed
            ? before.Grown(site.HouseSlewWattsPerSecond * share * elapsed.TotalSeconds).IntersectedOr(measured)
            : measured;
    }

    // Our own ramp widens the range while it runs; if the set were narrower at rest, each ramp would cut itself and
    // start again.
    private static Interval AtLeastAsWideAsARamp(Interval power, TimeSpan over, SiteLimits site)
    {
        var ramp = site.RampWattsPerSecond * over.TotalSeconds;
        return new(Math.Min(power.Low, power.High - ramp), Math.Max(power.High, power.Low + ramp));
    }

    // |H + p|² + Q² ≤ (V I)²: reactive current that the meter sees is taken from what active power may use.
    private static Watts BreakerPower(in MeterReading meter, int leg, SiteLimits site)
    {
        if (leg >= site.Legs) return Watts.Zero;
        var most = site.MainBreaker.Value * site.BreakerContinuousShare;
        var (volts, amperes) = (meter.LegVoltage[leg].Value, meter.LegCurrent[leg].Value);
        var active = meter.LegPower[leg].Value / volts;
        var reactive = Math.Max(0, amperes * amperes - active * active);
        return new(volts * Math.Sqrt(Math.Max(0, most * most - reactive)) * site.CapAim);
    }
}
