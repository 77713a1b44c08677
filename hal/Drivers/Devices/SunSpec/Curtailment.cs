namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>The limit on an inverter's generation: finds the model that carries it and what 100 % are.</summary>
internal sealed class Curtailment
{
    private const int Limit704 = 0, Limit123 = 1, Settings121 = 2, Nameplate120 = 3;
    // Index among the names of 702, see GridSettingsSides.
    private const int WMax702 = 3;

    private readonly IModbus bus;
    private readonly byte unit;
    private readonly SunSpecCurtailment settings;
    private readonly SunSpecLink link;
    private readonly int first;
    private readonly int capability;
    private GenerationLimit? limit;
    private PollBlock? controlled;
    private PollBlock? unfit;
    private uint seen;
    private bool isAsked;

    /// <exception cref="ArgumentException">Settings that cannot be meant.</exception>
    public Curtailment(IModbus bus, byte unit, SunSpecCurtailment settings, SunSpecLink link, int first, int capability)
    {
        settings.Write.Require();
        if (settings.SilencePercent is not (>= 0 and <= 100))
            throw new ArgumentException("the limit for silence must be from 0 to 100 %", nameof(settings));
        this.bus = bus;
        this.unit = unit;
        this.settings = settings;
        this.link = link;
        this.first = first;
        this.capability = capability;
    }

    /// <summary>What is to be read.</summary>
    public static SideSpec[] Specs { get; } =
    [
        new([704], GenerationLimit.Names704, TimeSpan.FromSeconds(1)),
        new([123], GenerationLimit.Names123, TimeSpan.FromSeconds(1)),
        new([121], ["WMax"], TimeSpan.FromMinutes(1)),
        new([120], ["WRtg"], TimeSpan.FromMinutes(1)),
    ];

    /// <summary>The limit stands in the device.</summary>
    public bool IsHeld => limit is { IsHeld: true };

    /// <summary>What a person should know.</summary>
    public DerWarnings Warnings => limit?.Warnings ?? DerWarnings.NotControllable;

    /// <summary>When it next has something to do.</summary>
    public TimeSpan NextDue => isAsked && limit is not null ? limit.NextDue : TimeSpan.MaxValue;

    /// <summary>Takes in what was read beside the poll.</summary>
    public void Update(DeviceQuirks quirks)
    {
        Bind(quirks);
        if (limit is null) return;
        limit.MaxPower = Base() ?? double.NaN;
        if (controlled is null) return;
        var side = link.Side(first + (controlled.Place.Model == 704 ? Limit704 : Limit123));
        if (side.TakenAt is not { } takenAt || side.Count == seen || side.Block != controlled) return;
        seen = side.Count;
        limit.Observe(takenAt);
    }

    /// <summary>Writes what is due.</summary>
    public void Turn(in CurtailmentCommand command, TimeSpan now)
    {
        if (limit is null) return;
        isAsked = true;
        var isSilent = now - command.IssuedAt > settings.Write.Reversion;
        var most = isSilent
            ? settings.SilencePercent >= 100 ? double.PositiveInfinity : limit.MaxPower * settings.SilencePercent / 100
            : Math.Max(0, -command.MostGeneration.Value);
        limit.TryWant(most);
        limit.Turn(now);
    }

    /// <summary>Gives the registers back; true when done.</summary>
    public bool HandBack(TimeSpan now) => limit?.HandBack(now) ?? true;

    private void Bind(DeviceQuirks quirks)
    {
        var newer = link.Side(first + Limit704);
        if (newer.Block is { } block704 && block704 != unfit)
        {
            if (newer.TakenAt is null || block704 == controlled) return;
            limit = GenerationLimit.Over704(
                block704, bus, unit, settings.Write, quirks,
                Math.Max(settings.SilencePercent, quirks.MinimumLimitPercent));
            controlled = block704;
            if (limit is not null) return;
            unfit = block704;
        }
        var older = link.Side(first + Limit123);
        if (older.TakenAt is null || older.Block == controlled) return;
        controlled = older.Block!;
        limit = GenerationLimit.Over123(controlled, bus, unit, settings.Write, quirks);
    }

    private double? Base() => Number(capability, WMax702)
        ?? (settings.IsOfRating ? Number(first + Nameplate120, 0) : Number(first + Settings121, 0));

    private double? Number(int side, int point) =>
        link.Side(side).TakenAt is null ? null : link.Side(side).Block!.Number(point);
}
