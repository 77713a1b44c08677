namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// A bidirectional inverter that a car hangs on, as an EVSE: power by model 704, else 124; its session by its state and
/// its DC side. A command that cannot be given, confirmed or kept is a fault in the reading. Zero can always be
/// commanded, whatever the scale factors are.
/// </summary>
public sealed class SunSpecDerEvse : SunSpecReader<EvseReading>, IEvse, IGridConnected, IHandsBack, IOwnsRegisters
{
    private static readonly TimeSpan CommandMaxAge = TimeSpan.FromSeconds(1);
    // Without current a disconnection wears nothing; longer than this it is not waited for: the inverter's own sequence
    // takes it from there.
    private static readonly TimeSpan WaitForZero = TimeSpan.FromMilliseconds(500);
    private static readonly Watts NoPower = new(200);
    private static readonly Amperes NoCurrent = new(1);

    private readonly IModbus bus;
    private readonly SunSpecDerEvseSettings settings;
    private readonly GridSettingsSides grid;
    private readonly DerSides sides;
    private readonly double setSign;
    private PollBlock? controlled;
    private PollBlock? permitted;
    private PollBlock? formed;
    private DerControl? control;
    private ServicePermit? service;
    private GridFormingOrder? forming;
    private EvseReading newest;
    private EvseCommand command;
    private TimeSpan? openSince;
    private bool cannotSay;
    private uint controlSeen;
    private uint permitSeen;

    /// <summary>Makes the driver; nothing is sent before the first read.</summary>
    /// <exception cref="ArgumentException">Settings that cannot be meant.</exception>
    public SunSpecDerEvse(IModbus bus, SunSpecDerEvseSettings settings)
        : base(bus, settings, DerSides.Families, DerSides.Names, DerSides.Specs(settings.Period))
    {
        settings.Write.Require();
        if (settings.SetpointSign is not (SunSpecSign.PositiveIsImport or SunSpecSign.PositiveIsExport))
            throw new ArgumentException("the sign of the set-point must be stated", nameof(settings));
        if (settings.MaxCharge < Watts.Zero || settings.MaxDischarge < Watts.Zero)
            throw new ArgumentException("powers are magnitudes", nameof(settings));
        this.bus = bus;
        this.settings = settings with { Write = settings.Write with { Told = Ownership } };
        setSign = settings.SetpointSign == SunSpecSign.PositiveIsImport ? 1 : -1;
        sides = new(Link, settings);
        grid = new(Link, DerSides.GridAt);
    }

    /// <inheritdoc/>
    public Latest<EvseCommand> Commands { get; } = new();

    /// <inheritdoc/>
    public EventRing<OwnershipEvent> Ownership { get; } = new(IOwnsRegisters.EventsKept);

    /// <inheritdoc/>
    public Latest<Reading<GridSettings>> GridSettings => grid.Settings;

    /// <summary>What a person should know about how it is controlled.</summary>
    public DerWarnings Warnings => (control?.Warnings ?? DerWarnings.NotControllable)
        | (service is null ? DerWarnings.NoService : DerWarnings.None);

    /// <summary>What is commanded stands in the device.</summary>
    public bool IsHeld => control is { IsHeld: true };

    /// <inheritdoc/>
    public override TimeSpan NextDue
    {
        get
        {
            var due = Link.NextDue;
            // What cannot be written now must not be waited for.
            if (!Link.IsPolling) return due;
            if (control is { } power && power.NextDue < due) due = power.NextDue;
            if (forming is { } order && order.NextDue < due) due = order.NextDue;
            return service is { } permit && permit.NextDue < due ? permit.NextDue : due;
        }
    }

