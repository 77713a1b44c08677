namespace ChargeScape.Edge.Sim.Plant;

/// <summary>A corner of a must-trip curve.</summary>
/// <param name="Level">Voltage as a share of nominal, or frequency in Hz.</param>
/// <param name="Seconds">It trips when the grid is beyond for longer.</param>
public readonly record struct TripCorner(double Level, double Seconds);

/// <summary>How the grid protection of an inverter is set. Default: IEEE 1547-2018, category III.</summary>
public sealed record GridProtectionSettings
{
    /// <summary>Trips below these shares of nominal.</summary>
    public IReadOnlyList<TripCorner> UnderVoltage { get; init; } = [new(0.5, 2), new(0.88, 21)];
    /// <summary>Trips above these.</summary>
    public IReadOnlyList<TripCorner> OverVoltage { get; init; } = [new(1.2, 0.16), new(1.1, 13)];
    /// <summary>Trips below these frequencies.</summary>
    public IReadOnlyList<TripCorner> UnderFrequency { get; init; } = [new(56.5, 0.16), new(58.5, 300)];
    /// <summary>Trips above these.</summary>
    public IReadOnlyList<TripCorner> OverFrequency { get; init; } = [new(62, 0.16), new(61.2, 300)];
    /// <summary>How long the grid must be calm after a trip.</summary>
    public TimeSpan ReturnDelay { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// The grid protection of an inverter: it ceases for the moment below 50 % and above 110 % of the voltage, trips by its
/// curves, and returns after the grid was in the window for its delay.
/// </summary>
public sealed class GridProtection
{
    private readonly (bool IsFrequency, int Outward, double Level, double Seconds)[] curve;
    private readonly double returnSeconds;
    private readonly double[] beyond;
    private double calm;
    private bool wasPast;

    /// <summary>Sets it.</summary>
    public GridProtection(GridProtectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        curve =
        [
            .. Corners(settings.UnderVoltage, false, -1), .. Corners(settings.OverVoltage, false, 1),
            .. Corners(settings.UnderFrequency, true, -1), .. Corners(settings.OverFrequency, true, 1),
        ];
        returnSeconds = settings.ReturnDelay.TotalSeconds;
        beyond = new double[curve.Length];
    }

    /// <summary>It never ceases and never trips (a scenario's fault).</summary>
    public bool IsDead { get; set; }
    /// <summary>It has tripped and waits.</summary>
    public bool IsTripped { get; private set; }
    /// <summary>Nothing may flow now.</summary>
    public bool IsCeased { get; private set; }

    /// <summary>Moves it on.</summary>
    /// <param name="seconds">Time passed.</param>
    /// <param name="voltage">Share of nominal.</param>
    /// <param name="hertz">Frequency.</param>
    public void Advance(double seconds, double voltage, double hertz)
    {
        var isCalm = voltage is >= 0.917 and <= 1.05 && hertz is >= 59.5 and <= 60.1;
        calm = isCalm ? calm + seconds : 0;
        // Inside the window nothing is past a corner: most of the plant's steps end here.
        if (isCalm && !wasPast && !IsTripped)
        {
            IsCeased = false;
            return;
        }
        wasPast = false;
        for (var i = 0; i < curve.Length; i++)
        {
            ref readonly var corner = ref curve[i];
            var isPast = ((corner.IsFrequency ? hertz : voltage) - corner.Level) * corner.Outward > 0;
            beyond[i] = isPast ? beyond[i] + seconds : 0;
            wasPast |= isPast;
            IsTripped |= isPast && beyond[i] > corner.Seconds && !IsDead;
        }
        if (calm >= returnSeconds) IsTripped = false;
        IsCeased = !IsDead && (IsTripped || voltage is < 0.5 or > 1.1);
    }

    private static IEnumerable<(bool, int, double, double)> Corners(
        IEnumerable<TripCorner> corners, bool isFrequency, int outward) =>
        corners.Select(corner => (isFrequency, outward, corner.Level, corner.Seconds));
}
