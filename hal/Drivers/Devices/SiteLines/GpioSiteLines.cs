using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.SiteLines;

/// <summary>
/// The site's digital lines: emergency stop and supervisor permit, and where the site has them contactor
/// feedback, clear button, transfer switch and the grid operator's relays. A line that cannot be read counts as
/// "pressed", "no permit", or unknown; the stop's input is wired so that an open loop reads inactive. Until it was read
/// for the first time there is no reading at all, so that a start before the lines are there is no emergency. The shed
/// relays are active while their load is disconnected: a host that is dead sheds nothing.
/// </summary>
[SkipLocalsInit]
public sealed class GpioSiteLines : ISiteLines
{
    private static readonly TimeSpan CommandMaxAge = TimeSpan.FromSeconds(1);

    private readonly IGpio gpio;
    private readonly IGpioInput stopLoop;
    private readonly IGpioInput permit;
    private readonly IGpioInput? contactor;
    private readonly IGpioInput? clear;
    private readonly IGpioInput? onGrid;
    private readonly IGpioInput? onIsland;
    private readonly IGpioInput?[] relays;
    private readonly IGpioOutput[] shed;
    private readonly bool[] isShed;
    private readonly TimeSpan period;
    private ShedCommand command;
    private LinesReading last;
    private uint sequence;

    /// <summary>Claims the lines.</summary>
    /// <param name="gpio">The chip or socket, used by this device alone.</param>
    /// <param name="names">Which line is which.</param>
    /// <param name="period">How often the levels are read even when no edge was seen.</param>
    /// <exception cref="GpioException">A line does not exist or is busy.</exception>
    /// <exception cref="ArgumentException">The transfer switch has one contact only.</exception>
    public GpioSiteLines(IGpio gpio, SiteLineNames names, TimeSpan period)
    {
        if (names.OnGrid is null != names.OnIsland is null)
            throw new ArgumentException("a transfer switch needs both contacts: onGridLine and onIslandLine");
        this.gpio = gpio;
        this.period = period;
        stopLoop = gpio.OpenInput(names.StopLoop);
        permit = gpio.OpenInput(names.Permit);
        contactor = Open(names.ContactorFeedback);
        clear = Open(names.Clear);
        onGrid = Open(names.OnGrid);
        onIsland = Open(names.OnIsland);
        relays = [.. names.Relays.Select(Open)];
        shed = [.. names.Shed.Select(gpio.OpenOutput)];
        isShed = new bool[shed.Length];
    }

    /// <summary>The family's line in the catalog.</summary>
    public static SiteLinesFamily Family { get; } = new(
        "gpio-lines",
        BusUse.Gpio,
        [
            new("stopLoopLine", SettingKind.Text),
            new("permitLine", SettingKind.Text),
            new("contactorFeedbackLine", SettingKind.Text, Default: ""),
            new("clearLine", SettingKind.Text, Default: ""),
            new("onGridLine", SettingKind.Text, Default: ""),
            new("onIslandLine", SettingKind.Text, Default: ""),
            new("relay1Line", SettingKind.Text, Default: ""),
            new("relay2Line", SettingKind.Text, Default: ""),
            new("relay3Line", SettingKind.Text, Default: ""),
            new("relay4Line", SettingKind.Text, Default: ""),
            new("shed1Line", SettingKind.Text, Default: ""),
            new("shed2Line", SettingKind.Text, Default: ""),
            new("shed3Line", SettingKind.Text, Default: ""),
            new("shed4Line", SettingKind.Text, Default: ""),
            new("pollMs", SettingKind.Integer, 5, 100),
        ],
        settings => TimingOf(settings.Milliseconds("pollMs")),
        parts => new GpioSiteLines(
            parts.Gpio(), SiteLineNames.Of(parts.Settings), parts.Settings.Milliseconds("pollMs")));

    /// <inheritdoc/>
    public Latest<Reading<LinesReading>> Readings { get; } = new();

    /// <inheritdoc/>
    public Latest<ShedCommand> Shed { get; } = new();

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
            HasSupervisorPermit: permit.TryRead(out var isPermitted) && isPermitted)
        {
            ContactorFeedback = Level(contactor),
            ClearButton = Level(clear),
            Transfer = Position(Level(onGrid), Level(onIsland)),
            Relays = new(Relay(0), Relay(1), Relay(2), Relay(3)),
        };
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
        Shed.TryRead(ref command);
        var age = now - command.IssuedAt;
        var isStale = age > CommandMaxAge || age < -CommandMaxAge;
        for (var i = 0; i < shed.Length; i++)
        {
            var wanted = !isStale && i < command.Lines;
            // What could not be driven is tried again with the next turn.
            if (wanted != isShed[i] && shed[i].TryWrite(wanted)) isShed[i] = wanted;
        }
    }

    private static TransferPosition Position(LineLevel grid, LineLevel island) => (grid, island) switch
    {
        (LineLevel.NotWired, _) => TransferPosition.NotWired,
        (LineLevel.Active, LineLevel.Inactive) => TransferPosition.Grid,
        (LineLevel.Inactive, LineLevel.Active) => TransferPosition.Island,
        (LineLevel.Inactive, LineLevel.Inactive) => TransferPosition.Between,
        _ => TransferPosition.Unknown,
    };

    private static LineLevel Level(IGpioInput? line)
    {
        if (line is null) return LineLevel.NotWired;
        if (!line.TryRead(out var isActive)) return LineLevel.Unknown;
        return isActive ? LineLevel.Active : LineLevel.Inactive;
    }

    private LineLevel Relay(int index) => index < relays.Length ? Level(relays[index]) : LineLevel.NotWired;

    private IGpioInput? Open(string? line) => line is null ? null : gpio.OpenInput(line);

    // Three polls may be missed before the lines count as unknown, and never less than a second: unknown latches the
    // emergency stop, which sends a person to the machine. The hard-wired loop has cut the coil long before.
    private static DeviceTiming TimingOf(TimeSpan period) => new(
        Period: period, Refresh: TimeSpan.Zero, MaxAge: LongestOf(1.Seconds, 3 * period + 50.Milliseconds),
        DeadTime: TimeSpan.Zero, SettlingTime: TimeSpan.Zero, StartTime: TimeSpan.Zero, StopTime: TimeSpan.Zero);

    private static TimeSpan LongestOf(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
