namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// SunSpec inverter, models 701, 101–103 and 111–113 (in this order of preference). Generation is turned into
/// negative power. A power that is not implemented or impossible gives no reading: the last one ages. Beside it its DC
/// inputs and its grid-code settings are read now and then. Where the site file says so, its generation is limited.
/// </summary>
public sealed class SunSpecInverter
    : SunSpecReader<InverterReading>, IInverter, IGridConnected, ICurtailable, IHandsBack, IOwnsRegisters
{
    private static readonly ushort[][] Families = [[701], [101, 102, 103], [111, 112, 113]];
    private static readonly string[] Names = ["W", "InvSt", "St", "Alrm", "Evt1"];
    private const int W = 0, InvSt = 1, St = 2, Alrm = 3, Evt1 = 4;
    private const int StringsAt = 0, GridAt = 1, CurtailmentAt = GridAt + GridSettingsSides.Count;

    /// <summary>The value of a state point that means "fault": 701 numbers its states otherwise than 101–113.</summary>
    private const uint FaultOf701 = 6, FaultOf10x = 7;

    private readonly SunSpecInverterSettings settings;
    private readonly double sign;
    private readonly GridSettingsSides grid;
    private readonly Curtailment? curtailment;
    private CurtailmentCommand command;
    private uint stringsSeen;

    /// <summary>Makes the driver; nothing is sent before the first read.</summary>
    /// <exception cref="ArgumentException">Settings that cannot be meant.</exception>
    public SunSpecInverter(IModbus bus, SunSpecInverterSettings settings)
        : base(bus, settings, Families, Names,
        [
            StringSide.Spec, .. GridSettingsSides.Specs,
            .. settings.Curtailment is null ? [] : Curtailment.Specs,
        ])
    {
        this.settings = settings;
        if (settings.Curtailment is { } how)
        {
            how = how with { Write = how.Write with { Told = Ownership } };
            curtailment = new(bus, settings.Unit, how, Link, CurtailmentAt, GridAt);
        }
        sign = settings.Sign == SunSpecSign.PositiveIsImport ? 1 : -1;
        grid = new(Link, GridAt);
    }

    /// <summary>Newest reading of the DC inputs; nothing is published by a device that has neither 160 nor
    /// 714.</summary>
    public Latest<Reading<InverterStrings>> Strings { get; } = new();

    /// <inheritdoc/>
    public Latest<Reading<GridSettings>> GridSettings => grid.Settings;

    /// <inheritdoc/>
    public Latest<CurtailmentCommand> Commands { get; } = new();

    /// <inheritdoc/>
    public EventRing<OwnershipEvent> Ownership { get; } = new(IOwnsRegisters.EventsKept);

    /// <inheritdoc/>
    public bool IsHeld => curtailment is { IsHeld: true };

    /// <summary>What a person should know about how it is limited.</summary>
    public DerWarnings Warnings => curtailment?.Warnings ?? DerWarnings.NotControllable;

    /// <inheritdoc/>
    public override TimeSpan NextDue =>
        curtailment is { } limit && Link.IsPolling && limit.NextDue < Link.NextDue ? limit.NextDue : Link.NextDue;

    /// <inheritdoc/>
    public override void Write(TimeSpan now)
    {
        if (curtailment is null || !Link.IsPolling || !Commands.TryRead(ref command)) return;
        curtailment.Turn(command, now);
    }

    /// <inheritdoc/>
    public bool HandBack(TimeSpan now) => curtailment?.HandBack(now) ?? true;

    private protected override SunSpecTrouble Decode(PollBlock block, TimeSpan now, out InverterReading reading)
    {
        reading = default;
        UpdateStrings();
        grid.Update();
        curtailment?.Update(Quirks ?? DeviceQuirks.None);
        if (!block.TryNumber(W, out var power)) return SunSpecTrouble.NotImplemented;
        if (Math.Abs(power) > settings.MaxPower.Value) return SunSpecTrouble.Implausible;
        var isFaulted = Link.Model == 701 ? block.Bits(InvSt) == FaultOf701 : block.Bits(St) == FaultOf10x;
        // The bits of 701.Alrm and of 101–113.Evt1 agree as far as the latter go (0…15).
        var alarms = (Link.Model == 701 ? block.Bits(Alrm) : block.Bits(Evt1)) ?? 0;
        // Adding zero turns a negative zero into a plain one.
        reading = new(new(sign * power + 0.0), isFaulted, alarms);
        return SunSpecTrouble.None;
    }

    private void UpdateStrings()
    {
        var side = Link.Side(StringsAt);
        if (side.TakenAt is not { } takenAt || side.Count == stringsSeen) return;
        stringsSeen = side.Count;
        Strings.Publish(new(StringSide.Decode(side.Block!), takenAt, side.Count));
    }
}
