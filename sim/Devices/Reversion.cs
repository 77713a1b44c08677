using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// One function of a control model with its enable, value and reversion timer. The timer runs only while the function
/// is enabled and its time is not 0; writing the enable or the time starts it anew, writing the value does not (the
/// specification is silent, so the simulator takes the reading that is harder on a driver). On expiry the function of
/// model 704 takes what EnaRvrt and Rvrt say: EnaRvrt is the enable state after reversion. Those of 123 and 124 have no
/// such points: there the command is lifted.
/// </summary>
internal sealed class Reversion
{
    private readonly SunSpecImage image;
    private readonly ImagePoint ena;
    private readonly ImagePoint set;
    private readonly ImagePoint time;
    private readonly ImagePoint? setAfter;
    private readonly ImagePoint? enaAfter;
    private readonly ImagePoint? remaining;
    private TimeSpan expiresAt = TimeSpan.MaxValue;
    private TimeSpan shownAt;

    private Reversion(
        SunSpecImage image, ImagePoint ena, ImagePoint set, ImagePoint time, ImagePoint? setAfter = null,
        ImagePoint? enaAfter = null, ImagePoint? remaining = null)
    {
        this.image = image;
        (this.ena, this.set, this.time) = (ena, set, time);
        (this.setAfter, this.enaAfter, this.remaining) = (setAfter, enaAfter, remaining);
        Take();
    }

    /// <summary>A function of model 704: <c>WSet</c> or <c>WMaxLimPct</c>.</summary>
    public static Reversion Of704(SunSpecImage image, string name)
    {
        ImagePoint Of(string suffix) => image.Point(704, name + suffix);
        return new(image, Of("Ena"), Of(""), Of("RvrtTms"), Of("Rvrt"), Of("EnaRvrt"), Of("RvrtRem"));
    }

    /// <summary>The limit of model 123.</summary>
    public static Reversion Of123(SunSpecImage image) => new(
        image, image.Point(123, "WMaxLim_Ena"), image.Point(123, "WMaxLimPct"), image.Point(123, "WMaxLimPct_RvrtTms"));

    /// <summary>The rates of model 124; what enables them is the storage control mode.</summary>
    public static Reversion Of124(SunSpecImage image) => new(
        image, image.Point(124, "StorCtl_Mod"), image.Point(124, "OutWRte"), image.Point(124, "InOutWRte_RvrtTms"));

    /// <summary>What is in force: the value while enabled, null otherwise.</summary>
    public double? InForce { get; private set; }

    /// <summary>How often the timer expired.</summary>
    public int Expiries { get; private set; }

    private bool IsEnabled => image.Get(ena) is > 0;

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
            Expire(now);
            return;
        }
        if (remaining is null || now < shownAt) return;
        shownAt = now + TimeSpan.FromSeconds(1);
        image.TrySet(remaining, Math.Ceiling((expiresAt - now).TotalSeconds));
    }

    private void Expire(TimeSpan now)
    {
        Expiries++;
        if (setAfter is not null && image.Get(setAfter) is { } after) image.TrySet(set, after);
        image.TrySet(ena, enaAfter is null ? 0 : image.Get(enaAfter) ?? 0);
        expiresAt = TimeSpan.MaxValue;
        shownAt = now;
        if (remaining is not null) image.TrySet(remaining, 0);
        Take();
    }

    private void Restart(TimeSpan now)
    {
        var seconds = image.Get(time) ?? 0;
        expiresAt = IsEnabled && seconds > 0 ? now + TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        shownAt = now;
        if (expiresAt == TimeSpan.MaxValue && remaining is not null) image.TrySet(remaining, 0);
    }

    private void Take() => InForce = IsEnabled ? image.Get(set) : null;
}
