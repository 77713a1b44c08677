namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>One rectifier with the V1.13 protocol: AC → DC only. Discharge is off. Not tried on hardware.</summary>
internal sealed class RectifierModule : IInfyModule
{
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(200);
    private readonly ICanBus bus;
    private readonly InfySettings settings;
    private readonly byte address;
    private Reading<InfyStatus> status;
    private Reading<double> amperes;
    private Reading<double> moduleVolts;
    private Setting sent;
    private bool isSent;
    private TimeSpan nextPoll;
    private TimeSpan nextRepeat;

    /// <param name="bus">The modules' bus.</param>
    /// <param name="settings">How it is spoken to; checked.</param>
    /// <param name="address">Its address.</param>
    public RectifierModule(ICanBus bus, InfySettings settings, byte address) =>
        (this.bus, this.settings, this.address) = (bus, settings, address);

    public Reading<StageReading> Reading { get; private set; }

    public TimeSpan NextDue => nextPoll < nextRepeat ? nextPoll : nextRepeat;

    public bool Take(in CanFrame frame, TimeSpan at)
    {
        if (!RectifierFrame.TryDecode(frame, out var id, out var data)) return false;
        if (id is not { Error: 0, Destination: InfyId.Controller } || id.Source != address) return false;
        switch (id.Command)
        {
            case RectifierFrame.Status:
                status = new(RectifierFrame.StatusIn(data), at, 1);
                return false;
            case RectifierFrame.Measured when RectifierFrame.MeasuredIn(data) is { } measured:
                (moduleVolts, amperes) = (new(measured.Voltage.Value, at, 1), new(measured.Current.Value, at, 1));
                return false;
            case RectifierFrame.Outlet when RectifierFrame.OutletIn(data) is { } outlet:
                return Complete(outlet.Voltage.Value, at);
            default:
                return false;
        }
    }

    // The outlet's voltage ends a round. Without status and current of the same round there is no reading.
    private bool Complete(double outletVolts, TimeSpan at)
    {
        if (status.Within(settings.StatusAge, at) is not { } bits) return false;
        if (amperes.Within(RoundTime, at) is not { } current) return false;
        if (moduleVolts.Within(RoundTime, at) is not { } own) return false;
        var reading = new StageReading(
            new(settings.HasOutletVoltage ? outletVolts : own), new(current), (bits & InfyStatus.DcOff) == 0,
            (bits & InfyStatus.AnyFault) != 0, (uint)bits);
        var number = Reading.Sequence == uint.MaxValue ? 1 : Reading.Sequence + 1;
        Reading = new(reading, amperes.TakenAt, number);
        return true;
    }

    public void Write(in StageCommand command, TimeSpan now)
    {
        Apply(Wanted(command), now);
        if (now < nextPoll) return;
        bus.TrySend(RectifierFrame.To(address, RectifierFrame.Status));
        bus.TrySend(RectifierFrame.To(address, RectifierFrame.Measured));
        bus.TrySend(RectifierFrame.To(address, RectifierFrame.Outlet));
        nextPoll = InfyPace.Next(nextPoll, settings.Poll, now);
    }

    /// <summary>What the module is asked for; the default is off.</summary>
    private readonly record struct Setting(bool IsOn, uint Millivolts, uint Milliamperes);

    private Setting Wanted(in StageCommand command)
    {
        var ratings = settings.Ratings;
        var current = command.Mode switch
        {
            StageMode.Voltage => settings.VoltageModeCurrent.Value,
            StageMode.Current => command.Current.Value,
            _ => 0,
        };
        if (!double.IsFinite(current) || !double.IsFinite(command.Voltage.Value) || current < 0) return default;
        var milliamperes = (uint)(Math.Min(current, ratings.MaxCurrent.Value) * 1000 + 1e-6);
        if (milliamperes == 0) return default;
        var volts = Math.Clamp(command.Voltage.Value, ratings.MinVoltage.Value, ratings.MaxVoltage.Value);
        return new(true, (uint)Math.Round(volts * 1000), milliamperes);
    }

    private void Apply(in Setting wanted, TimeSpan now)
    {
        var ignoresOff = !wanted.IsOn && now >= nextPoll && Reading.Within(settings.StatusAge, now) is { IsOn: true };
        var all = !isSent || now >= nextRepeat || ignoresOff;
        if (!all && wanted == sent) return;
        // Voltage and current first, then on: the output never comes up with an older set-point.
        var took = !wanted.IsOn
            || Send(RectifierFrame.Set, RectifierFrame.OfSet(wanted.Millivolts, wanted.Milliamperes));
        if (all || wanted.IsOn != sent.IsOn)
            took &= Send(RectifierFrame.Switch, RectifierFrame.OfSwitch(wanted.IsOn));
        (sent, isSent) = (wanted, took);
        if (all) nextRepeat = now + settings.KeepAlive;
    }

    private bool Send(byte command, ulong data) => bus.TrySend(RectifierFrame.To(address, command, data));
}
