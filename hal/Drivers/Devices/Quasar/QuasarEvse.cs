namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>
/// A Wallbox Quasar 1: an integrated AC charger, so that car, lock, insulation and contactor are its own affair and are
/// known only as far as it tells. Reads three blocks a poll, leads <see cref="QuasarSession"/>, writes through
/// <see cref="QuasarWrites"/>. One thread.
/// </summary>
public sealed class QuasarEvse : IEvse, IHandsBack, IOwnsRegisters
{
    private const short Quiet = 1;
    private const int MissesOfARestart = 3;
    private static readonly TimeSpan CommandLife = 1.Seconds, FastPoll = 250.Milliseconds;
    private static readonly TimeSpan StartAgain = 15.Seconds, StopAgain = 5.Seconds, NotTakenFor = 2.Seconds;

    private readonly QuasarSettings settings;
    private readonly IGpio? gpio;
    private readonly QuasarWrites writes;
    private readonly QuasarSupply supply;
    private readonly QuasarLiveness liveness;
    private readonly QuasarReader reader;
    private readonly SocMemory socMemory;
    private readonly GrowthGate growth;
    private QuasarSession session;
    private EvseCommand command;
    private QuasarLive live;
    private TimeSpan? actedAt;
    private TimeSpan? yieldedAt;
    private TimeSpan nextPoll;
    private int misses;
    private uint readingNumber;
    private bool isFrozen;
    private bool wasUnplugged;
    private bool hasLive;
    private bool isTurning;
    private bool wasCut;

    /// <summary>Claims the supply's line, if there is one; it is driven inactive.</summary>
    /// <param name="bus">The charger's connection; it takes one client at a time.</param>
    /// <param name="gpio">Digital lines; null when no supply line is set.</param>
    /// <param name="settings">Ratings, quirks, times.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="GpioException">The line cannot be had.</exception>
    public QuasarEvse(IModbus bus, IGpio? gpio, QuasarSettings settings)
    {
        this.settings = settings.Checked();
        this.gpio = gpio;
        writes = new(bus, settings, Ownership);
        reader = new(writes);
        supply = new(settings.SupplyLine is { } line ? gpio?.OpenOutput(line) : null, settings.SupplyOff);
        liveness = new(settings.FrozenAfter);
        socMemory = new(settings.SocHold);
        growth = new(settings.GrowthGap);
    }

    /// <inheritdoc/>
    public Latest<Reading<EvseReading>> Readings { get; } = new();

    /// <inheritdoc/>
    public Latest<EvseCommand> Commands { get; } = new();

    /// <inheritdoc/>
    public EventRing<OwnershipEvent> Ownership { get; } = new(IOwnsRegisters.EventsKept);

    /// <inheritdoc/>
    public TimeSpan NextDue => isTurning && writes.NextDue < nextPoll ? writes.NextDue : nextPoll;

    /// <summary>Where the session stands, for logs.</summary>
    public QuasarPhase Phase => session.Phase;

    /// <summary>The set-point goes out in W; false = in A.</summary>
    public bool IsInWatts => writes.IsInWatts;

