using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>How the devices tell of the home.</summary>
internal sealed partial class Story
{
    private Reading<MeterReading> rawMeter, cleanMeter;
    private Reading<EvseReading> rawEvse, cleanEvse;
    private Reading<LinesReading> toldLines;
    private MeterReading lastMeter;
    private double gridShare = 1;
    private TimeSpan outageUntil;

    private void Tell()
    {
        (NewMeter, NewEvse) = (null, null);
        if (Restarts)
        {
            // A process that starts again begins with readings of its own.
            TellAll();
            return;
        }
        if (told.Has(Trouble.Outages) && dice.Chance(0.003))
            {
            gridShare = dice.OneOf(0.04, 0.45, 0.7, 1.25);
            outageUntil = Now + TimeSpan.FromSeconds(dice.Between(0.3, 5));
        }
        if (Now >= outageUntil) gridShare = 1;
        if (IsHeard(ref meterSilentUntil)) TellMeter();
        if (cleanEvse.Sequence == 0 || Now - cleanEvse.TakenAt >= LeastEvsePeriod)
            if (IsHeard(ref evseSilentUntil)) TellEvse();
        if (IsHeard(ref linesSilentUntil)) toldLines = new(lines, Now, ++sequence);
        Show();
    }

    private void TellAll()
    {
        (lastMeter, var evse) = (Lied(Measured()), car.Reading());
        rawMeter = cleanMeter = new(lastMeter, Now, ++sequence);
        rawEvse = cleanEvse = new(evse, Now, sequence);
        toldLines = new(lines, Now, sequence);
        (NewMeter, NewEvse) = (cleanMeter, cleanEvse);
        Show();
    }

    private void Show()
    {
        Raw = new(Now, rawMeter, rawEvse, toldLines)
        {
            IsLoopLate = isLate, IsStoreFailing = isDiskFull, GridOperator = rawSignal,
            HomeBattery = rawBattery, Departure = rawDeparture,
        };
        Clean = Raw with
        {
            Meter = cleanMeter, Evse = cleanEvse, GridOperator = cleanSignal, HomeBattery = cleanBattery,
            Departure = cleanDeparture,
        };
    }

    private bool IsHeard(ref TimeSpan silentUntil)
    {
        if (!told.Has(Trouble.Drops)) return true;
        if (dice.Chance(0.01)) silentUntil = Now + TimeSpan.FromSeconds(dice.Between(0.2, 5));
        return Now >= silentUntil && !dice.Chance(0.2);
    }

    private void TellMeter()
    {
        if (told.Has(Trouble.Freezes) && dice.Chance(0.01))
            frozenUntil = Now + TimeSpan.FromSeconds(dice.Between(0.5, 3));
        if (Now >= frozenUntil && lie != 4) lastMeter = Lied(Measured());
        var reading = lastMeter;
        if (told.Has(Trouble.Spikes) && dice.Chance(0.02)) reading = Shifted(reading, dice.OneOf(-9000, 9000));
        sequence++;
        if (told.Has(Trouble.Nonsense) && dice.Chance(0.05))
            rawMeter = new(Spoiled(reading), Now, sequence);
        else if (told.Has(Trouble.Disorder) && dice.Chance(0.05) && cleanMeter.Sequence != 0)
            rawMeter = new(reading, OutOfOrder(cleanMeter.TakenAt), sequence);
        else
            NewMeter = rawMeter = cleanMeter = new(reading, Latest(cleanMeter.TakenAt), sequence);
    }

