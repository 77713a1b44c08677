namespace ChargeScape.Edge.Sim.Plant;

/// <summary>
/// The grid protection of an inverter, IEEE 1547-2018 category III: it ceases for the moment below 50 % and above 110 %
/// of the voltage, trips by the default curves, and returns after the grid was in the window for its delay.
/// </summary>
public sealed class GridProtection
{
    private static readonly TimeSpan returnDelay = TimeSpan.FromSeconds(5);
    // Level of voltage (a share) or frequency, the side on which it trips, and how fast.
    private static readonly (bool IsFrequency, int Outward, double Level, double Seconds)[] curve =
    [
        (false, -1, 0.88, 21), (false, -1, 0.5, 2), (false, 1, 1.1, 13), (false, 1, 1.2, 0.16),
        (true, -1, 58.5, 300), (true, -1, 56.5, 0.16), (true, 1, 61.2, 300), (true, 1, 62, 0.16),
    ];

    private readonly double[] beyond = new double[curve.Length];
    private double calm;
    private bool wasPast;

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
            IsTripped |= isPast && beyond[i] > corner.Seconds;
        }
        if (calm >= returnDelay.TotalSeconds) IsTripped = false;
        IsCeased = !IsDead && (IsTripped || voltage is < 0.5 or > 1.1);
    }
}
