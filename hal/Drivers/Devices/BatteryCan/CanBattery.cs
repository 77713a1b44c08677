namespace ChargeScape.Edge.Hal.Devices.BatteryCan;

/// <summary>
/// A home battery that speaks the 35x family on CAN. It is listened to; the only frame sent is "alive", and only where
/// the site file asks for it. One thread.
/// </summary>
public sealed class CanBattery : IHomeBattery
{
    private static readonly TimeSpan AlivePeriod = TimeSpan.FromSeconds(1);
    private static readonly CanFrame Alive = new(BatteryCanId.Alive, [0, 0, 0, 0, 0, 0, 0, 0]);
    private const double CoolestCelsius = -60, HottestCelsius = 120;

    private readonly ICanBus bus;
    private readonly BatteryCanSettings settings;
    private Reading<BatteryLimits> limits;
    private Reading<BatteryState> state;
    private Reading<BatteryMeasured> measured;
    private Reading<BatteryRequests> requests;
    private BatteryAlarms alarms;
    private uint number;

    /// <summary>A battery on its bus.</summary>
    public CanBattery(ICanBus bus, BatteryCanSettings settings) => (this.bus, this.settings) = (bus, settings);

    /// <inheritdoc/>
    public Latest<Reading<HomeBatteryReading>> Readings { get; } = new();

    /// <inheritdoc/>
    public TimeSpan NextDue { get; private set; }

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        var isNews = false;
        for (var i = 0; i < 256 && bus.TryReceive(out var frame, out var arrivedAt); i++)
            isNews |= Take(frame, arrivedAt < now ? arrivedAt : now);
        if (!isNews) return false;
        number = number == uint.MaxValue ? 1 : number + 1;
        Readings.Publish(new(Now(now), OldestOf(now), number));
        return true;
    }

    /// <inheritdoc/>
    public void Write(TimeSpan now)
    {
        if (now < NextDue) return;
        if (settings.SendsAlive) bus.TrySend(Alive);
        NextDue = now - NextDue >= AlivePeriod ? now + AlivePeriod : NextDue + AlivePeriod;
    }

    /// <summary>What the family promises: the documents say 1 s; an alive frame is all that is commanded.</summary>
    internal static DeviceTiming TimingOf(TimeSpan maxAge) => new(
        Period: TimeSpan.FromSeconds(1), Refresh: TimeSpan.FromSeconds(1), MaxAge: maxAge,
        DeadTime: default, SettlingTime: default, StartTime: default, StopTime: default);

    private bool Take(in CanFrame frame, TimeSpan at)
    {
        if (BatteryLimits.TryDecode(frame, out var newLimits)) limits = new(newLimits, at, 1);
        else if (BatteryState.TryDecode(frame, out var newState)) state = new(newState, at, 1);
        else if (BatteryMeasured.TryDecode(frame, settings.VoltageStep, out var newMeasured))
            measured = new(newMeasured, at, 1);
        else if (BatteryRequests.TryDecode(frame, out var newRequests)) requests = new(newRequests, at, 1);
        else if (alarms.With(frame) is var newAlarms && newAlarms != alarms) alarms = newAlarms;
        else return false;
        return true;
    }

    private HomeBatteryReading Now(TimeSpan now)
    {
        var said = limits.Within(settings.MaxAge, now);
        var seen = measured.Within(settings.MaxAge, now);
        var health = state.Within(settings.MaxAge, now);
        var current = Current(seen?.Current);
        var voltage = Within(seen?.Voltage);
        return new()
        {
            Soc = health?.Soc,
            HealthPercent = health?.HealthPercent,
            Voltage = voltage,
            Current = current,
            Power = voltage is { } u && current is { } i ? u * i : null,
            Temperature = seen?.Temperature is { Value: >= CoolestCelsius and <= HottestCelsius } t ? t : null,
            ChargeLimit = Limit(said?.Charge, isPositive: true, may => may.MayCharge, now),
            DischargeLimit =
                Limit(said?.Discharge, settings.IsDischargeLimitPositive, may => may.MayDischarge, now) is { } most
                ? Amperes.Zero - most : null,
            ChargeVoltageLimit = Within(said?.ChargeVoltage),
            DischargeVoltageLimit = Within(said?.DischargeVoltage),
            Alarms = alarms.Alarms,
            Warnings = alarms.Warnings,
        };
    }

    private Volts? Within(Volts? voltage) => voltage <= settings.MaxVoltage ? voltage : null;

    private Amperes? Current(Amperes? wire)
    {
        if (wire is not { } current || Amperes.Abs(current) > settings.MaxCurrent) return null;
        return settings.IsChargePositive ? current : -current;
    }

    // A limit with the wrong sign allows nothing; a permission that was given once and then fell silent is none.
    private Amperes? Limit(
        Amperes? wire, bool isPositive, Func<BatteryRequests, bool> permits, TimeSpan now)
    {
        if (wire is not { } limit) return null;
        if (requests.Sequence != 0)
        {
            if (requests.Within(settings.MaxAge, now) is not { } request) return null;
            if (!permits(request)) return Amperes.Zero;
        }
        var magnitude = isPositive ? limit : -limit;
        return Amperes.Max(Amperes.Zero, Amperes.Min(magnitude, settings.MaxCurrent));
    }

    // The reading is as old as the oldest frame that it is made of.
    private TimeSpan OldestOf(TimeSpan now)
    {
        var oldest = now;
        Consider(limits.Sequence, limits.TakenAt);
        Consider(state.Sequence, state.TakenAt);
        Consider(measured.Sequence, measured.TakenAt);
        return oldest;

        void Consider(uint sequence, TimeSpan at)
        {
            if (sequence != 0 && now - at <= settings.MaxAge && at < oldest) oldest = at;
        }
    }
}
