namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>What a step of the session wants driven, sent and reported.</summary>
public readonly record struct SessionOutputs
{
    /// <summary>d1, charge sequence signal 1: +12 V, wakes the car.</summary>
    public bool ChargeStart { get; private init; }
    /// <summary>d2, charge sequence signal 2: with d1 it feeds the car's contactor.</summary>
    public bool ContactorSupply { get; private init; }
    /// <summary>Connector lock.</summary>
    public bool Lock { get; private init; }
    /// <summary>Command to the power stage.</summary>
    public StageCommand Stage { get; private init; }

    /// <summary>The frames below go out on the 100 ms grid.</summary>
    public bool IsTransmitting { get; private init; }
    /// <summary>108.</summary>
    public ChargerLimits Limits { get; private init; }
    /// <summary>109.</summary>
    public ChargerStatus Status { get; private init; }
    /// <summary>208.</summary>
    public ChargerDischarge Discharge { get; private init; }
    /// <summary>209.</summary>
    public ChargerDischargeTimes DischargeTimes { get; private init; }

    /// <summary>208 and 209 go out too: both sides can discharge.</summary>
    public bool IsDischargeOffered { get; private init; }

    /// <summary>State of the session.</summary>
    public EvseSession Session { get; private init; }
    /// <summary>Faults of the session, and what would keep a new one from starting.</summary>
    public EvseFaults Faults { get; private init; }
    /// <summary>Of these, what is seen at this moment with no session on.</summary>
    public EvseFaults ActiveFaults { get; private init; }
    /// <summary>The car's contactor is closed, by its report and by voltage.</summary>
    public bool IsContactorClosed { get; private init; }
    /// <summary>Null outside a permitted session.</summary>
    public Soc? VehicleSoc { get; private init; }
    /// <summary>Most the car takes, DC, ≥ 0; 0 while not energised.</summary>
    public Amperes VehicleCharge { get; private init; }
    /// <summary>Most the car gives, DC, ≤ 0; 0 while not energised.</summary>
    public Amperes VehicleDischarge { get; private init; }

    internal static SessionOutputs From(
        in SessionInputs seen, in SessionState state, in SessionFacts facts, ChademoSettings settings)
    {
        var phase = state.Phase;
        var inD2 = phase is >= SessionPhase.Closing and <= SessionPhase.Interrupting;
        // Interrupting may come from before d2: it must not switch d2 on.
        var d2 = inD2 && (phase != SessionPhase.Interrupting || state.WasSupplied);
        var d1 = phase is >= SessionPhase.Waking and <= SessionPhase.Interrupting
            || (phase == SessionPhase.Releasing && state.Lasted(seen.Now) < settings.Times.SupplyGap);
        var energised = phase == SessionPhase.Transferring;
        var active = Present(seen, state, facts, settings.Times);
        return new()
        {
            ChargeStart = d1,
            ContactorSupply = d2,
            Lock = phase is >= SessionPhase.Locking and <= SessionPhase.Releasing && state.PermittedAt is not null,
            Stage = StageFor(state, facts, settings, seen.Now),
            // From the car's first 102 on, not before.
            IsTransmitting = phase is >= SessionPhase.Exchanging and <= SessionPhase.Unlocking
                && seen.Car.Request.Sequence != 0 && seen.Car.Request.TakenAt >= state.StartedAt,
            IsDischargeOffered = ChargerFrames.IsDischargeOffered(seen, settings),
            Limits = ChargerFrames.Limits(seen, state, facts, settings),
            Status = ChargerFrames.Status(seen, state, facts, settings),
            Discharge = ChargerFrames.Discharge(state, facts, settings),
            DischargeTimes = new(settings.DischargeSequence, energised ? settings.RemainingDischarge : TimeSpan.Zero),
            Session = SessionOf(seen, state, settings.Times),
            Faults = state.Faults | active,
            ActiveFaults = active,
            IsContactorClosed = facts.ContactorClosed,
            VehicleSoc = state.PermittedAt is not null ? CurrentCommand.Soc(facts) : null,
            VehicleCharge = energised ? state.ChargeLimit.Current : Amperes.Zero,
            VehicleDischarge = energised ? -CurrentCommand.Allowance(seen, facts, settings) : Amperes.Zero,
        };
    }

    private static StageCommand StageFor(
        in SessionState state, in SessionFacts facts, ChademoSettings settings, TimeSpan now)
    {
        switch (state.Phase)
        {
            case SessionPhase.Insulating:
                return new(StageMode.Voltage, settings.AvailableVoltage, Amperes.Zero);
            case SessionPhase.RampingDown when state.Lasted(now) < settings.Times.RampDown:
                return new(StageMode.Current, Ceiling(facts), Amperes.Zero);
            case SessionPhase.Transferring when state.Command < Amperes.Zero && facts.Discharge is { } car:
                var floor = car.MinVoltage > settings.LowerThreshold ? car.MinVoltage : settings.LowerThreshold;
                return new(StageMode.Current, floor, Quantised(state.Command));
            case SessionPhase.Transferring:
                return new(StageMode.Current, Ceiling(facts), Quantised(state.Command));
            default:
                return default;
        }
    }

    /// <summary>Toward zero in steps of 0.1 A, so that noise of the voltage is no stream of commands.</summary>
    private static Amperes Quantised(Amperes command) => new(Math.Truncate(command.Value * 10) / 10);

    private static Volts Ceiling(in SessionFacts facts) =>
        facts.Request is { } request && request.TargetVoltage < facts.Threshold
            ? request.TargetVoltage : facts.Threshold;

    private static EvseSession SessionOf(
        in SessionInputs seen, in SessionState state, ChademoTimes times) => state.Phase switch
    {
        SessionPhase.Idle => seen.Lines.Plug == true ? EvseSession.PluggedIn : EvseSession.Unplugged,
        SessionPhase.Faulted => EvseSession.Faulted,
        SessionPhase.Transferring => EvseSession.Energised,
        < SessionPhase.Transferring => EvseSession.Starting,
        // Locked for good: nobody should wait for this stop to end.
        _ when IsHeldLocked(seen, state, times) => EvseSession.Faulted,
        _ => EvseSession.Stopping,
    };

    private static bool IsHeldLocked(in SessionInputs seen, in SessionState state, ChademoTimes times) =>
        state.Phase == SessionPhase.Releasing && state.Lasted(seen.Now) >= times.Bleed;

    private static EvseFaults OfStage(in SessionFacts facts, EvseFaults voltageMeans) => facts.Stage switch
    {
        null => EvseFaults.PowerStageSilent,
        { IsFaulted: true } => EvseFaults.PowerStage,
        { Voltage: var voltage } when !(voltage < SessionFacts.SafeToTouch) => voltageMeans,
        _ => EvseFaults.None,
    };

    /// <summary>What is wrong now with no session on; it keeps one from starting.</summary>
    private static EvseFaults Present(
        in SessionInputs seen, in SessionState state, in SessionFacts facts, ChademoTimes times)
    {
        var lines = seen.Lines;
        if (IsHeldLocked(seen, state, times))
        {
            var voltageMeans = state.ToldStage(seen.Now) >= times.Bleed ? EvseFaults.Weld : EvseFaults.None;
            return OfStage(facts, voltageMeans) | (lines.EarthFault == true ? EvseFaults.Insulation : 0);
        }
        if (state.Phase is not (SessionPhase.Idle or SessionPhase.Faulted)) return EvseFaults.None;
        var faults = OfStage(facts, EvseFaults.PowerStage);
        var isKnown = lines is { Permission: not null, Plug: not null, Locked: not null, EarthFault: not null };
        if (!isKnown || !lines.OutputsObey)
            faults |= EvseFaults.Line;
        // A car may need a moment to let go after d1 went off.
        if (lines.Permission == true && state.Lasted(seen.Now) >= times.Settle) faults |= EvseFaults.PermissionMismatch;
        if (lines.Locked == true) faults |= EvseFaults.Lock;
        if (lines.EarthFault == true) faults |= EvseFaults.Insulation;
        return faults;
    }
}
