using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Plant;

/// <summary>Something in the house that is switched on and off.</summary>
/// <param name="Power">Active power while on, over all its legs, ≥ 0.</param>
/// <param name="Legs">The legs it hangs on, 0…2; its power is shared equally.</param>
public sealed record Appliance(Watts Power, IReadOnlyList<int> Legs);

/// <summary>What the house is made of.</summary>
public sealed record HouseSettings
{
    /// <summary>Base load per leg at a share of 1.</summary>
    public IReadOnlyList<Watts> Base { get; init; } = [new(350), new(300), default];
    /// <summary>Share of the base load by hour of the day, 24 values, linear between; null = always 1.</summary>
    public IReadOnlyList<double>? HourlyShare { get; init; }
    /// <summary>Standard deviation of the base load per leg.</summary>
    public Watts Noise { get; init; } = new(15);
    /// <summary>How long the noise remembers itself.</summary>
    public TimeSpan NoiseMemory { get; init; } = TimeSpan.FromSeconds(2);
    /// <summary>Power factor of the whole house, lagging, 0…1.</summary>
    public double PowerFactor { get; init; } = 0.97;
    /// <summary>Appliances by name.</summary>
    public IReadOnlyDictionary<string, Appliance> Appliances { get; init; } = new Dictionary<string, Appliance>();
}

/// <summary>The house without PV and EVSE: base load with noise, and appliances that the scenario switches.</summary>
public sealed class House
{
    // The noise is drawn on its own grid, so that the plant's step does not change it.
    private const double NoisePeriodSeconds = 0.1;
    private readonly HouseSettings settings;
    private readonly SplitMix64 random;
    private readonly int legs;
    private readonly double[] baseW;
    private readonly double[] noiseW;
    private readonly double[] appliancesW;
    private readonly double[] shedW;
    private readonly HashSet<string> on = [];
    private readonly HashSet<string> shed = [];
    private readonly double keep;
    private readonly double kick;
    private double untilNoise;

    internal House(HouseSettings settings, int legs, SplitMix64 random)
    {
        this.settings = settings;
        this.random = random;
        this.legs = legs;
        baseW = [.. settings.Base.Select(w => w.Value)];
        if (baseW.Length < legs)
            throw new ArgumentException($"the house has a base load for {baseW.Length} of {legs} legs");
        noiseW = new double[legs];
        appliancesW = new double[legs];
        shedW = new double[legs];
        keep = Math.Exp(-NoisePeriodSeconds / Math.Max(settings.NoiseMemory.TotalSeconds, 1e-3));
        kick = settings.Noise.Value * Math.Sqrt(1 - keep * keep);
    }

    /// <summary>Active power of a leg now, ≥ 0.</summary>
    internal double LegW(int leg, double share) =>
        Math.Max(0, baseW[leg] * share + noiseW[leg]) + appliancesW[leg] - shedW[leg];

    /// <summary>Names that can be switched.</summary>
    public IEnumerable<string> Appliances => settings.Appliances.Keys;

    /// <summary>Switches an appliance; false when the house has none of that name.</summary>
    public bool TrySwitch(string name, bool turnOn)
    {
        if (!settings.Appliances.TryGetValue(name, out var appliance)) return false;
        if (turnOn ? !on.Add(name) : !on.Remove(name)) return true;
        var each = appliance.Power.Value / appliance.Legs.Count;
        foreach (var leg in appliance.Legs) appliancesW[leg] += turnOn ? each : -each;
        CountShed();
        return true;
    }

    /// <summary>A relay takes an appliance off, whether it is switched on or not, or gives it back.</summary>
    internal void Shed(string name, bool isOff)
    {
        if (isOff ? shed.Add(name) : shed.Remove(name)) CountShed();
    }

    private void CountShed()
    {
        Array.Clear(shedW);
        foreach (var name in shed)
        {
            if (!on.Contains(name)) continue;
            var appliance = settings.Appliances[name];
            foreach (var leg in appliance.Legs) shedW[leg] += appliance.Power.Value / appliance.Legs.Count;
        }
    }

    /// <summary>Share of the base load at a time of day.</summary>
    internal double ShareAt(TimeSpan timeOfDay)
    {
        if (settings.HourlyShare is not { } shares) return 1;
        var hours = timeOfDay.TotalHours % 24;
        var from = (int)hours;
        return shares[from] + (shares[(from + 1) % 24] - shares[from]) * (hours - from);
    }

    internal void Advance(double seconds)
    {
        untilNoise -= seconds;
        if (untilNoise > 1e-9) return;
        untilNoise += NoisePeriodSeconds;
        for (var leg = 0; leg < legs; leg++) noiseW[leg] = noiseW[leg] * keep + kick * random.Noise();
    }
}