    private void TellEvse()
    {
        var reading = car.Reading();
        sequence++;
        if (told.Has(Trouble.Nonsense) && dice.Chance(0.05))
            rawEvse = new(Spoiled(reading), Now, sequence);
        else if (told.Has(Trouble.Disorder) && dice.Chance(0.05) && cleanEvse.Sequence != 0)
            rawEvse = new(reading, OutOfOrder(cleanEvse.TakenAt), sequence);
        else
        {
            var taken = Latest(cleanEvse.TakenAt);
            NewEvse = rawEvse = cleanEvse = new(reading, taken, sequence);
            if (!told.Has(Trouble.Nonsense) || !dice.Chance(0.05)) return;
            rawEvse = new(reading with
            {
                VehicleSoc = new(dice.OneOf(double.NaN, -1, 101)),
                StageTemperature = new(dice.OneOf(double.NaN, -100, 500)),
            }, taken, sequence);
            NewEvse = cleanEvse = new(reading with { VehicleSoc = null, StageTemperature = null }, taken, sequence);
        }
    }

    private TimeSpan Latest(TimeSpan last)
    {
        var taken = Now - TimeSpan.FromTicks((long)(dice.Between(0, 30) * TimeSpan.TicksPerMillisecond));
        return taken > last ? taken : Now;
    }

    private TimeSpan OutOfOrder(TimeSpan last) => dice.OneOf(
        Now + 1.Hours, last - TimeSpan.FromTicks(1), last - TimeSpan.FromSeconds(dice.Between(0.01, 2)),
        TimeSpan.MinValue, TimeSpan.MaxValue);

    private MeterReading Measured()
    {
        double Leg(int leg) => leg < site.Legs ? house[leg] + car.Power * site.EvseShare(leg) : 0;
        var power = new PerLeg<Watts>(new(Leg(0)), new(Leg(1)), new(Leg(2)));
        var volts = new PerLeg<Volts>(AnyVolts(), AnyVolts(), AnyVolts());
        Amperes Current(int leg) => leg < site.Legs
            ? Amperes.Abs(power[leg] / volts[leg]) * (1.02 * Math.Min(gridShare, 1))
            : default;
        return new(power.L1 + power.L2 + power.L3, power, volts, new(Current(0), Current(1), Current(2)), null);
    }

    private MeterReading Lied(in MeterReading seen)
    {
        var legs = seen.LegPower;
        PerLeg<Watts> shown = lie switch
        {
            1 => new(-legs.L1, -legs.L2, -legs.L3),
            2 => new(legs.L2, legs.L1, legs.L3),
            3 => new(legs.L1 * 0.5, legs.L2 * 0.5, legs.L3 * 0.5),
            _ => legs,
        };
        return seen with { LegPower = shown, Power = shown.L1 + shown.L2 + shown.L3 };
    }

    private Volts AnyVolts() => new(site.NominalLegVoltage.Value * gridShare * dice.Between(0.97, 1.03));

    private static MeterReading Shifted(in MeterReading reading, double by) => reading with
    {
        Power = reading.Power + new Watts(by),
        LegPower = reading.LegPower with { L1 = reading.LegPower.L1 + new Watts(by) },
    };

    private MeterReading Spoiled(in MeterReading reading)
    {
        var wrong = dice.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e9, -1e9);
        return dice.Below(4) switch
        {
            0 => reading with { Power = new(wrong) },
            1 => reading with { LegPower = reading.LegPower with { L1 = new(wrong) } },
            2 => reading with { LegVoltage = reading.LegVoltage with { L1 = new(dice.OneOf(wrong, -1, -120)) } },
            _ => reading with { LegCurrent = reading.LegCurrent with { L1 = new(wrong) } },
        };
    }

    private EvseReading Spoiled(in EvseReading reading)
    {
        var wrong = dice.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e9, -1e9);
        return dice.Below(6) switch
        {
            0 => reading with { Power = new(wrong) },
            1 => reading with { PowerLow = reading.PowerHigh + new Watts(1) },
            2 => reading with { StageCharge = new(wrong) },
            3 => reading with { VehicleDischarge = new(wrong) },
            4 => reading with { DcVoltage = new(wrong) },
            _ => reading with { DcCurrent = new(wrong) },
        };
    }
}
