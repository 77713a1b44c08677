using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>What a step's inputs say, worked out once. Everything that is not known reads as the unsafe
/// answer.</summary>
[SkipLocalsInit]
internal readonly record struct SessionFacts
{
    /// <summary>Opening a contactor above this burns it (c.4 S2).</summary>
    public static readonly Amperes OpenableCurrent = new(5);
    /// <summary>Current that counts as flowing.</summary>
    public static readonly Amperes FlowingCurrent = new(1);
    /// <summary>Unlocking needs less (c.4 S4).</summary>
    public static readonly Volts SafeToTouch = new(10);
    /// <summary>On a pulled plug no more than this may be left after a second (c.6).</summary>
    public static readonly Volts Dangerous = new(60);
    /// <summary>The insulation test is over below this (c.4 step 5).</summary>
    public static readonly Volts TestOver = new(20);

    public SessionFacts(in SessionInputs seen, in SessionState before, ChademoSettings settings)
    {
        var times = settings.Times;
        Stage = seen.Stage.Within(times.StageSilence, seen.Now);
        Request = seen.Car.Request.Within(times.CarSilence, seen.Now);
        Limits = seen.Car.Limits.Within(times.CarSilence, seen.Now);
        Discharge = seen.Car.Discharge.Within(times.CarSilence, seen.Now);
        Voltage = Stage?.Voltage;
        Current = Stage?.Current;
        Available = settings.AvailableVoltage;
        Requested = Request is { } request ? RequestedIn(request, seen, times) : Amperes.Zero;
        CanDischarge = settings.MaxDischargeCurrent > Amperes.Zero && before.PermittedAt is not null
            && Request is { } r && (r.Status & CarStatus.DischargeCompatible) != 0
            && Discharge is { } d && d.MaxCurrent > Amperes.Zero;
        IsCompatible = Request is { } car && Limits is { } limits
            && car.TargetVoltage.Value > 0
            && car.TargetVoltage <= limits.MaxVoltage && car.TargetVoltage <= settings.AvailableVoltage
            && limits.MaxVoltage >= settings.MinVoltage;
    }

    public StageReading? Stage { get; }
    public CarRequest? Request { get; }
    public CarLimits? Limits { get; }
    public CarDischarge? Discharge { get; }
    public Volts? Voltage { get; }
    public Amperes? Current { get; }
    /// <summary>102.3, or 110.1–2 when 102.3 says so; 0 when not known.</summary>
    public Amperes Requested { get; }
    /// <summary>Both sides say discharge, and the car's allowance is above 0.</summary>
    public bool CanDischarge { get; }
    /// <summary>The car's voltages are plausible and fit this charger.</summary>
    public bool IsCompatible { get; }
    private Volts Available { get; }

    /// <summary>108.4–5: above it the session stops.</summary>
    public Volts Threshold =>
        Limits is { MaxVoltage: { Value: > 0 } most } && most < Available ? most : Available;

    /// <summary>Magnitude of the measured current is known and at most <paramref name="most"/>.</summary>
    public bool CurrentWithin(Amperes most) => Current is { } current && Amperes.Abs(current) <= most;

    /// <summary>A contactor may open: at most 5 A, and known.</summary>
    public bool IsOpenable => CurrentWithin(OpenableCurrent);

    /// <summary>Voltage is known and below <paramref name="bound"/>.</summary>
    public bool VoltageBelow(Volts bound) => Voltage is { } voltage && voltage < bound;

    /// <summary>The car's contactor is closed by its own report and by voltage (above half of the target).</summary>
    public bool ContactorClosed =>
        Request is { } request && request.ReportsContactorClosed
        && Voltage is { } voltage && voltage.Value > 0 && voltage.Value >= request.TargetVoltage.Value / 2;

    private static Amperes RequestedIn(CarRequest request, in SessionInputs seen, ChademoTimes times)
    {
        if (request.RequestedCurrent.Value < CarRequest.InExtendedFrame) return request.RequestedCurrent;
        return seen.Car.Extended.Within(times.CarSilence, seen.Now) is { } extended
            && (extended.Functions & ExtendedFunctions.HighCurrent) != 0
            ? extended.RequestedCurrent : Amperes.Zero;
    }
}
