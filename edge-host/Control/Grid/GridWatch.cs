using System.Runtime.CompilerServices;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// What is remembered of the grid's voltage and frequency at the meter: whether this site may be in service, and how
/// long the grid has been beyond the profile's must-trip curve. A backup of the inverter's own protection, so all of it
/// lies outside that curve by the errors of two instruments. Nothing is timed across a gap between readings.
/// </summary>
/// <remarks>
/// <code>
///             inside the window for the delay
///  Outside ───────────────────────────────────► InService (ramp, then full)
///     ▲                                             │ grid lost 2 s, beyond must-trip, meter forgotten, not on grid
///     └─────────────────────────────────────────────┘     an excursion that is shorter changes nothing
/// </code>
/// </remarks>
public record struct GridWatch
{
    /// <summary>Below this share of nominal, in %, the grid is gone.</summary>
    public const double LostPercent = 10;
    /// <summary>How long it may be gone before a source must have ceased (unintentional islanding).</summary>
    public static readonly TimeSpan LostTime = TimeSpan.FromSeconds(2);
    /// <summary>Levels of voltage are taken this much further out: 1 % each for inverter and meter, and 1 % between
    /// them.</summary>
    public const double VoltageMargin = 3;
    /// <summary>The same for frequency, Hz.</summary>
    public const double FrequencyMargin = 0.1;
    /// <summary>Settings that were read longer ago are not known.</summary>
    public static readonly TimeSpan SettingsMaxAge = TimeSpan.FromMinutes(5);
    /// <summary>A meter that is silent for longer may have missed that the grid was lost.</summary>
    public static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(10);
    // After a disturbance an inverter needs this long until its power says again what it is able to.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);
    // Readings more than this apart do not show that nothing was between them.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(2);

    private Timers beyond;
    // One more than the ticks, so that the default is none.
    private long lostSince;
    private long calmSince;
    private long lastAt;
    private long disturbedAt;
    private uint sequence;

    /// <summary>The grid was inside the window for the whole delay, and nothing has ended it since.</summary>
    public bool IsInService { get; private set; }
    /// <summary>Monotonic time at which service was entered last.</summary>
    public TimeSpan InServiceSince { get; private set; }
    /// <summary>The grid is gone for its time.</summary>
    public bool IsLost { get; private set; }
    /// <summary>The grid is beyond the must-trip curve for its time and margin: a source is gone by now.</summary>
    public bool IsBeyond { get; private set; }
    /// <summary>Monotonic time since when.</summary>
    public TimeSpan BeyondSince { get; private set; }
    /// <summary>The newest comparison of the inverter's settings with the profile.</summary>
    public Reading<GridAgreement> Settings { get; internal set; }

    /// <summary>When service may be entered at the earliest; null when the grid is not calm or it was entered.</summary>
    public readonly TimeSpan? ServiceAt(UtilityProfile profile) =>
        IsInService || calmSince == 0 ? null : new TimeSpan(calmSince - 1) + profile.EnterService.Delay;

    /// <summary>
    /// Voltage or frequency is, or was a moment ago, where an inverter may do less than it is told: momentary
    /// cessation, limited current, frequency droop.
    /// </summary>
    public readonly bool IsDisturbed(TimeSpan now) =>
        disturbedAt != 0 && now.Ticks + 1 - disturbedAt <= Recovery.Ticks;

    /// <summary>Takes in a new reading of the meter. A home that is not <paramref name="isOnGrid"/> is not in service,
    /// however calm the grid at its meter is.</summary>
    internal void Take(in Held<MeterReading> meter, SiteLimits site, UtilityProfile profile, bool isOnGrid)
    {
        if (meter.Sequence == sequence) return;
        sequence = meter.Sequence;
        var at = meter.TakenAt.Ticks + 1;
        if (lastAt != 0 && at - lastAt > LongestGap.Ticks) StopTimers();
        lastAt = at;
        var (low, high) = VoltageOf(meter.Said, site);
        var frequency = meter.Said.Frequency;
        TakeBeyond(low, high, frequency?.Value, at, profile);
        var lostFor = TimeSpan.FromTicks(HeldFor(ref lostSince, low < LostPercent, at));
        // "And one sample": the one that shows that the time is over.
        IsLost = lostSince != 0 && lostFor >= LostTime;
        // Not at once: our own zero would hide an inverter that had not let go.
        var isSeen = IsBeyond && meter.TakenAt - BeyondSince > SeenAfter(site);
        if (IsLost || isSeen || !isOnGrid) IsInService = false;
        var rule = profile.EnterService;
        var isCalm = isOnGrid && !IsLost && !IsBeyond && rule.HasVoltage(low) && rule.HasVoltage(high)
            && (frequency is not { } hertz || rule.HasFrequency(hertz));
        if (IsInService) return;
        var calmFor = HeldFor(ref calmSince, isCalm, at);
        if (calmSince == 0 || calmFor < rule.Delay.Ticks) return;
        (IsInService, InServiceSince) = (true, meter.TakenAt);
    }

