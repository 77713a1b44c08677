using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// The last good reading of each source. One with NaN, infinity or a value that cannot be, one that is older than what
/// is held, and one from the future are as if they had never come: the held one goes on ageing.
/// </summary>
public record struct Inputs
{
    // Beyond these a register was read wrong; nothing in a home gets there.
    private const double MaxTimesRating = 3;
    private const double MinVoltageShare = 0.3;
    private const double MaxVoltageShare = 1.6;
    private const double MaxTimesBreaker = 10;
    private const double MaxDcVolts = 1500;
    private const double MaxDcAmperes = 1000;
    private const double MaxDeviceWatts = 1e6;

    /// <summary>Meter at the point of common coupling.</summary>
    public Reading<MeterReading> Meter;
    /// <summary>EVSE and car.</summary>
    public Reading<EvseReading> Evse;
    /// <summary>Digital lines.</summary>
    public Reading<LinesReading> Lines;

    /// <summary>Takes in a new and good reading of the meter; says whether there is one.</summary>
    internal bool TakeMeter(in Snapshot raw, TimeSpan now, SiteLimits site)
    {
        if (!IsNewer(raw.Meter, Meter, now)) return false;
        if (raw.Meter.Within(TimeSpan.MaxValue, now) is not { } said || !IsPlausible(said, site)) return false;
        Meter = raw.Meter;
        return true;
    }

    /// <summary>
    /// The same of the EVSE, and the power that it says. A state of charge that cannot be is one that was not said.
    /// </summary>
    internal bool TakeEvse(in Snapshot raw, TimeSpan now, SiteLimits site, out Interval power)
    {
        power = default;
        if (!IsNewer(raw.Evse, Evse, now)) return false;
        if (raw.Evse.Within(TimeSpan.MaxValue, now) is not { } said || !IsPlausible(said, site)) return false;
        power = new(said.PowerLow.Value, said.PowerHigh.Value);
        Evse = said.VehicleSoc is { Percent: not (>= 0 and <= 100) }
            ? new(said with { VehicleSoc = null }, raw.Evse.TakenAt, raw.Evse.Sequence)
            : raw.Evse;
        return true;
    }

    /// <summary>The same of the lines.</summary>
    internal void TakeLines(in Snapshot raw, TimeSpan now)
    {
        if (IsNewer(raw.Lines, Lines, now)) Lines = raw.Lines;
    }

    /// <summary>The process image that the rules see.</summary>
    internal readonly Snapshot Seen(in Snapshot raw, TimeSpan now) => new(now, Meter, raw.Inverter, Evse, Lines);

    private static bool IsNewer<T>(in Reading<T> reading, in Reading<T> held, TimeSpan now) where T : unmanaged
    {
        if (reading.Sequence == 0 || reading.TakenAt < TimeSpan.Zero || reading.TakenAt > now) return false;
        return held.Sequence == 0 || (reading.Sequence != held.Sequence && reading.TakenAt >= held.TakenAt);
    }

    private static bool IsPlausible(in MeterReading meter, SiteLimits site)
    {
        var nominal = site.NominalLegVoltage.Value;
        var mostCurrent = MaxTimesBreaker * site.MainBreaker.Value + 100;
        var mostPower = mostCurrent * nominal * MaxVoltageShare;
        if (meter.Frequency is { } frequency && !double.IsFinite(frequency.Value)) return false;
        for (var leg = 0; leg < site.Legs; leg++)
        {
            var volts = meter.LegVoltage[leg].Value;
            if (!(volts >= MinVoltageShare * nominal && volts <= MaxVoltageShare * nominal)) return false;
            if (!(Math.Abs(meter.LegCurrent[leg].Value) <= mostCurrent)) return false;
            if (!(Math.Abs(meter.LegPower[leg].Value) <= mostPower)) return false;
        }
        return Math.Abs(meter.Power.Value) <= mostPower * site.Legs;
    }

    private static bool IsPlausible(in EvseReading evse, SiteLimits site)
    {
        var most = MaxTimesRating * (Math.Max(site.EvseChargeRating.Value, site.EvseDischargeRating.Value) + 1000);
        return IsWithin(evse.Power, most) && IsWithin(evse.PowerLow, most) && IsWithin(evse.PowerHigh, most)
            && evse.PowerLow <= evse.PowerHigh
            && Math.Abs(evse.DcVoltage.Value) <= MaxDcVolts && Math.Abs(evse.DcCurrent.Value) <= MaxDcAmperes
            && IsWithin(evse.StageCharge, MaxDeviceWatts) && IsWithin(evse.StageDischarge, MaxDeviceWatts)
            && IsWithin(evse.VehicleCharge, MaxDeviceWatts) && IsWithin(evse.VehicleDischarge, MaxDeviceWatts);
    }

    // False for NaN.
    private static bool IsWithin(Watts power, double most) => Math.Abs(power.Value) <= most;
}
