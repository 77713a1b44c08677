using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// What no house does from one sample to the next: the active power leaps and the current stays. And what no meter can
/// show: more active power than volts times amperes. Both need a time, because a spike is one sample.
/// </summary>
internal record struct MeterLeaps
{
    // Active power may be above V times A by the error of either, and by what the two are apart in time.
    private const double Above = 1.15;
    private const double OfBreaker = 0.05;
    private const double LeastVoltAmperes = 1000;
    private const double SameCurrent = 0.15;
    private const double Much = 0.5;
    private const double Little = 0.1;

    private float lastPower;
    private float lastActive;
    private float lastVoltAmperes;
    private long lostSince;
    private long lastAt;
    private float impossibleFor;

    /// <summary>More active power than volts times amperes for its time.</summary>
    public readonly bool IsImpossible => impossibleFor >= MeterWatch.ImpossibleFor.TotalSeconds;
    /// <summary>The active power went from one sample to the next while the current stayed, and has not come back for
    /// as long: another unit.</summary>
    public readonly bool HasLost => lostSince != 0 && lastAt - lostSince >= MeterWatch.ImpossibleFor.Ticks;

    /// <summary>Takes in a sample; true when it is a cause to ask the meter.</summary>
    public bool See(in MeterReading meter, SiteLimits site, TimeSpan now)
    {
        var (power, sum, voltAmperes, isImpossible) = (0.0, 0.0, 0.0, false);
        var slack = OfBreaker * site.MainBreaker.Value * site.NominalLegVoltage.Value + site.MeterError.Value;
        for (var leg = 0; leg < site.Legs; leg++)
        {
            var apparent = Math.Abs(meter.LegVoltage[leg].Value * meter.LegCurrent[leg].Value);
            var active = meter.LegPower[leg].Value;
            isImpossible |= Math.Abs(active) > Above * apparent + slack;
            (power, sum, voltAmperes) = (power + active, sum + Math.Abs(active), voltAmperes + apparent);
        }
        var at = now.Ticks + 1;
        var passed = lastAt == 0 ? 0 : (float)Math.Min(0.2, TimeSpan.FromTicks(at - lastAt).TotalSeconds);
        impossibleFor = isImpossible ? impossibleFor + passed : Math.Max(0, impossibleFor - passed / 2);
        var isLeap = lastVoltAmperes >= LeastVoltAmperes
            && Math.Abs(voltAmperes - lastVoltAmperes) <= SameCurrent * lastVoltAmperes;
        var wasMuch = lastActive >= Much * lastVoltAmperes;
        var isLittle = sum < Little * voltAmperes;
        if (!isLittle) lostSince = 0;
        else if (isLeap && wasMuch) lostSince = at;
        var isTurned = isLeap && Math.Sign(power) == -Math.Sign(lastPower)
            && Math.Min(Math.Abs(power), Math.Abs(lastPower)) >= Much * voltAmperes;
        (lastPower, lastActive, lastVoltAmperes, lastAt) = ((float)power, (float)sum, (float)voltAmperes, at);
        return isTurned;
    }
}
