namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>
/// Reads the three blocks of a poll. A block that a firmware refuses is read without the registers that it may lack,
/// from then on.
/// </summary>
internal sealed class QuasarReader(QuasarWrites writes)
{
    private readonly ushort[] live = new ushort[QuasarMap.Live.Count];
    private readonly ushort[] command = new ushort[QuasarMap.Command.Count];
    private readonly ushort[] control = new ushort[QuasarMap.Control.Count];
    private int liveCount = QuasarMap.Live.Count;
    private int commandCount = QuasarMap.Command.Count;
    private int controlCount = QuasarMap.Control.Count;

    /// <summary>The live block as far as the firmware shows it.</summary>
    public ReadOnlySpan<ushort> Live => live.AsSpan(0, liveCount);

    /// <summary>Its user has locked it.</summary>
    public bool IsLocked => command[0] == 1;

    /// <summary>Reads all; false when something did not come. At most one request more than the blocks.</summary>
    public bool TryRead(TimeSpan now) =>
        TryRead(QuasarMap.Live.Start, live, ref liveCount, QuasarMap.LiveWithoutDc.Count)
        && TryRead(QuasarMap.Command.Start, command, ref commandCount, QuasarMap.CommandWithoutPower.Count)
        && TryRead(QuasarMap.Control.Start, control, ref controlCount, QuasarMap.ControlWithoutType.Count);

    /// <summary>Shows the owned registers to their owner.</summary>
    public void Show(TimeSpan takenAt)
    {
        writes.Observe(QuasarMap.Command.Start, command.AsSpan(0, commandCount), takenAt);
        writes.Observe(QuasarMap.Control.Start, control.AsSpan(0, controlCount), takenAt);
    }

    private bool TryRead(ushort start, ushort[] into, ref int count, int least)
    {
        var result = writes.Bus.ReadHolding(QuasarMap.Unit, start, into.AsSpan(0, count));
        if (result.Status == ModbusStatus.Exception && count > least)
        {
            count = least;
            result = writes.Bus.ReadHolding(QuasarMap.Unit, start, into.AsSpan(0, count));
        }
        return result.IsOk;
    }
}

/// <summary>
/// The car's state of charge: only within a session, only 2…97 (0 and 1 are no values, and above 97 nothing charges),
/// and over a short gap the last one, because no battery moves a per cent in that time.
/// </summary>
internal sealed class SocMemory(TimeSpan hold)
{
    private const double Least = 2, Most = 97;
    private double percent;
    private TimeSpan? seenAt;

    public void See(double raw, bool isInSession, TimeSpan now)
    {
        if (!isInSession) seenAt = null;
        else if (raw is >= Least and <= Most) (percent, seenAt) = (raw, now);
    }

    public Soc? Known(TimeSpan now) => seenAt is { } at && now - at <= hold ? new Soc(percent) : null;
}

/// <summary>
/// Set-points on their way to the register: shrinking and turning round at once, growing only every few seconds, since
/// each write begins another settling of ten seconds.
/// </summary>
internal sealed class GrowthGate(TimeSpan gap)
{
    private short last;
    private double lastWatts;
    private TimeSpan? grownAt;

    public short Next(Watts wanted, short counts, TimeSpan now)
    {
        var shrinks = Math.Abs(wanted.Value) < Math.Abs(lastWatts) || wanted.Value * lastWatts < 0;
        if (!shrinks && counts != last)
        {
            if (grownAt is { } at && now - at < gap) return last;
            grownAt = now;
        }
        if (shrinks || counts != last) (last, lastWatts) = (counts, wanted.Value);
        return last;
    }

    public short Stopped()
    {
        (last, lastWatts, grownAt) = (0, 0, null);
        return 0;
    }
}
