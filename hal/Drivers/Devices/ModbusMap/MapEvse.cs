using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>
/// A bidirectional EVSE that is described by a map. A state that the map does not know means "not controllable": a
/// fault bit, no session, and only stopping is still tried. Writes are those of the map's allow-list.
/// </summary>
public sealed class MapEvse : IEvse, IHandsBack, IOwnsRegisters
{
    private static readonly TimeSpan commandAge = TimeSpan.FromSeconds(1);

    private readonly MapEvseSettings settings;
    private readonly DeviceMap map;
    private readonly MapPoll poll;
    private readonly PacedModbus wire;
    private readonly MapOrders orders;
    private readonly Action<ushort, ushort[], TimeSpan> observe;
    private readonly MapField power, state;
    private readonly MapField? faults, soc, volts, amperes, chargeLimit, dischargeLimit;
    private EvseCommand command;
    private EvseReading seen;
    private TimeSpan seenAt;
    private bool isControllable;
    private bool hasJustWritten;
    private uint sequence;

    /// <summary>Makes the driver; nothing is sent before the first <see cref="Read"/>.</summary>
    /// <exception cref="ArgumentException">Settings that do not fit the map.</exception>
    public MapEvse(IModbus bus, DeviceMap map, MapEvseSettings settings)
    {
        settings.Require(map, MapKind.Evse);
        if (map.IsPowerDc && !(settings.MinEfficiency > 0 && settings.MaxEfficiency >= settings.MinEfficiency))
            throw new ArgumentException("power is measured at the DC side: say minEfficiency and maxEfficiency");
        if (settings.MaxDischarge > Watts.Zero && map.Commands!.Discharge.Count == 0)
            throw new ArgumentException("the map cannot discharge: maxDischargeW must be 0");
        if (settings.MaxDischarge > Watts.Zero && !settings.AcceptsAssumed && map.IsDischargeAssumed)
            throw new ArgumentException(
                "discharge is only assumed: maxDischargeW must be 0, or say \"acceptAssumed\" after trying it");
        (this.map, this.settings) = (map, settings);
        wire = PacedModbus.Over(bus, map.Times.MinimumGap);
        poll = new(map, settings);
        orders = new(wire, map, settings, Ownership);
        observe = orders.Observe;
        (power, state) = (map.Find("powerW")!, map.Find("state")!);
        (faults, soc, volts, amperes) = (Known("faults"), Known("socPct"), Known("dcVoltageV"), Known("dcCurrentA"));
        (chargeLimit, dischargeLimit) = (Known("chargeLimitW"), Known("dischargeLimitW"));

        // What is assumed and not accepted is as if the map did not have it.
        MapField? Known(string name) =>
            map.Find(name) is { } field && (field.Sure != Sureness.Assumed || settings.AcceptsAssumed) ? field : null;
    }

    /// <inheritdoc/>
    public Latest<Reading<EvseReading>> Readings { get; } = new();

    /// <inheritdoc/>
    public Latest<EvseCommand> Commands { get; } = new();

    /// <inheritdoc/>
    public EventRing<OwnershipEvent> Ownership { get; } = new(IOwnsRegisters.EventsKept);

    /// <summary>What is wrong with reading at present; any thread.</summary>
    public MapTrouble Trouble => poll.Trouble;

