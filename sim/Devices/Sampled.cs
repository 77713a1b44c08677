namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// What a measuring device does to time: it samples on its own grid, and a sample shows only after a delay. Holds as
/// many samples as can be under way.
/// </summary>
internal sealed class Sampled<T>(TimeSpan period, TimeSpan delay, TimeSpan phase) where T : struct
{
    private readonly (TimeSpan ShownAt, T Value)[] underWay = new (TimeSpan, T)[64];
    private int head;
    private int count;
    private TimeSpan sampleAt = phase;

    /// <summary>When it next samples or shows.</summary>
    public TimeSpan NextDue => count > 0 && underWay[head].ShownAt < sampleAt ? underWay[head].ShownAt : sampleAt;

    /// <summary>Whether a sample is to be taken now.</summary>
    public bool IsDue(TimeSpan now)
    {
        if (now < sampleAt) return false;
        sampleAt += period;
        return true;
    }

    /// <summary>Puts a sample on its way; the oldest is lost when too many are.</summary>
    public void Take(TimeSpan now, in T value)
    {
        if (count == underWay.Length) Drop();
        underWay[(head + count++) % underWay.Length] = (now + delay, value);
    }

    /// <summary>The sample that shows from now on; false when none does.</summary>
    public bool TryShow(TimeSpan now, ref T value)
    {
        var isNew = false;
        for (; count > 0 && underWay[head].ShownAt <= now; isNew = true)
        {
            value = underWay[head].Value;
            Drop();
        }
        return isNew;
    }

    private void Drop()
    {
        head = (head + 1) % underWay.Length;
        count--;
    }
}
