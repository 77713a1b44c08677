using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>
/// Works out again, from the good readings of a story and the formulas of design §6, what may be done at most: whole
/// lists instead of rings, seconds instead of ticks, none of the controller's code and none of its extra margins. The
/// controller may allow less, never more.
/// </summary>
internal sealed class Oracle(SiteLimits site)
{
    // How long it takes a set to grow over any that could have been taken instead of it.
    private const double Unsure = 2;

    private readonly record struct Band(double Low, double High);
    private readonly record struct Sample(double At, double Low, double High);

    private readonly List<Sample> evsePower = [];
    private readonly List<(double At, double Charge, double Discharge)> recent = [];
    private Reading<MeterReading>? meter;
    private Reading<EvseReading>? evse;
    private Band[] held = [];
    private Band[] next = [];
    private Band[]? settled;
    private double unsureUntil;
    private double settledAt;
    private bool isSettled;
    private bool isReserved, isFull;
    private double? clearOfReserveSince;
    private double given;
    private bool isSpent;
    private double? felt;
    private TimeSpan? heardHeatAt;

    /// <summary>What the grid operator leaves.</summary>
    public OperatorOracle Operator { get; } = new(site);

    private double Refresh => site.MeterTiming.Refresh.TotalSeconds;

    // By how much the controller's sets are wider at most: its ramp's range, and growth over the meter's own time. Sets
    // that are apart by less may be apart for one and not for the other.
    private double Margin => 100
        + 2 * site.RampWattsPerSecond * (Refresh + site.EvseTiming.Refresh.TotalSeconds)
        + 2 * site.HouseSlewWattsPerSecond * (Refresh + 0.05);

    /// <summary>An oracle that has seen what a warm start saw.</summary>
    public static Oracle For(Case told)
    {
        var oracle = new Oracle(Homes.All[told.Site]);
        if (told.Has(Trouble.ColdStart)) return oracle;
        foreach (var seen in Homes.Warm[told.Site].Tail) {
            oracle.Operator.See(seen);
            oracle.Allows(seen.Now, seen.Meter, seen.Evse);
        }
        return oracle;
    }

    /// <summary>Most charge (≥ 0) and most discharge (≤ 0) after this step's good readings.</summary>
    public (double Charge, double Discharge) Allows(
        TimeSpan at, Reading<MeterReading>? newMeter, Reading<EvseReading>? newEvse)
    {
        var now = at.TotalSeconds;
        if (newEvse is { } news && news.Within(TimeSpan.MaxValue, at) is { } said)
        {
            if (evse is { } last && last.Within(TimeSpan.MaxValue, at) is { } before)
            {
                // A little less than was given: a sum of many small numbers may differ in its last digits.
                var gap = Math.Min(
                    (news.TakenAt - last.TakenAt).TotalSeconds,
                    (site.EvseTiming.MaxAge + site.EvseTiming.StopTime).TotalSeconds);
                given += Math.Max(0, -Math.Min(before.PowerLow.Value, said.PowerLow.Value)) * gap / 3600.001;
                isSpent |= given >= site.DailyDischarge?.Value;
            }
            evse = news;
            if (site.StageDerate is { } derate && said.StageTemperature is { } told)
            {
                var lowest = told.Value;
                felt = Math.Clamp(felt ?? lowest, lowest, lowest + derate.RestoreKelvin);
                heardHeatAt = news.TakenAt;
            }
            if (evsePower.Count > 100) evsePower.RemoveRange(0, 50);
            evsePower.Add(new(news.TakenAt.TotalSeconds, said.PowerLow.Value, said.PowerHigh.Value));
            if (meter is not null && !isSettled) Place(at);
        }
        if (newMeter is not null)
        {
            if (meter is not null && isSettled) (settled, settledAt) = (next, meter.Value.TakenAt.TotalSeconds);
            meter = newMeter;
            Place(at);
        }
        Remember(at);

        var (charge, discharge) = Devices(at);
        var (import, export) = Caps(now);
        (charge, discharge) = (Math.Min(charge, import), Math.Max(discharge, -export));
        recent.Add((now, charge, discharge));
        var hold = site.WideningHold.TotalSeconds;
        recent.RemoveAll(then => then.At < now - hold);
        return (recent.Min(then => then.Charge), recent.Max(then => then.Discharge));
    }

