using System.Diagnostics.CodeAnalysis;
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
    private const double MaxVoltageShare = 1.6;
    private const double MaxTimesBreaker = 10;
    private const double MaxDcVolts = 1500;
    private const double MaxDcAmperes = 1000;
    private const double MaxDeviceWatts = 1e6;
    private const double CoolestCelsius = -40;
    private const double HottestCelsius = 150;

    private Held<MeterReading> meter;
    private Held<EvseReading> evse;
    private Held<LinesReading> lines;

    /// <summary>Monotonic time of the step.</summary>
    public TimeSpan Now { get; internal set; }

    /// <summary>The loop missed so many deadlines that it no longer vouches for itself.</summary>
    public bool IsLoopLate { get; internal set; }
    /// <summary>What is to be kept across a restart cannot be stored.</summary>
    public bool IsStoreFailing { get; internal set; }

    /// <summary>Last good reading of the meter at the point of common coupling.</summary>
    public readonly Reading<MeterReading> Meter => meter.Reading;
    /// <summary>Last good reading of EVSE and car.</summary>
    public readonly Reading<EvseReading> Evse => evse.Reading;
    /// <summary>Last reading of the digital lines.</summary>
    public readonly Reading<LinesReading> Lines => lines.Reading;

    /// <summary>What the meter said last; ask <see cref="HearsMeter"/> first.</summary>
    [UnscopedRef]
    internal readonly ref readonly Held<MeterReading> LastMeter => ref meter;
    /// <summary>What the EVSE said last; ask <see cref="HearsEvse"/> first.</summary>
    [UnscopedRef]
    internal readonly ref readonly Held<EvseReading> LastEvse => ref evse;

    /// <summary>The meter has been heard within its maximum age.</summary>
    public readonly bool HearsMeter(SiteLimits site) => meter.IsWithin(site.MeterTiming.MaxAge, Now);
    /// <summary>The EVSE has been heard within its maximum age.</summary>
    public readonly bool HearsEvse(SiteLimits site) => evse.IsWithin(site.EvseTiming.MaxAge, Now);
    /// <summary>The lines were ever read.</summary>
    public readonly bool HasHeardLines => lines.Sequence != 0;
    /// <summary>The lines as far as they are known now.</summary>
    public readonly LinesReading? KnownLines(SiteLimits site) =>
        lines.IsWithin(site.LinesMaxAge, Now) ? lines.Said : null;

    /// <summary>
    /// Takes in a new and good reading of the meter; says whether there is one, and whether it is the last one again,
    /// in every value.
    /// </summary>
    internal bool TakeMeter(in Reading<MeterReading> reading, SiteLimits site, out bool isSame)
    {
        ref readonly var said = ref meter.NewIn(reading, Now, out var isNew);
        isSame = false;
        if (!isNew || !IsPlausible(said, site)) return false;
        isSame = meter.Sequence != 0 && said == meter.Said;
        meter.Keep(said, reading);
        return true;
    }

    /// <summary>
    /// The same of the EVSE. A state of charge or a temperature that cannot be is one that was not said: a sensor that
    /// is open or short shows one end of its scale.
    /// </summary>
    internal bool TakeEvse(in Reading<EvseReading> reading, SiteLimits site)
    {
        ref readonly var said = ref evse.NewIn(reading, Now, out var isNew);
        if (!isNew || !IsPlausible(said, site)) return false;
        var hasSoc = said.VehicleSoc is null or { Percent: >= 0 and <= 100 };
        if (hasSoc && IsTold(said.StageTemperature) && IsTold(said.OutletTemperature))
            evse.Keep(said, reading);
        else
            evse.Keep(said with
            {
                VehicleSoc = hasSoc ? said.VehicleSoc : null,
                StageTemperature = IsTold(said.StageTemperature) ? said.StageTemperature : null,
                OutletTemperature = IsTold(said.OutletTemperature) ? said.OutletTemperature : null,
            }, reading);
        return true;
    }

    /// <summary>The same of the lines.</summary>
    internal void TakeLines(in Reading<LinesReading> reading)
    {
        ref readonly var said = ref lines.NewIn(reading, Now, out var isNew);
        if (isNew) lines.Keep(said, reading);
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
            // None at all is a lost grid, which must be seen and not be taken for a silent meter.
            if (!(volts >= 0 && volts <= MaxVoltageShare * nominal)) return false;
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
            && IsWithin(evse.VehicleCharge, MaxDeviceWatts) && IsWithin(evse.VehicleDischarge, MaxDeviceWatts)
            && IsWithin(evse.InverterCharge, MaxDeviceWatts) && IsWithin(evse.InverterDischarge, MaxDeviceWatts);
    }

    private static bool IsTold(Celsius? temperature) =>
        temperature is null or { Value: >= CoolestCelsius and <= HottestCelsius };

    // Of what the inverter does not tell, nothing is wrong.
    private static bool IsWithin(Watts? power, double most) => power is not { } told || IsWithin(told, most);

    // False for NaN.
    private static bool IsWithin(Watts power, double most) => Math.Abs(power.Value) <= most;
}
