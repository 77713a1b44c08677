using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>One interval of the house load for the total and one for each leg.</summary>
[InlineArray(4)]
public struct HouseBands : IEquatable<HouseBands>
{
    private Interval first;

    /// <summary>The sum over the legs.</summary>
    public readonly Interval Total => first;

    /// <summary>Leg by index, 0…2.</summary>
    public readonly Interval Leg(int leg) => this[leg + 1];

    /// <inheritdoc/>
    public readonly bool Equals(HouseBands other) => ((ReadOnlySpan<Interval>)this).SequenceEqual(other);
    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is HouseBands other && Equals(other);
    /// <inheritdoc/>
    public override readonly int GetHashCode() => first.GetHashCode();
    /// <summary>The same intervals.</summary>
    public static bool operator ==(in HouseBands a, in HouseBands b) => a.Equals(b);
    /// <summary>Not the same intervals.</summary>
    public static bool operator !=(in HouseBands a, in HouseBands b) => !a.Equals(b);
}

/// <summary>
/// The set in which the load of the house without EVSE lies, H = P_site − P_evse, in total and per leg (design §6).
/// <code>
///   meter sample at t ∈ [taken − refresh, answered]; P_evse = its range over that time, and over the EVSE's own refresh
///   measured = P_site − P_evse ± ε      held = measured ∩ (last settled set ± r · time since)
/// </code>
/// A sample is settled once an EVSE reading taken after its answer is known; until then the EVSE's last power stands for it.
/// What the load can have become since the last settled sample (r · slew) decides where a sample alone cannot tell a
/// load step from our own cut; a sample that contradicts it wins. A leg is taken to carry its share 1/n of ε, r and the
/// clips.
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
    private TimeSpan takenInAt;
    private bool wasSettled;
    private bool isSettled;
    private PerLeg<Watts> breaker;

    /// <summary>A sample was ever seen.</summary>
    public bool IsKnown { get; private set; }
    /// <summary>Monotonic time to which <see cref="Held"/> belongs.</summary>
    public TimeSpan SampledAt { get; private set; }
    /// <summary>From the request to the step that took the answer in.</summary>
    internal readonly TimeSpan AnsweredAfter => takenInAt - SampledAt;
    /// <summary>The set at <see cref="SampledAt"/>, not aged.</summary>
    public readonly HouseBands Held => held;

    /// <summary>
    /// Active power that the main breaker leaves on a leg, after reactive current, at the measured voltage.
    /// </summary>
    public readonly Watts Breaker(int leg, SiteLimits site) => IsKnown
        ? breaker[leg]
        : new(site.MainBreaker.Value * site.BreakerContinuousShare * site.NominalLegVoltage.Value * site.CapAim);

    /// <summary>Takes in a new good sample; the EVSE's power as <see cref="Refine"/> says it.</summary>
    internal Interval? Take(
        in Held<MeterReading> sample, TimeSpan now, SiteLimits site, in PowerHistory evse, bool aligns)
    {
        (IsKnown, SampledAt, takenInAt, isSettled) = (true, sample.TakenAt, now, false);
        ref readonly var meter = ref sample.Said;
        breaker = new(BreakerPower(meter, 0, site), BreakerPower(meter, 1, site), BreakerPower(meter, 2, site));
        return Refine(sample, site, evse, aligns);
    }

    /// <summary>
    /// Places the newest sample against the EVSE's power as far as it is known, until that is settled: then, once for
    /// each sample, it says what the power was, which is everything where it is forgotten.
    /// </summary>
    internal Interval? Refine(in Held<MeterReading> sample, SiteLimits site, in PowerHistory evse, bool aligns)
    {
        if (!IsKnown || isSettled) return null;
        // A slow answer may have been measured at its end, and then shows a cut that came after the request. Its age
        // counts from the request all the same.
        var (from, to) = (SampledAt - site.MeterTiming.Refresh, takenInAt + site.EvseTiming.Refresh);
        isSettled = evse.NewestAt >= to;
        // Without the answer's time: how old a reading is must not change the width at rest.
        var usually = site.MeterTiming.Refresh + site.EvseTiming.Refresh;
        var range = aligns ? evse.Range(from, to) : evse.Newest;
        var power = aligns ? AtLeastAsWideAsARamp(range, usually, site) : range;
        if (power == Interval.Everything) power = new(-site.EvseDischargeRating.Value, site.EvseChargeRating.Value);

        var since = (float)((takenInAt - settledAt).TotalSeconds * site.HouseSlewWattsPerSecond);
        var age = takenInAt - SampledAt + site.MeterTiming.Refresh;
        var late = (float)(age.TotalSeconds * site.HouseSlewWattsPerSecond);
        var legShare = 1f / site.Legs;
        for (var i = 0; i <= site.Legs; i++)
        {
            var share = i == 0 ? 1 : legShare;
            var measured = Measured(sample.Said, i, power, share, site);
            // The settled set is one of the time at which its sample came in, so that growth adds up and an older
            // sample never gives a smaller set.
            var possible = wasSettled && aligns ? settled[i].Grown(since * share) : measured;
            held[i] = possible.IntersectedOr(measured);
            if (!isSettled) continue;
            var then = measured.Grown(late * share);
            settled[i] = wasSettled && aligns ? possible.IntersectedOr(then) : then;
        }
        if (isSettled) (settledAt, wasSettled) = (takenInAt, true);
        usual = Grown(UsualGrowth(site), site);
        return isSettled ? range : null;
    }

    /// <summary>
    /// The set as the caps use it: with the age that a reading has when everything is on time, as a constant, so that
    /// the bounds do not breathe with each poll. The whole clip while nothing is known.
    /// </summary>
    [UnscopedRef]
    public readonly ref readonly HouseBands Usual => ref usual;

    /// <summary>Before the first sample the house may do all that it and its sources can.</summary>
    internal void AssumeAnything(SiteLimits site)
    {
        if (!IsKnown) usual = Grown(0, site);
    }

    /// <summary>
    /// The set as a silent meter leaves it at <paramref name="now"/>: never narrower than <see cref="Usual"/>.
    /// </summary>
    public readonly HouseBands Aged(TimeSpan now, SiteLimits site) => IsForgotten(now, site)
        ? Grown(double.PositiveInfinity, site)
        : Grown(Math.Max(UsualGrowth(site), Growth(Age(now, site), site)), site);

    /// <summary>The sample is older than what the caps take as usual.</summary>
    public readonly bool IsLate(TimeSpan now, SiteLimits site) =>
        !IsKnown || Age(now, site) > UsualAge(site);

    /// <summary>Nothing of the last sample counts any more.</summary>
    public readonly bool IsForgotten(TimeSpan now, SiteLimits site) => !IsKnown || Age(now, site) >= Forgotten;

    /// <summary>The set as the caps use it, if the meter may hide so much more on its worst leg.</summary>
    internal readonly HouseBands Widened(double by, SiteLimits site) => Grown(UsualGrowth(site) + by, site);

    private readonly TimeSpan Age(TimeSpan now, SiteLimits site) => now - SampledAt + site.MeterTiming.Refresh;

    private static double Growth(TimeSpan age, SiteLimits site)
    {
        var free = site.MeterTiming.Period < LongestFreeAge ? site.MeterTiming.Period : LongestFreeAge;
        return site.HouseSlewWattsPerSecond * Math.Max(0, (age - free).TotalSeconds);
    }

    // On time is: one poll, what the meter holds back, and half a poll of slack.
    private static TimeSpan UsualAge(SiteLimits site) =>
        site.MeterTiming.Refresh + new TimeSpan(site.MeterTiming.Period.Ticks * 3 / 2);

    private static double UsualGrowth(SiteLimits site) => Growth(UsualAge(site), site);

    private readonly HouseBands Grown(double by, SiteLimits site)
    {
        var (bands, legShare) = (default(HouseBands), 1f / site.Legs);
        for (var i = 0; i <= site.Legs; i++) bands[i] = Clipped(held[i], (float)by, i == 0 ? 1 : legShare, site);
        return bands;
    }

    // What was measured is never clipped away, only what was added to it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Interval Clipped(Interval measured, float by, float share, SiteLimits site)
    {
        var (low, high) = ((float)-site.SourcesMax.Value * share, (float)site.HouseLoadMax.Value * share);
        if (!IsKnown) return new(low, high);
        var grown = measured.Grown(by * share);
        if (grown.Low > low) low = grown.Low;
        if (grown.High < high) high = grown.High;
        return new Interval(low, high).Around(measured);
    }

    private static Interval Measured(in MeterReading meter, int band, Interval evse, float share, SiteLimits site)
    {
        var (atMeter, flows) = band == 0
            ? (meter.Power.Value, 1.0)
            : (meter.LegPower[band - 1].Value, site.EvseShare(band - 1));
        var error = site.MeterError.Value * share;
        return new(atMeter - flows * evse.High - error, atMeter - flows * evse.Low + error);
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
        // On a dead leg nothing flows, and nothing may.
        if (volts <= 0) return Watts.Zero;
        var active = meter.LegPower[leg].Value / volts;
        var reactive = Math.Max(0, amperes * amperes - active * active);
        return new(volts * Math.Sqrt(Math.Max(0, most * most - reactive)) * site.CapAim);
    }
}