    private (double Charge, double Discharge) Devices(TimeSpan at)
    {
        if (evse is not { } reading || reading.Within(site.EvseTiming.MaxAge, at) is not { } said) return (0, 0);
        var (into, outOf) = Conductors(at);
        var charge = Math.Min(Math.Min(site.EvseChargeRating.Value, into),
            Math.Min(said.StageCharge.Value, said.VehicleCharge.Value));
        var discharge = -Math.Min(Math.Min(site.EvseDischargeRating.Value, outOf),
            Math.Min(-said.StageDischarge.Value, -said.VehicleDischarge.Value));
        charge = Math.Min(charge, said.InverterCharge?.Value ?? charge);
        discharge = Math.Max(discharge, said.InverterDischarge?.Value ?? discharge);
        if (site.StageDerate is { } derate)
        {
            var span = derate.Zero.Value - derate.From.Value;
            var share = felt is { } degrees ? (derate.Zero.Value - degrees) / span : 1;
            if (!(at - heardHeatAt <= derate.UnknownAfter)) share = Math.Min(share, derate.UnknownShare);
            charge = Math.Min(charge, site.EvseChargeRating.Value * Math.Clamp(share, 0, 1));
            discharge = Math.Max(discharge, -site.EvseDischargeRating.Value * Math.Clamp(share, 0, 1));
        }
        if (isFull) charge = 0;
        if (isReserved || said.VehicleSoc is null || isSpent) discharge = 0;
        return (Math.Max(0, charge), Math.Min(0, discharge));
    }

    // Amperes per leg that conductors and breakers carry each way, times the lowest voltage of the EVSE's legs.
    private (double Charge, double Discharge) Conductors(TimeSpan at)
    {
        var breaker = site.EvseBreaker.Value * site.BreakerContinuousShare;
        var (into, outOf) = (breaker, breaker);
        if (site.Cable is { } cable) (into, outOf) = (Math.Min(into, cable.Value), Math.Min(outOf, cable.Value));
        if (site.Feeder is { } feeder)
        {
            var carries = feeder.Breaker.Value * site.BreakerContinuousShare;
            into = Math.Min(into, carries - feeder.Loads.Value);
            outOf = Math.Min(outOf, carries - feeder.Sources.Value);
        }
        if (site.Busbar is { } busbar)
            outOf = Math.Min(outOf, (busbar.Rating.Value * busbar.Share - site.MainBreaker.Value) / busbar.SourceFactor
                - busbar.OtherSources.Value);
        var volts = site.NominalLegVoltage.Value;
        if (meter?.Within(site.MeterTiming.MaxAge, at) is null) volts *= 0.9;
        if (meter?.Within(TimeSpan.MaxValue, at) is { } seen)
            for (var leg = 0; leg < site.Legs; leg++)
                if (site.EvseShare(leg) != 0) volts = Math.Min(volts, seen.LegVoltage[leg].Value);
        // A dip of seconds is no voltage that a breaker's current is reckoned with.
        volts = Math.Max(volts, 0.8 * site.NominalLegVoltage.Value);
        return (into * volts * site.EvseLegs, outOf * volts * site.EvseLegs);
    }

    private void Remember(TimeSpan at)
    {
        var soc = evse is { } reading ? reading.Within(site.EvseTiming.MaxAge, at)?.VehicleSoc?.Percent : null;
        if (soc is not { } percent)
        {
            clearOfReserveSince = null;
            return;
        }
        if (percent <= site.Reserve.Percent) isReserved = true;
        if (percent < site.Reserve.Percent + 2) clearOfReserveSince = null;
        else clearOfReserveSince ??= at.TotalSeconds;
        if (isReserved && at.TotalSeconds - clearOfReserveSince >= 60) isReserved = false;
        if (percent >= site.UpperSoc.Percent) isFull = true;
        else if (percent <= site.UpperSoc.Percent - 1) isFull = false;
    }

    private void Place(TimeSpan at)
    {
        var reading = meter!.Value.Within(TimeSpan.MaxValue, at)!.Value;
        var taken = meter.Value.TakenAt.TotalSeconds;
        var (from, to) = (taken - Refresh, taken + site.EvseTiming.Refresh.TotalSeconds);
        isSettled = evsePower.Count > 0 && evsePower[^1].At >= to;
        var power = Range(from, to);
        held = new Band[site.Legs + 1];
        next = new Band[site.Legs + 1];
        var measured = new Band[site.Legs + 1];
        for (var i = 0; i < held.Length; i++)
        {
            var (seen, flows, part) = i < site.Legs
                ? (reading.LegPower[i].Value, site.EvseShare(i), 1.0 / site.Legs)
                : (reading.Power.Value, 1, 1);
            var error = site.MeterError.Value * part;
            var band = measured[i] = new(seen - flows * power.High - error, seen - flows * power.Low + error);
            if (settled is not null)
            {
                var grown = site.HouseSlewWattsPerSecond * part * (taken - settledAt);
                var (low, high) = (settled[i].Low - grown, settled[i].High + grown);
                var gap = Math.Max(low - band.High, band.Low - high);
                if (gap > 0 && gap <= Margin) unsureUntil = taken + Unsure;
                if (gap <= 0) band = new(Math.Max(low, band.Low), Math.Min(high, band.High));
            }
            held[i] = next[i] = band;
        }
        if (taken >= unsureUntil) return;
        // Either set may have been taken, or what is in both: only what each of them leaves open is known.
        for (var i = 0; i < held.Length; i++)
            (held[i], next[i]) = (new(measured[i].High + Margin, measured[i].Low - Margin), measured[i]);
    }

