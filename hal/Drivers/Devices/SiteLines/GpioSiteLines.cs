namespace ChargeScape.Edge.Hal.Devices.SiteLines;

/// <summary>
/// Reads emergency stop and supervisor permit from two digital inputs. A line that cannot be read counts as "pressed"
/// or "no permit"; the stop's input is wired so that an open loop reads inactive. Until the stop's line was read for
/// the first time there is no reading at all, so that a start before the lines are there is no emergency.
/// </summary>
public sealed class GpioSiteLines : ISiteLines
{
    private readonly IGpio gpio;
    private readonly IGpioInput stopLoop;
    private readonly IGpioInput permit;
    private readonly TimeSpan period;
    private LinesReading last;
    private uint sequence;

    /// <summary>Claims the two lines.</summary>
    /// <param name="gpio">The chip or socket, used by this device alone.</param>
    /// <param name="stopLoop">Input that is active while the emergency stop loop is closed.</param>
    /// <param name="permit">Input that is active while the supervisor permits.</param>
    /// <param name="period">How often the levels are read even when no edge was seen.</param>
    /// <exception cref="GpioException">A line does not exist or is busy.</exception>
    public GpioSiteLines(IGpio gpio, string stopLoop, string permit, TimeSpan period)
    {
        this.gpio = gpio;
        this.stopLoop = gpio.OpenInput(stopLoop);
        this.permit = gpio.OpenInput(permit);
        this.period = period;
    }

    /// <summary>The family's line in the catalog.</summary>
    public static SiteLinesFamily Family { get; } = new(
        "gpio-lines",
        BusUse.Gpio,
        [
            new("stopLoopLine", SettingKind.Text),
            new("permitLine", SettingKind.Text),
            new("pollMs", SettingKind.Integer, 5, 100),
        ],
        settings => TimingOf(settings.Milliseconds("pollMs")),
        parts => new GpioSiteLines(
            parts.Gpio(), parts.Settings.Text("stopLoopLine"), parts.Settings.Text("permitLine"),
            parts.Settings.Milliseconds("pollMs")));

    /// <inheritdoc/>
    public Latest<Reading<LinesReading>> Readings { get; } = new();

    /// <inheritdoc/>
    public TimeSpan NextDue { get; private set; }

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        gpio.Refresh();
        var isKnown = stopLoop.TryRead(out var isClosed);
        if (!isKnown && sequence == 0)
        {
            NextDue = now + period;
            return false;
        }
        var seen = new LinesReading(
            IsEmergencyStopPressed: !isKnown || !isClosed,
            HasSupervisorPermit: permit.TryRead(out var isPermitted) && isPermitted);
        var isChange = seen != last || sequence == 0;
        if (!isChange && now < NextDue) return false;
        last = seen;
        NextDue = now + period;
        if (++sequence == 0) sequence = 1;
        Readings.Publish(new(seen, now, sequence));
        // Only an edge is worth a step of its own; the rest waits for the deadline.
        return isChange;
    }

    /// <inheritdoc/>
    public void Write(TimeSpan now)
    {
        // Inputs only.
    }

    // Three polls may be missed before the lines count as unknown, and never less than a second: unknown latches the
    // emergency stop, which sends a person to the machine. The hard-wired loop has cut the coil long before.
    private static DeviceTiming TimingOf(TimeSpan period) => new(
        Period: period, Refresh: TimeSpan.Zero, MaxAge: LongestOf(1.Seconds, 3 * period + 50.Milliseconds),
        DeadTime: TimeSpan.Zero, SettlingTime: TimeSpan.Zero, StartTime: TimeSpan.Zero, StopTime: TimeSpan.Zero);

    private static TimeSpan LongestOf(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
