using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Plant;

/// <summary>How much sun there is: share of 1000 W/m², 0…1.3 (a cloud's edge focuses).</summary>
public abstract record Sun
{
    /// <summary>Share of full sun at a time of day and at a time since the scenario began.</summary>
    public abstract double At(TimeSpan timeOfDay, double elapsedSeconds);

    /// <summary>The same all day.</summary>
    public sealed record Steady(double Share) : Sun
    {
        /// <inheritdoc/>
        public override double At(TimeSpan timeOfDay, double elapsedSeconds) => Share;
    }

    /// <summary>A clear day: half a sine from sunrise to sunset.</summary>
    public sealed record ClearDay(double Share, TimeSpan Sunrise, TimeSpan Sunset) : Sun
    {
        /// <inheritdoc/>
        public override double At(TimeSpan timeOfDay, double elapsedSeconds)
        {
            var hours = timeOfDay.TotalHours % 24;
            if (hours <= Sunrise.TotalHours || hours >= Sunset.TotalHours) return 0;
            return Share * Math.Sin(Math.PI * (hours - Sunrise.TotalHours) / (Sunset - Sunrise).TotalHours);
        }
    }

    /// <summary>Cloud edges passing: up and down between two shares, with the edge taking a given time.</summary>
    public sealed record SawTooth(double Low, double High, double PeriodSeconds, double EdgeSeconds) : Sun
    {
        /// <inheritdoc/>
        public override double At(TimeSpan timeOfDay, double elapsedSeconds)
        {
            var phase = elapsedSeconds % PeriodSeconds;
            var half = PeriodSeconds / 2;
            var edge = Math.Clamp((phase < half ? phase : phase - half) / EdgeSeconds, 0, 1);
            return phase < half ? High + (Low - High) * edge : Low + (High - Low) * edge;
        }
    }
}

/// <summary>The PV plant with its inverter.</summary>
public sealed record PvSettings
{
    /// <summary>DC power at full sun, magnitude.</summary>
    public Watts Peak { get; init; } = new(6000);
    /// <summary>AC rating of the inverter, magnitude.</summary>
    public Watts Rating { get; init; } = new(5000);
    /// <summary>Efficiency of the inverter.</summary>
    public double Efficiency { get; init; } = 0.965;
    /// <summary>First-order settling of the AC power.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(0.25);
    /// <summary>Fastest change of AC power, share of the rating per second.</summary>
    public double RampPerSecond { get; init; } = 2;
    /// <summary>The sun.</summary>
    public Sun Sun { get; init; } = new Sun.Steady(0);
}

/// <summary>
/// PV array and inverter. AC power is generation, so it is negative. A limit set over the wire caps the generation; it
/// is reached through the inverter's own ramp and settling.
/// </summary>
public sealed class Pv(PvSettings settings)
{
    private double generationW;

    /// <summary>What it is made of.</summary>
    public PvSettings Settings { get; } = settings;
    /// <summary>The sun, which a scenario may change.</summary>
    public Sun Sun { get; set; } = settings.Sun;
    /// <summary>Cap on generation, magnitude ≥ 0, as the inverter's control interface has it.</summary>
    public Watts Cap { get; set; } = settings.Rating;
    /// <summary>Allowed to run (703 permit service, faults).</summary>
    public bool IsEnabled { get; set; } = true;
    /// <summary>Tripped by a fault.</summary>
    public bool IsFaulted { get; set; }
    /// <summary>AC power it could give now without a cap, magnitude.</summary>
    public Watts Available { get; private set; }
    /// <summary>AC power, ≤ 0 when generating.</summary>
    public Watts Power => new(-generationW);

    internal void Shine(TimeSpan timeOfDay, double elapsedSeconds)
    {
        var dcW = Settings.Peak.Value * Sun.At(timeOfDay, elapsedSeconds);
        Available = new(Math.Min(dcW * Settings.Efficiency, Settings.Rating.Value));
    }

    internal void Advance(double seconds)
    {
        if (IsFaulted)
        {
            // A fault opens the grid relay: no ramp.
            generationW = 0;
            return;
        }
        var target = IsEnabled ? Math.Min(Available.Value, Math.Max(0, Cap.Value)) : 0;
        var most = Settings.RampPerSecond * Settings.Rating.Value * seconds;
        var settle = Math.Min(1, seconds / Math.Max(Settings.Settling.TotalSeconds, 1e-3));
        // Left alone, the decay at night would end in subnormal numbers, which cost a hundred times the time.
        if (target == 0 && generationW < 1e-3) generationW = 0;
        else generationW += Math.Clamp((target - generationW) * settle, -most, most);
    }
}
