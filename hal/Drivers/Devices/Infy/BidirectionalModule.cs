using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>
/// One BEG1K075G, bidirectional. Single source (an open driver); not tried on hardware. Current 0 switches the output
/// off, as that driver does.
/// </summary>
[SkipLocalsInit]
internal sealed class BidirectionalModule : IInfyModule
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

    private readonly byte? address;

    /// <param name="bus">The modules' bus.</param>
    /// <param name="settings">How it is spoken to; checked.</param>
    /// <param name="address">Its address; null = alone on its bus, spoken to by broadcast as the source does.</param>
    public BidirectionalModule(ICanBus bus, InfySettings settings, byte? address) =>
        (this.bus, this.settings, this.address) = (bus, settings, address);

    private StageRatings Ratings => settings.Ratings;

    public Reading<StageReading> Reading => inbox.Reading;

    public TimeSpan NextDue => nextPoll < nextRepeat ? nextPoll : nextRepeat;

    public bool Take(in CanFrame frame, TimeSpan at)
    {
        if (address is { } own && InfyId.Parse(frame.Id).Source != own) return false;
        return inbox.Take(frame, at, settings.StatusAge);
    }

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
        nextPoll = InfyPace.Next(nextPoll, settings.Poll, now);
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

    private bool Send(ushort register, uint value) =>
        bus.TrySend(InfyRegister.Frame(IdFor(InfyId.Write), register, value));

    private void Poll()
    {
        Ask(InfyRegister.Status, ofGroup: true);
        Ask(InfyRegister.InverterStatus, ofGroup: true);
        Ask(InfyRegister.SystemVoltage);
        Ask(InfyRegister.SystemCurrent);
    }

    private void Ask(ushort register, bool ofGroup = false)
    {
        var id = ofGroup && address is null
            ? new InfyId(0, InfyId.Group, InfyId.Read, settings.Group, InfyId.Controller)
            : IdFor(InfyId.Read);
        bus.TrySend(InfyRegister.Frame(id, register, 0));
    }

    private InfyId IdFor(byte command) =>
        new(0, InfyId.SingleModule, command, address ?? InfyId.Broadcast, InfyId.Controller);
}
