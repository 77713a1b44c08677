using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>
/// The write side of an EVSE with a map: turns a command into one of the map's sequences and lets
/// <see cref="OwnedRegisters"/> write it. One thread.
/// <code>
///           close      new session     energised
///  Untouched ───► takeOver ───► start ────► hold / charge / discharge
///      ▲                                       │ open, stale, fault
///      └── hand-back ◄──── stop (repeated) ◄───┘
/// </code>
/// </summary>
internal sealed class MapOrders
{
    private static readonly TimeSpan shortestRepeat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan yieldFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan shortestRamp = TimeSpan.FromSeconds(5);
    // Full power in the wrong place is what a confirmation by effect must exclude, not a few hundred watts.
    private const double EffectWatts = 300, EffectShare = 0.25;

    private enum Sequence : byte { None, TakeOver, Start, Hold, Charge, Discharge, Stop }

    private readonly DeviceMap map;
    private readonly MapEvseSettings settings;
    private readonly OwnedRegisters owned;
    private readonly IReadOnlyList<MapStep>[] steps;
    private readonly ushort[] registers = new ushort[4];
    private Sequence last;
    private Watts lastPower;
    private bool isTaken;
    private uint startedFor;
    private TimeSpan? energisedAt;
    private bool isStartDue;
    private TimeSpan stoppedAt = TimeSpan.MinValue;
    private TimeSpan repeatAt = TimeSpan.MaxValue;
    private TimeSpan? yieldedAt;
    private EvseFaults refused;
    private Sequence refusedAction;

    public MapOrders(IModbus bus, DeviceMap map, MapEvseSettings settings, EventRing<OwnershipEvent> told)
    {
        (this.map, this.settings) = (map, settings);
        var shift = map.Shift(settings.Position);
        var options = new OwnershipOptions { OnSecondMaster = settings.OnSecondMaster, Told = told };
        if (map.Times.MinimumGap > TimeSpan.Zero)
        {
            var gap = map.Times.MinimumGap;
            // Reading back takes a request of its own, so a write is confirmed after two gaps at the soonest.
            options = options with
            {
                RequestsPerTurn = 1, ConfirmWithin = 4 * gap, LookEvery = gap, RetryAfter = gap, WatchEvery = 10 * gap,
            };
        }
        owned = new(bus, settings.Unit, [.. map.Writes.Select(write => Block(write, shift))], options);
        var commands = map.Commands!;
        steps =
        [
            [], commands.TakeOver, commands.Start, commands.Hold, commands.Charge, commands.Discharge, commands.Stop,
        ];
    }

    /// <summary>When a write, a look or a repetition is due.</summary>
    public TimeSpan NextDue =>
        MayStart ? TimeSpan.Zero : owned.NextDue < repeatAt ? owned.NextDue : repeatAt;

    // A start goes out only when the power that it starts with is known to stand there.
    private bool MayStart => isStartDue && AllHeld();

    /// <summary>What the wire's owner read anyway.</summary>
    public void Observe(ushort start, ushort[] read, TimeSpan takenAt) => owned.Observe(start, read, takenAt);

    /// <summary>What is wrong with being obeyed.</summary>
    public EvseFaults FaultsAt(TimeSpan now)
    {
        // Counted from the first reading that shows it: the poll itself may have been what noticed.
        if (owned.IsYielded) yieldedAt ??= now;
        if (yieldedAt is { } at && now - at >= yieldFor)
        {
            // Stood back long enough: what is found then is what will be restored.
            owned.TakeOver();
            (isTaken, last, yieldedAt) = (false, Sequence.None, null);
        }
        var found = refused;
        if (refusedAction != Sequence.None && refusedAction == last) found |= EvseFaults.NotControllable;
        if (owned.IsYielded) found |= EvseFaults.ForeignControl | EvseFaults.Yielded;
        if (owned.IsFaulted) found |= EvseFaults.ForeignControl;
        return found;
    }

    /// <summary>Confirms by effect what the reading shows.</summary>
    public void See(in EvseReading reading)
    {
        // Ours again, and nothing of the other's still flows.
        var isAtRest = reading.Session != EvseSession.Energised && Math.Abs(reading.Power.Value) <= EffectWatts;
        if (owned.IsFaulted && isAtRest && AllHeld()) owned.ClearFault();
        var wanted = last is Sequence.Charge or Sequence.Discharge ? lastPower.Value : 0;
        if (Math.Abs(reading.Power.Value - wanted) > Math.Max(EffectWatts, EffectShare * Math.Abs(wanted))) return;
        for (var i = 0; i < map.Writes.Count; i++)
            if ((map.Writes[i].Rules.Proof & WriteProof.Effect) != 0) owned.Confirm(i);
    }

    /// <summary>Says what is commanded; written in the next <see cref="Turn"/>.</summary>
    public void Ask(in EvseCommand command, in EvseReading seen, bool isKnown, bool isControllable, TimeSpan now)
    {
        var wantsPower = command.Connection == Connection.Close && isControllable;
        if (!wantsPower)
        {
            Stop(seen, isKnown, now);
            return;
        }
        repeatAt = TimeSpan.MaxValue;
        if (!isTaken)
        {
            isTaken = true;
            Put(Sequence.TakeOver, default);
        }
        switch (seen.Session)
        {
            case EvseSession.PluggedIn when command.Session != startedFor:
                (startedFor, energisedAt) = (command.Session, null);
                Put(Sequence.Start, default);
                break;
            case EvseSession.Starting:
                if (last != Sequence.Start) Put(Sequence.Hold, default);
                break;
            case EvseSession.Energised:
                startedFor = command.Session;
                energisedAt ??= now;
                Follow(command.Setpoint, now);
                break;
        }
    }

