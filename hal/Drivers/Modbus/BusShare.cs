namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// One device's share of a bus: the <see cref="IModbus"/> that its driver is given. It keeps the device from taking
/// more than is due to it, so that a dead, slow or babbling one delays the others by at most its own timeout once per
/// back-off period:
/// <code>
/// answered                     timeout = 4 × filtered latency, within bounds
/// not answered, or not Modbus  left alone for the back-off; what is asked meanwhile is NotSent and costs nothing
/// a turn beyond its budget     left alone for four times as long as it took
/// a turn beyond the timeout    the rest of the turn is NotSent
/// </code>
/// <see cref="ModbusStatus.Disconnected"/> is not held against the device: the connection has a back-off of its own.
/// One thread at a time; nothing is allocated.
/// </summary>
public sealed class BusShare : IModbus
{
    // Longer rests are spent elsewhere: the device is visited again when they are over.
    private static readonly TimeSpan LongestRestInTurn = TimeSpan.FromMilliseconds(20);
    private const int SlowFactor = 4, LatencyFactor = 4;

    private readonly IModbus wire;
    private readonly IAdjustableModbus? adjustable;
    private readonly ShareOptions options;
    private readonly Func<TimeSpan> clock;
    private readonly Action<TimeSpan> rest;
    private TimeSpan latency;
    private TimeSpan begun;
    private TimeSpan busy;
    private TimeSpan pausedUntil = TimeSpan.MinValue;
    private TimeSpan gapUntil = TimeSpan.MinValue;
    private int failures;

    /// <summary>Gives a device a share.</summary>
    /// <param name="wire">The bus, which stays its owner's.</param>
    /// <param name="options">What the device may take.</param>
    /// <param name="clock">Monotonic time, the poller's.</param>
    /// <param name="rest">Waits for a short time.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public BusShare(IModbus wire, ShareOptions options, Func<TimeSpan> clock, Action<TimeSpan> rest)
    {
        options.Require();
        this.wire = wire;
        this.options = options;
        this.clock = clock;
        this.rest = rest;
        adjustable = wire as IAdjustableModbus;
    }

    /// <summary>Who goes first.</summary>
    public SharePriority Priority => options.Priority;

    /// <summary>The device is left alone until then; in the past when it may be asked.</summary>
    public TimeSpan RestsUntil => pausedUntil > gapUntil ? pausedUntil : gapUntil;

    /// <summary>Requests in a row that were not answered, or not by Modbus.</summary>
    public int Failures => failures;

    /// <summary>Longest wait for its next answer.</summary>
    public TimeSpan Timeout
    {
        get
        {
            if (latency == TimeSpan.Zero) return options.TimeoutMax;
            var adapted = latency * LatencyFactor;
            if (adapted > options.TimeoutMax) return options.TimeoutMax;
            return adapted < options.TimeoutMin ? options.TimeoutMin : adapted;
        }
    }

    /// <summary>A turn begins: reads or writes, not both.</summary>
    public void BeginTurn() => (begun, busy) = (clock(), TimeSpan.Zero);

    /// <summary>The turn is over; a device that took too much of it is left alone for a while.</summary>
    public void EndTurn()
    {
        if (busy <= options.Budget) return;
        var until = clock() + busy * SlowFactor;
        if (until > pausedUntil) pausedUntil = until;
    }

    /// <inheritdoc/>
    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) => MaySend(out var at)
        ? Note(wire.ReadHolding(unit, start, into), at)
        : new(ModbusStatus.NotSent);

    /// <inheritdoc/>
    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) => MaySend(out var at)
        ? Note(wire.ReadInput(unit, start, into), at)
        : new(ModbusStatus.NotSent);

    /// <inheritdoc/>
    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) => MaySend(out var at)
        ? Note(wire.WriteSingle(unit, address, value), at)
        : new(ModbusStatus.NotSent);

    /// <inheritdoc/>
    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) => MaySend(out var at)
        ? Note(wire.WriteMultiple(unit, start, values), at)
        : new(ModbusStatus.NotSent);

    /// <summary>Nothing to release.</summary>
    public void Dispose() { }

    private bool MaySend(out TimeSpan now)
    {
        now = clock();
        if (now < pausedUntil) return false;
        if (now < gapUntil)
        {
            if (gapUntil - now > LongestRestInTurn) return false;
            rest(gapUntil - now);
            now = clock();
        }
        var timeout = Timeout;
        if (busy > TimeSpan.Zero)
        {
            // What is left of the turn must do for an answer of the usual latency.
            timeout -= now - begun;
            if (timeout < latency || timeout <= TimeSpan.Zero) return false;
        }
        if (adjustable is not null) adjustable.Timeout = WholeMilliseconds(timeout);
        return true;
    }

    private ModbusResult Note(ModbusResult result, TimeSpan askedAt)
    {
        var now = clock();
        var took = now - askedAt;
        busy += took;
        gapUntil = now + options.MinimumGap;
        switch (result.Status)
        {
            case ModbusStatus.Ok or ModbusStatus.Exception:
                failures = 0;
                // Up quickly, down slowly: a timeout that is too short costs more than one that is too long.
                latency = latency == TimeSpan.Zero ? took : latency + (took - latency) / (took > latency ? 2 : 8);
                break;
            case ModbusStatus.Timeout or ModbusStatus.BadReply:
                failures++;
                // A device that has become slower must get the chance to show it.
                latency = latency * 2 < options.TimeoutMax ? latency * 2 : options.TimeoutMax;
                pausedUntil = now + Pause();
                break;
        }
        return result;
    }

    private TimeSpan Pause()
    {
        var doublings = Math.Clamp(failures - 1 - options.Retries, 0, 20);
        var pause = options.RetryPause * (1 << doublings);
        return pause < options.LongestPause ? pause : options.LongestPause;
    }

    private static TimeSpan WholeMilliseconds(TimeSpan time) =>
        TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(time.TotalMilliseconds)));
}
