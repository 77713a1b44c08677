namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>
/// Infy BEG1K075G bidirectional AC/DC module as the power stage. Single source (an open driver); not tried on
/// hardware. Current 0 switches the output off, as that driver does. One thread, on the module's own bus.
/// </summary>
public sealed class InfyStage : IDcPowerStage
{
    private readonly ICanBus bus;
    private readonly InfySettings settings;
    private InfyInbox inbox;
    private InfyDirection direction;
    private bool? writtenDirection;
    private Setting sent;
    private bool isSent;
    private bool mayBeOn = true;
    private TimeSpan nextPoll;
    private TimeSpan nextRepeat;

    /// <summary>A module on a bus of its own.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public InfyStage(ICanBus bus, InfySettings settings)
    {
        this.bus = bus;
        this.settings = settings.Checked();
    }

    /// <inheritdoc/>
    public StageRatings Ratings => settings.Ratings;

    /// <inheritdoc/>
    public Reading<StageReading> Reading => inbox.Reading;

    /// <inheritdoc/>
    public TimeSpan NextDue => nextPoll < nextRepeat ? nextPoll : nextRepeat;

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        var isNew = false;
        for (var i = 0; i < 256 && bus.TryReceive(out var frame, out var arrivedAt); i++)
            isNew |= inbox.Take(frame, arrivedAt < now ? arrivedAt : now, settings.StatusAge);
        return isNew;
    }

    /// <inheritdoc/>
    public void Write(in StageCommand command, TimeSpan now)
    {
        var wanted = Wanted(command);
        var reported = inbox.IsInverter(settings.StatusAge, now);
        bool? wantsInverter = wanted.IsOn ? wanted.IsInverter : null;
        direction = direction.Next(wantsInverter, mayBeOn, Reading, reported, now);
        var agrees = wanted.IsInverter == direction.IsInverter && reported == direction.IsInverter;
        Apply(wanted.IsOn && agrees ? wanted : default, reported, now);
        if (now < nextPoll) return;
        Poll();
        nextPoll = Later(nextPoll, settings.Poll, now);
    }

    /// <summary>What the module is asked for; the default is off.</summary>
    private readonly record struct Setting(bool IsOn, bool IsInverter, uint Millivolts, uint Milliamperes);

    private Setting Wanted(in StageCommand command)
    {
        var amperes = command.Mode switch
        {
            StageMode.Voltage => settings.VoltageModeCurrent.Value,
            StageMode.Current => command.Current.Value,
            _ => 0,
        };
        if (!double.IsFinite(amperes) || !double.IsFinite(command.Voltage.Value)) return default;
        var milliamperes = (uint)(Math.Min(Math.Abs(amperes), Ratings.MaxCurrent.Value) * 1000 + 1e-6);
        if (milliamperes == 0) return default;
        var volts = Math.Clamp(command.Voltage.Value, Ratings.MinVoltage.Value, Ratings.MaxVoltage.Value);
        return new(true, amperes < 0, (uint)Math.Round(volts * 1000), milliamperes);
    }

    private void Apply(in Setting wanted, bool? reported, TimeSpan now)
    {
        // An off that did not take is repeated with every round of reading, not only with the keep-alive.
        var ignoresOff = !wanted.IsOn && now >= nextPoll && Reading.Within(settings.StatusAge, now) is { IsOn: true };
        var all = !isSent || now >= nextRepeat || ignoresOff;
        if (!all && wanted == sent && !DirectionChanged()) return;

        var took = wanted.IsOn ? SwitchOn(wanted, all) : Send(InfyRegister.Status, InfyRegister.Off);
        var mayTurn = direction.MayWrite(reported, settings.DirectionDwell, now);
        if ((all || DirectionChanged()) && direction.IsInverter is { } inverter && mayTurn)
        {
            took &= Send(InfyRegister.WorkingMode, inverter ? InfyRegister.Inverter : InfyRegister.Rectifier);
            writtenDirection = inverter;
        }
        (sent, isSent, mayBeOn) = (wanted, took, wanted.IsOn || !took);
        if (all) nextRepeat = now + settings.KeepAlive;
    }

    private bool DirectionChanged() => direction.IsInverter != writtenDirection;

    /// <summary>Voltage and current first, then on: the output never comes up with an older set-point.</summary>
    private bool SwitchOn(in Setting wanted, bool all)
    {
        var was = isSent && sent.IsOn && !all ? sent : default;
        var took = true;
        if (wanted.Millivolts != was.Millivolts) took &= Send(InfyRegister.SystemVoltage, wanted.Millivolts);
        if (wanted.Milliamperes != was.Milliamperes) took &= Send(InfyRegister.SystemCurrent, wanted.Milliamperes);
        if (!was.IsOn) took &= Send(InfyRegister.Status, InfyRegister.On);
        return took;
    }

    private bool Send(ushort address, uint value) =>
        bus.TrySend(InfyRegister.Frame(IdFor(InfyId.Write, settings.Address), address, value));

    private void Poll()
    {
        Ask(settings.Group, InfyRegister.Status);
        Ask(settings.Group, InfyRegister.InverterStatus);
        Ask(settings.Address, InfyRegister.SystemVoltage);
        Ask(settings.Address, InfyRegister.SystemCurrent);
    }

    private void Ask(byte destination, ushort address) =>
        bus.TrySend(InfyRegister.Frame(IdFor(InfyId.Read, destination), address, 0));

    private static InfyId IdFor(byte command, byte destination)
    {
        var device = destination == InfyId.Broadcast ? InfyId.SingleModule : InfyId.Group;
        return new(0, device, command, destination, InfyId.Controller);
    }

    private static TimeSpan Later(TimeSpan due, TimeSpan period, TimeSpan now) =>
        now - due >= period ? now + period : due + period;
}