    private Band Range(double from, double to)
    {
        if (evsePower.Count == 0) return new(-site.EvseDischargeRating.Value, site.EvseChargeRating.Value);
        var inside = evsePower.Where(sample => sample.At >= from && sample.At <= to).Append(At(from)).Append(At(to))
            .ToList();
        return new(inside.Min(sample => sample.Low), inside.Max(sample => sample.High));
    }

    private Sample At(double time)
    {
        var after = evsePower.FindIndex(sample => sample.At >= time);
        if (after < 0) return evsePower[^1];
        if (after == 0) return evsePower[0];
        var (a, b) = (evsePower[after - 1], evsePower[after]);
        var share = (time - a.At) / (b.At - a.At);
        return new(time, a.Low + share * (b.Low - a.Low), a.High + share * (b.High - a.High));
    }

    private (double Charge, double Discharge) Caps(double now)
    {
        var age = meter is { } last ? now - last.TakenAt.TotalSeconds + Refresh : double.PositiveInfinity;
        var growth = age >= 3 ? double.PositiveInfinity
            : site.HouseSlewWattsPerSecond * Math.Max(0, age - Math.Min(site.MeterTiming.Period.TotalSeconds, 1));
        var (charge, discharge, carried) = (double.PositiveInfinity, double.PositiveInfinity, 0.0);
        for (var leg = 0; leg < site.Legs; leg++)
        {
            var carries = Carries(leg, now);
            carried += carries;
            if (site.EvseShare(leg) == 0) continue;
            var band = Grown(leg, growth, 1.0 / site.Legs);
            charge = Math.Min(charge, (carries - band.High) / site.EvseShare(leg));
            band = new(band.Low - Operator.Absorbs / site.Legs, band.High);
            discharge = Math.Min(discharge, (carries + band.Low) / site.EvseShare(leg));
            if (site.ImportLegCap is { } most)
                charge = Math.Min(charge, (most.Value * site.CapAim - band.High) / site.EvseShare(leg));
            if (site.ExportLegCap is { } least)
                discharge = Math.Min(discharge, (least.Value * site.CapAim + band.Low) / site.EvseShare(leg));
        }
        var total = Grown(site.Legs, growth, 1);
        total = new(total.Low - Operator.Absorbs, total.High);
        charge = Math.Min(charge, carried - total.High);
        discharge = Math.Min(discharge, carried + total.Low);
        if (site.ImportCap is { } import) charge = Math.Min(charge, import.Value * site.CapAim - total.High);
        if (site.ExportCap is { } export) discharge = Math.Min(discharge, export.Value * site.CapAim + total.Low);
        var (into, outOf) = Operator.Caps(now);
        var (beside, under) = site.GridOperator?.IsOfSite == true ? (total, site.CapAim) : (default, 1);
        charge = Math.Min(charge, into * under - beside.High);
        discharge = Math.Min(discharge, outOf * under + beside.Low);
        return (Math.Max(0, charge), age >= 3 ? 0 : Math.Max(0, discharge));
    }

    private Band Grown(int band, double growth, double part)
    {
        var (low, high) = (-site.SourcesMax.Value * part, site.HouseLoadMax.Value * part);
        if (meter is null) return new(low, high);
        return new(Math.Min(held[band].Low, Math.Max(held[band].Low - growth * part, low)),
            Math.Max(held[band].High, Math.Min(held[band].High + growth * part, high)));
    }

    private double Carries(int leg, double now)
    {
        var most = site.MainBreaker.Value * site.BreakerContinuousShare;
        if (meter is not { } reading
            || reading.Within(TimeSpan.MaxValue, TimeSpan.FromSeconds(now + 1)) is not { } seen)
            return most * site.NominalLegVoltage.Value * site.CapAim;
        var volts = seen.LegVoltage[leg].Value;
        var active = seen.LegPower[leg].Value / volts;
        var reactive = Math.Max(0, Math.Pow(seen.LegCurrent[leg].Value, 2) - active * active);
        return volts * Math.Sqrt(Math.Max(0, most * most - reactive)) * site.CapAim;
    }
}