    /// <inheritdoc/>
    public TimeSpan NextDue
    {
        get
        {
            var write = orders.NextDue > wire.FreeAt ? orders.NextDue : wire.FreeAt;
            return write < poll.NextDue ? write : poll.NextDue;
        }
    }

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        wire.Now = now;
        // Where a device wants a gap, there is one request a turn: a write that waits goes first, then they alternate.
        var hasGap = map.Times.MinimumGap > TimeSpan.Zero;
        if (hasGap && orders.NextDue <= now && !hasJustWritten) return false;
        hasJustWritten = false;
        if (!poll.Turn(wire, now, observe)) return false;
        var found = Decode(poll.TakenAt, out var reading);
        poll.Judge(found);
        if (found != MapTrouble.None) return false;
        (seen, seenAt) = (reading, poll.TakenAt);
        orders.See(reading);
        if (++sequence == 0) sequence = 1;
        Readings.Publish(new(reading, poll.TakenAt, sequence));
        return true;
    }

    /// <inheritdoc/>
    public void Write(TimeSpan now)
    {
        wire.Now = now;
        Commands.TryRead(ref command);
        var age = now - command.IssuedAt;
        // A command may be stamped a moment after this turn's time was taken.
        var isFresh = age <= commandAge && age >= -commandAge;
        var asked = isFresh ? command : new(Watts.Zero, Connection.Open, now, command.Session);
        // Of a device that was not heard lately nothing is known but that it should stop.
        var isKnown = sequence != 0 && now - seenAt <= map.Times.MaxAge;
        orders.Ask(asked, isKnown ? seen : default, isKnown, isKnown && isControllable, now);
        if (wire.FreeAt > now) return;
        var freeAt = wire.FreeAt;
        orders.Turn(now);
        hasJustWritten = wire.FreeAt != freeAt;
    }

    /// <inheritdoc/>
    public bool HandBack(TimeSpan now)
    {
        wire.Now = now;
        return wire.FreeAt <= now && orders.HandBack(now);
    }

    private MapTrouble Decode(TimeSpan takenAt, out EvseReading reading)
    {
        reading = default;
        if (!poll.IsTheDevice()) return MapTrouble.OtherDevice;
        if (poll.Value(power) is not { } measured) return MapTrouble.NoValue;
        if (Math.Abs(measured) > settings.MaxPower.Value) return MapTrouble.Implausible;
        var known = StateNow();
        isControllable = known is { Session: not null };
        var session = known?.Session ?? EvseSession.Faulted;
        var (low, high) = AcInterval(measured, known?.Flow ?? MapFlow.Either);
        var isOn = session == EvseSession.Energised;
        reading = new(
            new((low + high) / 2 + 0.0), new(low), new(high), new(poll.Value(volts) ?? 0),
            new(poll.Value(amperes) ?? 0),
            session, isOn, SocIn(session), settings.MaxCharge, -settings.MaxDischarge,
            Limit(chargeLimit, 1, Watts.Zero, settings.MaxCharge),
            Limit(dischargeLimit, map.IsPowerDc ? settings.MinEfficiency : 1, -settings.MaxDischarge, Watts.Zero),
            FaultsNow(known) | orders.FaultsAt(takenAt));
        return MapTrouble.None;
    }

    // A number that is assumed counts like one that is unknown, unless the site accepts it.
    private MapState? StateNow() =>
        poll.Value(state) is { } number && map.States.TryGetValue((long)number, out var known)
        && (known.Sure != Sureness.Assumed || settings.AcceptsAssumed) ? known : null;

    private EvseFaults FaultsNow(MapState? known)
    {
        var found = EvseFaults.None;
        if (known?.Session is null) found |= EvseFaults.NotControllable;
        if (known?.Session == EvseSession.Faulted) found |= EvseFaults.PowerStage;
        if (faults is not null && poll.Value(faults) is not 0.0) found |= EvseFaults.PowerStage;
        return found;
    }

    // A limit that the map has and the device does not say is 0; one that the map does not have is the installer's.
    private Watts Limit(MapField? field, double share, Watts low, Watts high)
    {
        var own = low == Watts.Zero ? high : low;
        if (field is null) return own;
        return new(Math.Clamp((poll.Value(field) ?? 0) * share, low.Value, high.Value) + 0.0);
    }

    private (double Low, double High) AcInterval(double measured, MapFlow flow)
    {
        var (worst, best) = map.IsPowerDc ? (settings.MinEfficiency, settings.MaxEfficiency) : (1, 1);
        if (!map.IsSignByState) return Ac(measured);
        var magnitude = Math.Abs(measured);
        // In a state without a flow, or an unknown one, either direction is possible.
        return flow switch
        {
            MapFlow.Charge => Ac(magnitude),
            MapFlow.Discharge => Ac(-magnitude),
            _ => (Ac(-magnitude).Low, Ac(magnitude).High),
        };

        // At least and at most, whichever the direction.
        (double Low, double High) Ac(double power) =>
            power >= 0 ? (power / best, power / worst) : (power * best, power * worst);
    }

    private Soc? SocIn(EvseSession session)
    {
        if (soc is null || (soc.ValidIn.Count > 0 && !soc.ValidIn.Contains(session))) return null;
        return poll.Value(soc) is { } percent ? new Soc(percent) : null;
    }
}