    /// <summary>Error bits as the charger gives them: unrecoverable, recoverable.</summary>
    public (uint Unrecoverable, uint Recoverable) Errors => (live.Unrecoverable, live.Recoverable);

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        gpio?.Refresh();
        if (now < nextPoll) return false;
        nextPoll = now + PollPeriod(now);
        if (supply.IsOff(now))
        {
            session = session with { Phase = QuasarPhase.Idle };
            Publish(WithoutSupply(), now);
            return true;
        }
        if (!reader.TryRead(now))
        {
            misses++;
            return false;
        }
        // A charger that was away may have restarted: what stands in its registers is nobody's doing.
        if (misses >= MissesOfARestart) Introduce();
        (misses, hasLive) = (0, true);
        live = QuasarLive.Decode(reader.Live);
        isFrozen = liveness.IsFrozen(reader.Live, live, now);
        reader.Show(now);
        Step(now);
        Publish(Observed(now), now);
        return true;
    }

    /// <inheritdoc/>
    public void Write(TimeSpan now)
    {
        Commands.TryRead(ref command);
        var isOverdue = session.Phase == QuasarPhase.Stopping && now - session.Since > settings.StopTime;
        wasCut = isOverdue || (wasCut && supply.IsOff(now));
        if (Commands.Sequence != 0 && supply.Drive(Wish(now) == Connection.OpenNow || isOverdue, now)) Introduce();
        isTurning = misses == 0 && hasLive && !supply.IsOff(now);
        if (!isTurning)
        {
            StopBlind(now);
            return;
        }
        Step(now);
        Lead(now);
        writes.Turn(now);
    }

    /// <inheritdoc/>
    // With nobody there to take it back there is nothing to wait for.
    public bool HandBack(TimeSpan now) => !isTurning || writes.HandBack(now);

    // Readings no longer come: a stop is tried all the same, but seldom, since each try may cost a timeout. Everything
    // else waits; the charger's own idle timeout and its supply are behind this.
    private void StopBlind(TimeSpan now)
    {
        if (supply.IsOff(now) || Wish(now) == Connection.Close) return;
        // Never heard, or stood back: nothing is ours to stop, and the phase says so.
        if (session.Phase == QuasarPhase.Idle || !IsTimeTo(StopAgain, now)) return;
        writes.WantSetpoint(growth.Stopped());
        writes.Act(QuasarAction.Stop);
        writes.Turn(now);
    }

    private TimeSpan PollPeriod(TimeSpan now)
    {
        var isWaking = session.Phase == QuasarPhase.Running && socMemory.Known(now) is null
            && now - session.Since < settings.SocWake;
        return isWaking && FastPoll < settings.Period ? FastPoll : settings.Period;
    }

    private Connection Wish(TimeSpan now)
    {
        var age = now - command.IssuedAt;
        // A command may be stamped a moment after this turn's time was taken.
        var isFresh = age <= CommandLife && age >= -CommandLife;
        return isFresh ? command.Connection : Connection.Open;
    }

    private bool IsNotTaken(TimeSpan now) => writes.NotTakenSince is { } since && now - since > NotTakenFor;

    private void Introduce()
    {
        writes.TakeOver();
        liveness.Forget();
        (session, hasLive) = (session with { Phase = QuasarPhase.Idle }, false);
    }

    private void Step(TimeSpan now)
    {
        Yield(now);
        if (writes.IsFaulted && writes.IsControlHeld && !live.State.IsTransferring && !live.Flows) writes.ClearFault();
        var wish = Wish(now);
        var facts = new QuasarFacts(
            now, live.State, live.Flows,
            IsReady: writes.IsControlHeld && live.State.IsControllable && !reader.IsLocked && !isFrozen
                && !IsNotTaken(now) && live.Unrecoverable == 0 && !writes.IsRefused,
            writes.IsYielded, wish == Connection.Close, command.Session);
        var next = session.Next(facts, settings);
        // A stop that was not said yet is said first: the start before it may still be on its way.
        var isEnded = session.Phase == QuasarPhase.Stopping && next.Phase == QuasarPhase.Idle;
        if (isEnded && actedAt is null && !live.State.IsUnplugged && !writes.IsYielded) next = session;
        if (next.Phase != session.Phase) actedAt = null;
        session = next;
        socMemory.See(live.Soc, session.Phase == QuasarPhase.Running, now);
    }

    private void Yield(TimeSpan now)
    {
        if (!writes.IsYielded)
        {
            yieldedAt = null;
            return;
        }
        var since = yieldedAt ??= now;
        var isOver = now - since >= settings.YieldFor && !live.State.IsTransferring && !live.Flows;
        if (isOver || live.State.IsUnplugged) writes.TakeOver();
    }

    private void Lead(TimeSpan now)
    {
        if (writes.IsYielded) return;
        writes.WantControl();
        var isUnplugged = live.State.IsUnplugged;
        // A stop at once, or it may start by itself when the next car is plugged in.
        if (isUnplugged && !wasUnplugged) writes.Act(QuasarAction.Stop);
        if (isUnplugged) writes.ForgetRefusal();
        if (live.State.TellsPlug) wasUnplugged = isUnplugged;
        writes.WantSetpoint(Setpoint(now));
        switch (session.Phase)
        {
            case QuasarPhase.Starting when writes.IsSetpointHeld && IsTimeTo(StartAgain, now):
                writes.Act(QuasarAction.Start);
                break;
            case QuasarPhase.Stopping when IsTimeTo(StopAgain, now):
                writes.Act(QuasarAction.Stop);
                break;
        }
    }

    private bool IsTimeTo(TimeSpan again, TimeSpan now)
    {
        if (actedAt is { } at && now - at < again) return false;
        actedAt = now;
        return true;
    }

    // Zero within a session is 1 W, as its users keep one for the state of charge; on firmware that takes A it is 1 A,
    // below the 3 A from which on anything happens.
    private short Setpoint(TimeSpan now)
    {
        if (session.Phase == QuasarPhase.Starting) return Quiet;
        if (session.Phase != QuasarPhase.Running) return growth.Stopped();
        var watts = Watts.Max(StageDischarge, Watts.Min(command.Setpoint, StageCharge));
        var counts = growth.Next(watts, QuasarWrites.Counts(watts, writes.IsInWatts, live.AcVoltage), now);
        return counts == 0 ? Quiet : counts;
    }

    private Watts Most(Watts rating) => live.MaxPower is { } setting ? Watts.Min(rating, setting) : rating;

    private Watts StageCharge => Most(settings.MaxCharge);

    private Watts StageDischarge => writes.IsDischargeRefused ? Watts.Zero : -Most(settings.MaxDischarge);

    private EvseReading Observed(TimeSpan now)
    {
        var faults = FaultsSeen(now);
        var isUnknown = isFrozen || IsNotTaken(now);
        var rating = Watts.Max(settings.MaxCharge, settings.MaxDischarge);
        var mayTransfer = (faults & ~EvseFaults.StartTimeout) == 0;
        var isEnergised = session.Phase == QuasarPhase.Running;
        var takes = isEnergised && mayTransfer && live.State != QuasarState.WaitingForCar;
        return new(
            live.Power, isUnknown ? -rating : live.Power, isUnknown ? rating : live.Power,
            live.DcVoltage ?? default, live.DcCurrent ?? default, Session(),
            IsContactorClosed: isUnknown || live.State.IsTransferring || live.Flows || isEnergised,
            socMemory.Known(now),
            mayTransfer ? StageCharge : Watts.Zero, mayTransfer ? StageDischarge : Watts.Zero,
            // What the car itself takes and gives is not told: the charger's own rating stands for it.
            takes ? StageCharge : Watts.Zero, takes ? StageDischarge : Watts.Zero, faults)
        {
            // A start that failed is remembered; the rest is seen.
            ActiveFaults = faults & ~session.Fault,
        };
    }

    private EvseFaults FaultsSeen(TimeSpan now)
    {
        var faults = session.Fault;
        if (live.Unrecoverable != 0) faults |= EvseFaults.PowerStage;
        var refuses = !live.State.IsControllable || live.Recoverable != 0 || writes.IsRefused
            || (reader.IsLocked && !live.State.IsUnplugged);
        if (refuses) faults |= EvseFaults.NotControllable;
        if (writes.IsYielded) faults |= EvseFaults.Yielded;
        if (writes.IsFaulted) faults |= EvseFaults.ForeignControl;
        if (isFrozen || IsNotTaken(now)) faults |= EvseFaults.Frozen;
        if (!supply.Obeys) faults |= EvseFaults.Line;
        return faults;
    }

    private EvseSession Session() => session.Phase switch
    {
        _ when live.State.IsUnplugged => EvseSession.Unplugged,
        QuasarPhase.Starting => EvseSession.Starting,
        QuasarPhase.Running => EvseSession.Energised,
        QuasarPhase.Stopping => EvseSession.Stopping,
        _ when live.State.IsTransferring => EvseSession.Energised,
        _ when session.Fault != EvseFaults.None => EvseSession.Faulted,
        // In a state that does not tell, the plug is where it was seen last.
        _ when !live.State.TellsPlug && wasUnplugged => EvseSession.Unplugged,
        _ => EvseSession.PluggedIn,
    };

    // Nothing can flow, whatever the car and the charger were doing, and nothing is to be asked of it until it answers.
    private EvseReading WithoutSupply() => new(
        default, default, default, default, default,
        wasUnplugged ? EvseSession.Unplugged : EvseSession.PluggedIn, IsContactorClosed: false, null,
        default, default, default, default, wasCut ? EvseFaults.PowerStage : EvseFaults.NotControllable);

    private void Publish(in EvseReading reading, TimeSpan now)
    {
        readingNumber = readingNumber == uint.MaxValue ? 1 : readingNumber + 1;
        Readings.Publish(new(reading, now, readingNumber));
    }
}
