using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Plant;

/// <summary>The car's battery.</summary>
public sealed record BatterySettings
{
    /// <summary>Energy between 0 and 100 %.</summary>
    public double CapacityKwh { get; init; } = 40;
    /// <summary>State of charge at the start.</summary>
    public Soc Soc { get; init; } = new(60);
    /// <summary>Cells in series.</summary>
    public int Cells { get; init; } = 96;
    /// <summary>Ohmic resistance of the pack at 25 °C.</summary>
    public double Ohm { get; init; } = 0.08;
    /// <summary>Resistance of the slow (polarisation) part.</summary>
    public double PolarisationOhm { get; init; } = 0.04;
    /// <summary>Time constant of the slow part.</summary>
    public TimeSpan Polarisation { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Temperature at the start, and of the surroundings.</summary>
    public Celsius Ambient { get; init; } = new(22);
    /// <summary>Most current it takes below the taper.</summary>
    public Amperes MaxCharge { get; init; } = new(100);
    /// <summary>Most current it gives, magnitude.</summary>
    public Amperes MaxDischarge { get; init; } = new(60);
    /// <summary>A car that takes and never gives: CHAdeMO V1 without discharge.</summary>
    public bool IsChargeOnly { get; init; }
    /// <summary>The charge current falls linearly from here to 0 at 100 %.</summary>
    public Soc TaperFrom { get; init; } = new(85);
}

/// <summary>A pack as an open-circuit voltage over SoC, an ohmic and a slow resistance, and one thermal mass.</summary>
public sealed class Battery(BatterySettings settings)
{
    // NMC cell, volts at 0, 10, … 100 %: rounded from published C/20 curves.
    private static readonly double[] CellVolts = [3.20, 3.45, 3.54, 3.60, 3.64, 3.69, 3.77, 3.86, 3.95, 4.05, 4.16];
    private const double SlowSeconds = 0.1;
    private const double ThermalJoulePerKelvin = 250_000;
    private const double CoolingWattPerKelvin = 25;
    private readonly double ampereSeconds =
        settings.CapacityKwh * 3.6e6 / (settings.Cells * CellVolts.Average());
    private double soc = settings.Soc.Percent;
    private double slowV;
    private double charge;
    private double untilSlow = SlowSeconds;
    private double celsius = settings.Ambient.Value;
    private double ohm = settings.Ohm;

    /// <summary>What it is made of.</summary>
    public BatterySettings Settings { get; } = settings;
    /// <summary>True state of charge.</summary>
    public Soc Soc => new(soc);
    /// <summary>Cell temperature.</summary>
    public Celsius Temperature => new(celsius);
    /// <summary>Voltage at which the car calls itself full.</summary>
    public Volts Full => new(Settings.Cells * CellVolts[^1]);
    /// <summary>Voltage under which it must not be discharged.</summary>
    public Volts Empty => new(Settings.Cells * CellVolts[0]);
    /// <summary>Voltage at the terminals without current.</summary>
    public Volts Rest => new(RestV);
    internal double RestV { get; private set; } = OpenCircuit(settings.Soc.Percent) * settings.Cells;
    internal double Ohm => ohm;

    /// <summary>Most charge current it takes now: taper at the top, less when cold or hot.</summary>
    public Amperes ChargeAcceptance
    {
        get
        {
            var full = Settings.TaperFrom.Percent;
            var share = soc <= full ? 1 : (100 - soc) / (100 - full);
            return new(Settings.MaxCharge.Value * Math.Clamp(share, 0, 1) * ThermalShare);
        }
    }

    /// <summary>Most discharge current it gives now, magnitude.</summary>
    public Amperes DischargeAcceptance =>
        new(Settings.MaxDischarge.Value * Math.Clamp((soc - 3) / 7, 0, 1) * ThermalShare);

    private double ThermalShare => Math.Clamp((celsius + 10) / 15, 0, 1) * Math.Clamp((60 - celsius) / 10, 0, 1);

    /// <summary>Sets the state of charge: a scenario's jump, or another car.</summary>
    public void SetSoc(Soc value)
    {
        soc = Math.Clamp(value.Percent, 0, 100);
        slowV = 0;
        RestV = OpenCircuit(soc) * Settings.Cells;
    }

    internal double VoltsAt(double amperes) => RestV + amperes * ohm;

    // Nothing in a battery is faster than its own resistance, so what is slow moves ten times a second.
    internal void Advance(double seconds, double amperes)
    {
        untilSlow -= seconds;
        charge += amperes * seconds;
        if (untilSlow > 1e-9) return;
        untilSlow += SlowSeconds;
        Move(SlowSeconds, charge / SlowSeconds);
        charge = 0;
    }

    private void Move(double seconds, double amperes)
    {
        soc = Math.Clamp(soc + amperes * seconds / ampereSeconds * 100, 0, 100);
        var settled = Math.Min(1, seconds / Settings.Polarisation.TotalSeconds);
        slowV += (amperes * Settings.PolarisationOhm - slowV) * settled;
        var heatW = amperes * amperes * ohm + amperes * slowV;
        var coolingW = (celsius - Settings.Ambient.Value) * CoolingWattPerKelvin;
        celsius += (heatW - coolingW) * seconds / ThermalJoulePerKelvin;
        ohm = Settings.Ohm * (1 + Math.Clamp(25 - celsius, -10, 60) * 0.012);
        RestV = OpenCircuit(soc) * Settings.Cells + slowV;
    }

    private static double OpenCircuit(double soc)
    {
        var at = Math.Clamp(soc, 0, 100) / 10;
        var from = Math.Min((int)at, CellVolts.Length - 2);
        return CellVolts[from] + (CellVolts[from + 1] - CellVolts[from]) * (at - from);
    }
}
