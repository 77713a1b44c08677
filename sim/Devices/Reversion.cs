using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// One function of model 704 with its enable, value and reversion timer. The timer runs only while the function is
/// enabled and its time is not 0; writing Ena or the time starts it anew, writing the value does not (the specification
/// is silent, so the simulator takes the reading that is harder on a driver). On expiry Ena takes EnaRvrt and the value
/// takes Rvrt: EnaRvrt is the enable state after reversion.
/// </summary>
internal sealed class Reversion(SunSpecImage image, string prefix, string value)
{
    private readonly ImagePoint ena = image.Point(704, prefix + "Ena");
    private readonly ImagePoint set = image.Point(704, value);
    private readonly ImagePoint setAfter = image.Point(704, value + "Rvrt");
    private readonly ImagePoint enaAfter = image.Point(704, prefix + "EnaRvrt");
    private readonly ImagePoint time = image.Point(704, prefix + "RvrtTms");
    private readonly ImagePoint remaining = image.Point(704, prefix + "RvrtRem");
    private TimeSpan expiresAt = TimeSpan.MaxValue;
    private TimeSpan shownAt;

    /// <summary>What is in force: the value while enabled, null otherwise.</summary>
    public double? InForce { get; private set; }

    /// <summary>A master wrote.</summary>
    public void Written(in ImageWrite write, TimeSpan now)
    {
        if (write.Touches(ena) || write.Touches(time)) Restart(now);
        Take();
    }

    /// <summary>Counts down.</summary>
    public void Advance(TimeSpan now)
    {
        if (expiresAt == TimeSpan.MaxValue) return;
        if (now >= expiresAt)
        {
            expiresAt = TimeSpan.MaxValue;
            if (image.Get(setAfter) is { } after) image.TrySet(set, after);
            image.TrySet(ena, image.Get(enaAfter) ?? 0);
            image.TrySet(remaining, 0);
            Restart(now);
            expiresAt = TimeSpan.MaxValue;
            Take();
            return;
        }
        if (now < shownAt) return;
        shownAt = now + TimeSpan.FromSeconds(1);
        image.TrySet(remaining, Math.Ceiling((expiresAt - now).TotalSeconds));
    }

    private void Restart(TimeSpan now)
    {
        var seconds = image.Get(time) ?? 0;
        expiresAt = image.Get(ena) == 1 && seconds > 0 ? now + TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        shownAt = now;
        if (expiresAt == TimeSpan.MaxValue) image.TrySet(remaining, 0);
    }

    private void Take() => InForce = image.Get(ena) == 1 ? image.Get(set) : null;
}