    /// <summary>The meter has been silent for so long that the grid may have been lost meanwhile.</summary>
    internal void Forget()
    {
        StopTimers();
        (IsInService, IsLost, IsBeyond) = (false, false, false);
    }

    private void TakeBeyond(double low, double high, double? hertz, long at, UtilityProfile profile)
    {
        var first = 0;
        // Without a frequency neither curve is judged: its timers stop.
        var isBeyond = Judge(profile.UnderVoltage, low, -1, VoltageMargin, at, ref first);
        isBeyond |= Judge(profile.OverVoltage, high, 1, VoltageMargin, at, ref first);
        isBeyond |= Judge(profile.UnderFrequency, hertz ?? double.NaN, -1, FrequencyMargin, at, ref first);
        isBeyond |= Judge(profile.OverFrequency, hertz ?? double.NaN, 1, FrequencyMargin, at, ref first);
        if (isBeyond && !IsBeyond) BeyondSince = new(at - 1);
        IsBeyond = isBeyond;
    }

    private bool Judge(in TripCurve curve, double value, int outward, double margin, long at, ref int first)
    {
        var isBeyond = false;
        foreach (var corner in curve.Corners)
        {
            var isPast = (value - corner.Level) * outward > margin;
            var held = HeldFor(ref beyond[first++], isPast, at);
            var allowed = corner.Seconds + TimeMargin(corner.Seconds);
            isBeyond |= isPast && held >= (long)(allowed * TimeSpan.TicksPerSecond);
            // The margin turned inward: from there on the inverter may already see a disturbance.
            if ((value - corner.Level) * outward > -margin) disturbedAt = at;
        }
        return isBeyond;
    }

    /// <summary>By how much a time is taken longer: the inverter's clock, the meter's filter, and being told.</summary>
    public static double TimeMargin(double seconds) => seconds switch { <= 2 => 1, <= 60 => 2, _ => 5 };

    // By then a reading of the EVSE has come that is younger than the moment at which its inverter had to be gone.
    private static TimeSpan SeenAfter(SiteLimits site) =>
        TimeSpan.FromSeconds(1) + 2 * (site.EvseTiming.Refresh + site.EvseTiming.Period);

    private static (double Low, double High) VoltageOf(in MeterReading meter, SiteLimits site)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var leg = 0; leg < site.Legs; leg++)
        {
            if (site.EvseShare(leg) <= 0) continue;
            var percent = meter.LegVoltage[leg].Value / site.NominalLegVoltage.Value * 100;
            (low, high) = (Math.Min(low, percent), Math.Max(high, percent));
        }
        return (low, high);
    }

    // Ticks for which a condition has held, up to this reading; its timer is stopped while it does not.
    private static long HeldFor(ref long since, bool holds, long at)
    {
        if (!holds) since = 0;
        else if (since == 0) since = at;
        return since == 0 ? 0 : at - since;
    }

    private void StopTimers()
    {
        beyond = default;
        (lostSince, calmSince) = (0, 0);
    }

    [InlineArray(4 * UtilityProfile.MostCorners)]
    private struct Timers : IEquatable<Timers>
    {
        private long first;

        public readonly bool Equals(Timers other) => ((ReadOnlySpan<long>)this).SequenceEqual(other);
        public override readonly bool Equals(object? obj) => obj is Timers other && Equals(other);
        public override readonly int GetHashCode() => first.GetHashCode();
    }
}
