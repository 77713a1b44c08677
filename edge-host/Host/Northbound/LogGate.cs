using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>Lets one line through per interval and counts those it held back, so that a flood does not become a flood
/// of lines.</summary>
internal sealed class LogGate(TimeSpan interval)
{
    private TimeSpan? lastAt;
    private int held;

    /// <summary>True when a line may be written now; <paramref name="heldBack"/> is how many were not since the last
    /// one.</summary>
    public bool TryPass(out int heldBack)
    {
        var now = MonotonicClock.Now;
        heldBack = held;
        if (lastAt is { } last && now - last < interval)
        {
            held++;
            return false;
        }
        (lastAt, held) = (now, 0);
        return true;
    }
}