    /// <summary>Writes what is due and takes note of what happened.</summary>
    public void Turn(TimeSpan now)
    {
        if (MayStart)
        {
            isStartDue = false;
            Want(Sequence.Start, default, areActions: true);
        }
        owned.Turn(now);
        while (owned.TryTakeEvent(out var happened))
        {
            switch (happened.What)
            {
                // Nothing can be held after a start or stop that is refused: it stands until something else is asked.
                case OwnershipHappening.Refused when map.Writes[happened.Block].Rules.IsAction:
                    refusedAction = last;
                    break;
                case OwnershipHappening.Refused or OwnershipHappening.NotTaken:
                    refused = EvseFaults.NotControllable;
                    break;
            }
        }
        if (refused != EvseFaults.None && AllHeld()) refused = EvseFaults.None;
    }

    /// <summary>Restores what stood there before us.</summary>
    public bool HandBack(TimeSpan now) => owned.HandBack(now);

    private void Follow(Watts setpoint, TimeSpan now)
    {
        var power = new Watts(Math.Clamp(
            setpoint.IsFinite ? setpoint.Value : 0, -settings.MaxDischarge.Value, settings.MaxCharge.Value));
        if (Watts.Abs(power) < map.MinimumPower || power == Watts.Zero) power = Watts.Zero;
        // The loop ramps up from zero: a device that can only hold by stopping must not be stopped at once.
        var ramp = map.Times.DeadTime > shortestRamp ? map.Times.DeadTime : shortestRamp;
        var isNew = last == Sequence.Start && now - energisedAt < ramp;
        if (power == Watts.Zero && isNew) return;
        Put(power > Watts.Zero ? Sequence.Charge : power < Watts.Zero ? Sequence.Discharge : Sequence.Hold, power);
    }

    // Repeated until it is seen to have worked. A device that we never commanded is left alone unless power flows.
    private void Stop(in EvseReading seen, bool isKnown, TimeSpan now)
    {
        var isUp = seen.Session is EvseSession.Energised or EvseSession.Starting;
        var isConnected = isKnown && (isUp || Math.Abs(seen.Power.Value) > EffectWatts);
        if (!isConnected && (!isTaken || (isKnown && last == Sequence.Stop)))
        {
            repeatAt = TimeSpan.MaxValue;
            return;
        }
        var repeat = map.Times.Stop > shortestRepeat ? map.Times.Stop : shortestRepeat;
        if (last == Sequence.Stop && now - stoppedAt < repeat) return;
        last = Sequence.None;
        stoppedAt = now;
        repeatAt = now + repeat;
        Put(Sequence.Stop, default);
    }

    private void Put(Sequence sequence, Watts power)
    {
        if (sequence == last && power == lastPower && sequence != Sequence.Start) return;
        if (sequence != Sequence.TakeOver) (last, lastPower) = (sequence, power);
        isStartDue = sequence == Sequence.Start;
        Want(sequence, power, areActions: false);
        if (!isStartDue) Want(sequence, power, areActions: true);
    }

    private void Want(Sequence sequence, Watts power, bool areActions)
    {
        // By index: an enumerator of a list behind an interface is an allocation.
        var all = steps[(int)sequence];
        for (var i = 0; i < all.Count; i++)
        {
            var step = all[i];
            var write = map.Writes[step.Write];
            if (write.Rules.IsAction != areActions) continue;
            if (write.Sure == Sureness.Assumed && !settings.AcceptsAssumed)
            {
                if (areActions) refusedAction = sequence;
                else refused = EvseFaults.NotControllable;
                continue;
            }
            var value = step.Kind switch
            {
                MapValueKind.Power => OnItsSide(power).Value,
                MapValueKind.Magnitude => Watts.Abs(OnItsSide(power)).Value,
                _ => step.Number,
            };
            value = Math.Clamp(value, write.Min, write.Max);
            if (write.Codec.TryEncode(value, registers, write.Codec.Address))
                owned.Want(step.Write, registers.AsSpan(0, write.Codec.Width));
        }
    }

    // A device that measures at the DC side is commanded there, with the efficiency that makes it less.
    private Watts OnItsSide(Watts ac) => !map.IsPowerDc ? ac
        : ac >= Watts.Zero ? ac * settings.MinEfficiency : ac / settings.MaxEfficiency;

    private bool AllHeld()
    {
        var all = steps[(int)last];
        for (var i = 0; i < all.Count; i++)
            if (!map.Writes[all[i].Write].Rules.IsAction && !owned.IsHeld(all[i].Write)) return false;
        return true;
    }

    private static OwnedBlock Block(MapWrite write, int shift)
    {
        var start = (ushort)(write.Codec.Address + (write.Moves ? shift : 0));
        var block = write.Rules with { };
        if (write.HandBackValue is { } value)
        {
            var values = new ushort[write.Codec.Width];
            if (write.Codec.TryEncode(value, values, write.Codec.Address)) block = block with { HandBack = values };
        }
        return new(block.Name, new(start, (ushort)write.Codec.Width))
        {
            Function = block.Function, Proof = block.Proof, Reversion = block.Reversion,
            EffectWithin = block.EffectWithin, HandBack = block.HandBack, WaitsForEarlier = block.WaitsForEarlier,
            IsAction = block.IsAction,
        };
    }
}
