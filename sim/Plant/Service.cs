using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Plant;

/// <summary>The utility's service at the point of common coupling.</summary>
public sealed record ServiceSettings
{
    /// <summary>How it is wired.</summary>
    public Wiring Wiring { get; init; } = Wiring.SplitPhase;
    /// <summary>Nominal voltage, leg to neutral.</summary>
    public Volts Nominal { get; init; } = new(120);
    /// <summary>Source impedance per leg, taken as resistive.</summary>
    public double SourceOhm { get; init; } = 0.03;
    /// <summary>Nominal frequency.</summary>
    public Hertz Frequency { get; init; } = new(60);
    /// <summary>Slow wander of the voltage, standard deviation as a share.</summary>
    public double VoltageWander { get; init; } = 0.003;
    /// <summary>Wander of the frequency, standard deviation.</summary>
    public Hertz FrequencyWander { get; init; } = new(0.01);
}

/// <summary>True power, current and voltage per leg at the service entrance. Positive = import.</summary>
public sealed class Service
{
    private const double WanderPeriodSeconds = 1;
    private readonly SplitMix64 random;
    private readonly double[] watts = new double[3];
    private readonly double[] volts = new double[3];
    private readonly double[] reactiveVar = new double[3];
    private readonly double[] source = new double[3];
    private readonly double ohmPerVolt;
    private double wander;
    private double wanderHz;
    private double untilWander;

    internal Service(ServiceSettings settings, SplitMix64 random)
    {
        Settings = settings;
        this.random = random;
        Legs = (int)settings.Wiring;
        for (var leg = 0; leg < Legs; leg++) volts[leg] = source[leg] = settings.Nominal.Value;
        ohmPerVolt = settings.SourceOhm / settings.Nominal.Value;
    }

    /// <summary>What it is.</summary>
    public ServiceSettings Settings { get; }
    /// <summary>Number of legs.</summary>
    public int Legs { get; }
    /// <summary>Grid frequency.</summary>
    public Hertz Frequency => Forced ?? new(Settings.Frequency.Value + wanderHz);
    /// <summary>What is left of the grid's voltage: 1 = all, 0 = the grid is gone (a scenario's event).</summary>
    public double VoltageShare { get; set; } = 1;
    /// <summary>The frequency that a scenario holds it at.</summary>
    public Hertz? Forced { get; set; }
    /// <summary>Active power per leg.</summary>
    public PerLeg<Watts> Power => new(new(watts[0]), new(watts[1]), new(watts[2]));
    /// <summary>Voltage per leg.</summary>
    public PerLeg<Volts> Voltage => new(new(volts[0]), new(volts[1]), new(volts[2]));
    /// <summary>RMS current per leg, magnitude.</summary>
    public PerLeg<Amperes> Current => new(Amperes(0), Amperes(1), Amperes(2));
    /// <summary>Active power in total.</summary>
    public Watts Total => new(watts[0] + watts[1] + watts[2]);

    internal void Advance(double seconds)
    {
        untilWander -= seconds;
        if (untilWander > 1e-9) return;
        untilWander += WanderPeriodSeconds;
        wander = wander * 0.98 + 0.199 * Settings.VoltageWander * random.Noise();
        wanderHz = wanderHz * 0.95 + 0.312 * Settings.FrequencyWander.Value * random.Noise();
        for (var leg = 0; leg < Legs; leg++) source[leg] = Settings.Nominal.Value * (1 + wander);
    }

    internal void Load(int leg, double activeW, double reactive, double voltageShare)
    {
        watts[leg] = activeW;
        reactiveVar[leg] = reactive;
        // The nominal voltage is near enough for the drop, which is under 2 %.
        volts[leg] = Math.Max(0, source[leg] * voltageShare - ohmPerVolt * activeW);
    }

    private Amperes Amperes(int leg) => leg < Legs && volts[leg] > 1
        ? new(Math.Sqrt(watts[leg] * watts[leg] + reactiveVar[leg] * reactiveVar[leg]) / volts[leg])
        : default;
}
