using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Plant;

/// <summary>The AC/DC stage of the EVSE.</summary>
public sealed record PowerStageSettings
{
    /// <summary>DC power, magnitude, either direction.</summary>
    public Watts Rating { get; init; } = new(22_000);
    /// <summary>DC current, magnitude, either direction.</summary>
    public Amperes MaxCurrent { get; init; } = new(73.3);
    /// <summary>Highest DC voltage.</summary>
    public Volts MaxVoltage { get; init; } = new(1000);
    /// <summary>How fast the current grows.</summary>
    public double GrowAmperesPerSecond { get; init; } = 60;
    /// <summary>How fast the current falls.</summary>
    public double FallAmperesPerSecond { get; init; } = 400;
    /// <summary>From a command taken in at rest to the first movement.</summary>
    public TimeSpan DeadTime { get; init; } = TimeSpan.FromMilliseconds(20);
    /// <summary>How long the output stays off when the direction of conversion is changed.</summary>
    public TimeSpan Reversal { get; init; } = TimeSpan.FromMilliseconds(300);
    /// <summary>How fast the voltage rises without load.</summary>
    public double VoltsPerSecond { get; init; } = 900;
    /// <summary>Time constant of the bleeder at the outlet.</summary>
    public TimeSpan Bleeder { get; init; } = TimeSpan.FromSeconds(0.14);
    /// <summary>Losses while on, at no load.</summary>
    public Watts IdleLoss { get; init; } = new(40);
    /// <summary>Losses per watt.</summary>
    public double LinearLoss { get; init; } = 0.022;
    /// <summary>Losses per watt squared, 1/W.</summary>
    public double SquareLoss { get; init; } = 1.0e-6;
    /// <summary>Draw while off.</summary>
    public Watts Standby { get; init; } = new(8);
}

/// <summary>
/// A bidirectional AC/DC stage and the outlet behind it. Rectifier: holds a voltage, current limited. Inverter: draws a
/// current as long as the voltage stays above its floor. With the car's contactor open it feeds only its own outlet.
/// </summary>
public sealed class PowerStage(PowerStageSettings settings)
{
    private const double NoticeableAmperes = 0.05;

    private double wantedA;
    private double movedA;
    private double deadSeconds;
    private double reversalSeconds;
    private bool isInverting;

    /// <summary>What it is made of.</summary>
    public PowerStageSettings Settings { get; } = settings;
    /// <summary>Output enabled.</summary>
    public bool IsOn { get; set; }
    /// <summary>Set voltage: ceiling as rectifier, floor as inverter.</summary>
    public Volts SetVoltage { get; set; }
    /// <summary>Current limit, magnitude.</summary>
    public Amperes CurrentLimit { get; set; }
    /// <summary>A fault keeps the output off.</summary>
    public bool IsFaulted { get; set; }
    /// <summary>The stage obeys neither current nor off: it goes on as it is (a scenario's fault).</summary>
    public bool IsStuck { get; set; }
    /// <summary>A fault that turns the direction of the current round (a scenario's fault: a wrong sign).</summary>
    public bool IsReversed { get; set; }

    /// <summary>Share of its current limit that it really drives (a scenario's fault: a wrong gain).</summary>
    public double Gain { get; set; } = 1;

    /// <summary>By how much its output is above the battery's while it is on (a scenario's fault: a regulation that
    /// fails).</summary>
    public Volts Surge { get; set; }

    /// <summary>Its grid protection holds it off for now; that is no fault.</summary>
    public bool IsCeased { get; internal set; }

    /// <summary>AC power that a grid of its own draws from it; null while it follows the grid.</summary>
    internal double? FormedW { get; set; }

    /// <summary>Converts from DC to AC.</summary>
    public bool IsInverting
    {
        get => isInverting;
        set
        {
            if (value == isInverting) return;
            isInverting = value;
            reversalSeconds = Settings.Reversal.TotalSeconds;
        }
    }