    /// <inheritdoc/>
    public override void Write(TimeSpan now)
    {
        if (!Link.IsPolling || control is null) return;
        Commands.TryRead(ref command);
        var age = now - command.IssuedAt;
        // A command may be stamped a moment after this turn's time was taken.
        var isStale = age > CommandMaxAge || age < -CommandMaxAge;
        var connection = isStale ? Connection.Open : command.Connection;
        var isClosing = connection == Connection.Close;
        openSince = isClosing ? null : openSince ?? now;
        forming?.Want(isClosing && command.FormsGrid);
        forming?.Turn(now);
        var power = isClosing && newest.Session == EvseSession.Energised && !sides.IsScaleUncertain
            ? Watts.Max(
                Watts.Max(newest.StageDischarge, newest.InverterDischarge ?? newest.StageDischarge),
                Watts.Min(Watts.Min(newest.StageCharge, newest.InverterCharge ?? newest.StageCharge), command.Setpoint))
            : Watts.Zero;
        cannotSay = !power.IsFinite || !control.TryWant(setSign * power.Value);
        control.Turn(now);
        if (service is null) return;
        var isGone = Watts.Abs(newest.Power) < NoPower && Amperes.Abs(newest.DcCurrent) < NoCurrent;
        var mayOpen = connection == Connection.OpenNow || isGone || now - (openSince ?? now) >= WaitForZero;
        if (isClosing) service.Want(true);
        else if (mayOpen) service.Want(false);
        service.Turn(now);
    }

    /// <inheritdoc/>
    public bool HandBack(TimeSpan now)
    {
        if (control is null) return true;
        var isPowerBack = control.HandBack(now);
        var isFormingBack = forming?.HandBack(now) ?? true;
        return (service?.HandBack(now) ?? true) && isPowerBack && isFormingBack;
    }

    private protected override SunSpecTrouble Decode(PollBlock block, TimeSpan now, out EvseReading reading)
    {
        reading = default;
        Bind();
        Observe();
        grid.Update();
        var found = sides.TryRead(block, now, out var seen);
        if (found != SunSpecTrouble.None) return found;
        var faults = seen.Faults | (control?.Faults ?? EvseFaults.NotControllable)
            | (service is { IsYielded: true } ? EvseFaults.Yielded : 0)
            | (cannotSay || sides.IsScaleUncertain || sides.IsLocal ? EvseFaults.NotControllable : 0);
        var dischargeLimit = (Warnings & DerWarnings.ChargeOnly) != 0 ? Watts.Zero : -settings.MaxDischarge;
        reading = new(
            seen.Power, seen.Power, seen.Power, seen.DcVoltage, seen.DcCurrent, seen.Session, seen.IsConnected,
            seen.Soc,
            settings.MaxCharge, dischargeLimit, settings.MaxCharge, dischargeLimit, faults)
        {
            InverterCharge = seen.CanCharge,
            InverterDischarge = -seen.CanDischarge,
            StageTemperature = seen.Temperature,
            Forming = forming is null ? GridForming.NotMapped : seen.FormsGrid ? GridForming.On : GridForming.Off,
        };
        newest = reading;
        return SunSpecTrouble.None;
    }

    /// <summary>Takes the models that can be written, once they have been read; again after the device moved.</summary>
    private void Bind()
    {
        var quirks = Quirks ?? DeviceQuirks.None;
        if (sides.Controlled is { } block && block != controlled)
        {
            controlled = block;
            control = block.Place.Model == 704
                ? Setpoint704.Over(block, bus, settings.Unit, settings.Write, quirks)
                : Setpoint124.Over(block, bus, settings.Unit, settings.Write, quirks, settings.CanForceDischarge);
        }
        if (settings.MayFormGrid && sides.Forming is { } own && own != formed)
        {
            formed = own;
            forming = GridFormingOrder.Over(own, bus, settings.Unit, settings.Write, quirks);
        }
        if (settings.Service == DerService.None || sides.Permit is not { } permit || permit == permitted) return;
        permitted = permit;
        service = ServicePermit.Over(permit, bus, settings.Unit, settings.Write, quirks);
    }

    /// <summary>What was read beside the poll shows whether somebody else writes.</summary>
    private void Observe()
    {
        var side = sides.ControlSide;
        if (side.TakenAt is { } takenAt && side.Count != controlSeen && side.Block == controlled)
        {
            controlSeen = side.Count;
            control?.Observe(takenAt);
        }
        var permit = sides.PermitSide;
        if (permit.TakenAt is not { } readAt || permit.Count == permitSeen) return;
        permitSeen = permit.Count;
        service?.Observe(permit.Block!, readAt);
    }
}
