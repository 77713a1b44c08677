using System.Runtime.CompilerServices;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// Energy that the car gave in the last 24 h: a sliding window on the monotonic clock, in buckets of an hour, so that
/// energy counts for 24 to 25 h. A calendar day would allow two budgets around midnight, and a clock that jumps any
/// number of them. It closes at the budget and opens again when a tenth of it is free.
/// </summary>
public record struct DischargeBudget
{
    private const int PerDay = 24;
    private const int Kept = PerDay + 1;
    private const double OpensAt = 0.9;
    private const double SecondsPerHour = 3600;

    private Hours hours;
    private long slot;
    private long takenAt;
    private float lowest;

    /// <summary>Given in the window, ≥ 0.</summary>
    public WattHours Given { get; private set; }
    /// <summary>Nothing more may be given.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>
    /// Takes in a reading: since the last one the car gave at most the larger of both powers. A gap is not counted for
    /// longer than power can have gone on flowing.
    /// </summary>
    internal void Take(TimeSpan at, Watts powerLow, SiteLimits site)
    {
        if (site.DailyDischarge is not { } budget) return;
        Slide(at);
        if (takenAt != 0)
        {
            var longest = site.EvseTiming.MaxAge + site.EvseTiming.StopTime;
            var gap = new TimeSpan(Math.Min(at.Ticks + 1 - takenAt, longest.Ticks));
            var watts = Math.Max(0, Math.Max(-lowest, -powerLow.Value));
            var energy = watts * gap.TotalSeconds / SecondsPerHour;
            hours[(int)(slot % Kept)] += (float)energy;
            Given = new(Given.Value + energy);
        }
        (takenAt, lowest) = (at.Ticks + 1, (float)powerLow.Value);
        Judge(budget);
    }

    /// <summary>Forgets what is older than the window.</summary>
    internal void Slide(TimeSpan now, WattHours budget)
    {
        if (now.Ticks / TimeSpan.TicksPerHour == slot) return;
        Slide(now);
        Judge(budget);
    }

    private void Slide(TimeSpan now)
    {
        var next = now.Ticks / TimeSpan.TicksPerHour;
        if (next <= slot) return;
        for (var passed = Math.Min(next - slot, Kept); passed > 0; passed--)
            hours[(int)((next - passed + 1) % Kept)] = 0;
        slot = next;
        var sum = 0.0;
        foreach (var hour in (ReadOnlySpan<float>)hours) sum += hour;
        Given = new(sum);
    }

    private void Judge(WattHours budget) =>
        IsSpent = Given.Value >= budget.Value || (IsSpent && Given.Value > budget.Value * OpensAt);

    [InlineArray(Kept)]
    private struct Hours : IEquatable<Hours>
    {
        private float first;

        public readonly bool Equals(Hours other) => ((ReadOnlySpan<float>)this).SequenceEqual(other);
        public override readonly bool Equals(object? obj) => obj is Hours other && Equals(other);
        public override readonly int GetHashCode() => first.GetHashCode();
    }
}