    /// <summary>DC current into the car.</summary>
    public Amperes Current => new(CurrentA);
    /// <summary>DC voltage at the outlet.</summary>
    public Volts Voltage => new(VoltageV);
    /// <summary>AC power, positive = drawn from the site.</summary>
    public Watts AcPower { get; private set; } = settings.Standby;
    internal double CurrentA => movedA;
    internal double VoltageV { get; private set; }

    internal void Advance(double seconds, Battery battery, bool isConnected)
    {
        reversalSeconds = Math.Max(0, reversalSeconds - seconds);
        if (FormedW is { } formedW)
        {
            Form(formedW, battery, isConnected);
            return;
        }
        if (IsStuck) { /* keeps its current */ }
        else if (!isConnected || !IsOn || IsFaulted || IsCeased || reversalSeconds > 0) Move(0, seconds);
        else Move(Wanted(battery), seconds);
        // No circuit, no current, whatever the stage wants.
        if (!isConnected) movedA = 0;
        VoltageV = isConnected ? battery.VoltsAt(movedA) + (IsOn ? Surge.Value : 0) : Unloaded(seconds);
        AcPower = movedA == 0 && (!IsOn || IsCeased) ? Settings.Standby : new(AcW(VoltageV * movedA));
    }

    // The load decides the current, and without delay.
    private void Form(double acW, Battery battery, bool isConnected)
    {
        wantedA = movedA = isConnected ? -AcW(acW) / Math.Max(1, battery.RestV) : 0;
        VoltageV = isConnected ? battery.VoltsAt(movedA) : 0;
        AcPower = new(isConnected ? -acW : 0);
    }

    private double Wanted(Battery battery)
    {
        var most = Math.Min(CurrentLimit.Value * Gain, Settings.MaxCurrent.Value);
        most = Math.Min(most, Settings.Rating.Value / Math.Max(battery.RestV, 1));
        var amperes = IsInverting
            ? -Math.Clamp((battery.RestV - SetVoltage.Value) / battery.Ohm, 0, most)
            : Math.Clamp((SetVoltage.Value - battery.RestV) / battery.Ohm, 0, most);
        return IsReversed ? -amperes : amperes;
    }

    // Out of rest a new target moves the current only after the dead time; what is under way takes a newer target as it
    // comes, or a ramp whose steps are shorter than the dead time would never move. Falling is faster than growing.
    private void Move(double targetA, double seconds)
    {
        var isAtRest = deadSeconds <= 0 && Math.Abs(wantedA - movedA) < NoticeableAmperes;
        if (isAtRest && Math.Abs(targetA - wantedA) > NoticeableAmperes) deadSeconds = Settings.DeadTime.TotalSeconds;
        wantedA = targetA;
        if (deadSeconds > 0)
        {
            deadSeconds -= seconds;
            return;
        }
        var grows = Math.Abs(wantedA) > Math.Abs(movedA) && wantedA * movedA >= 0;
        var step = (grows ? Settings.GrowAmperesPerSecond : Settings.FallAmperesPerSecond) * seconds;
        movedA += Math.Clamp(wantedA - movedA, -step, step);
    }

    private double Unloaded(double seconds)
    {
        if (VoltageV == 0 && !IsOn) return 0;
        var target = IsOn && !IsFaulted && !IsInverting ? Math.Min(SetVoltage.Value, Settings.MaxVoltage.Value) : 0;
        if (target >= VoltageV) return Math.Min(target, VoltageV + Settings.VoltsPerSecond * seconds);
        var above = (VoltageV - target) * Math.Max(0, 1 - seconds / Settings.Bleeder.TotalSeconds);
        // A decay that is left alone ends in subnormal numbers, which cost a hundred times the time.
        return above < 1e-3 ? target : target + above;
    }

    private double AcW(double dcW)
    {
        var magnitude = Math.Abs(dcW);
        return dcW + Settings.IdleLoss.Value + magnitude * Settings.LinearLoss
            + magnitude * magnitude * Settings.SquareLoss;
    }
}
