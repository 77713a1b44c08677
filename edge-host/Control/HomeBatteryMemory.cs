using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// What a home battery takes at most: it may stop at any moment, so what it takes is no load that discharge may rely
/// on. One that is not heard may be taking all that it can.
/// </summary>
public record struct HomeBatteryMemory
{
    // Worst efficiency from its DC side to AC: what it charges with takes more than that from the house.
    private const double WorstEfficiency = 0.85;

    private TimeSpan takenAt;
    private uint sequence;
    private double charging;

    /// <summary>Most AC power that it may be charging with now, ≥ 0.</summary>
    public Watts Absorbs { get; private set; }

    /// <summary>One step. A reading without power, or with one that cannot be, is as if it had never come.</summary>
    internal void Next(in Reading<HomeBatteryReading> reading, SiteLimits site, TimeSpan now)
    {
        if (site.HomeBatteryChargeMax is not { } most) return;
        if (reading.Sequence != sequence && (sequence == 0 || reading.TakenAt >= takenAt))
        {
            ref readonly var said = ref reading.Within(TimeSpan.MaxValue, now, out var isKnown);
            if (isKnown && PowerOf(said) is { } power)
                (takenAt, sequence, charging) = (reading.TakenAt, reading.Sequence, Math.Max(0, power));
        }
        var isHeard = sequence != 0 && now - takenAt <= site.HomeBatteryMaxAge;
        Absorbs = new(isHeard ? Math.Min(most.Value, charging / WorstEfficiency) : most.Value);
    }

    private static double? PowerOf(in HomeBatteryReading said)
    {
        var power = said.Power?.Value ?? said.Voltage?.Value * said.Current?.Value;
        return power is { } watts && Math.Abs(watts) <= 1e6 ? watts : null;
    }
}
