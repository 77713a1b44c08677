namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>What can be told of a session by listening to both sides.</summary>
/// <param name="Phase">Where the observed charger stands, named as our own sequence.</param>
/// <param name="Soc">From permission to the end of the session.</param>
/// <param name="IsPermitted">102.5.0; the analogue line is not on the bus.</param>
/// <param name="IsLocked">109.5.2.</param>
/// <param name="IsContactorClosed">102.5.3 = 0.</param>
/// <param name="Charger">109.5.</param>
/// <param name="Requested">102.3 (or 110).</param>
/// <param name="Available">108.3.</param>
/// <param name="DischargeAllowed">255 − 200.0.</param>
/// <param name="DischargeAvailable">255 − 208.3.</param>
/// <param name="Faults">What either side reports.</param>
public readonly record struct ChademoObservation(
    SessionPhase Phase, Soc? Soc, bool IsPermitted, bool IsLocked, bool IsContactorClosed, ChargerState Charger,
    Amperes Requested, Amperes Available, Amperes DischargeAllowed, Amperes DischargeAvailable, EvseFaults Faults);

/// <summary>
/// Follows somebody else's session from the frames of both sides; it never sends and never judges times: what is seen
/// is so.
/// </summary>
public sealed class ChademoObserver
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);
    private CarSeen car;
    private Reading<ChargerLimits> limits;
    private Reading<ChargerStatus> status;
    private Reading<ChargerDischarge> discharge;
    private bool sawTestVoltage;
    private bool wasPermitted;
    private bool hasEnded;

    /// <summary>What is seen now.</summary>
    public ChademoObservation Seen { get; private set; }

    /// <summary>Voltage at the outlet, 109.1–2.</summary>
    public Volts Voltage { get; private set; }

    /// <summary>Current, positive into the car: 109.3 or −(255 − 208.0).</summary>
    public Amperes Current { get; private set; }

    /// <summary>Takes a frame; true when something to tell changed.</summary>
    public bool Take(in CanFrame frame, TimeSpan at)
    {
        var isNews = hasEnded && car.Request.Age(at) > Silence && CarRequest.TryDecode(frame, out _);
        if (isNews) (car, hasEnded) = (default, false);
        car.Take(frame, at);
        if (ChargerLimits.TryDecode(frame, out var newLimits)) limits = limits.Then(newLimits, at);
        if (ChargerStatus.TryDecode(frame, out var newStatus)) status = status.Then(newStatus, at);
        if (ChargerDischarge.TryDecode(frame, out var newDischarge)) discharge = discharge.Then(newDischarge, at);

        var before = Seen;
        Seen = Observe(before, at);
        return Seen != before;
    }

    private ChademoObservation Observe(in ChademoObservation before, TimeSpan at)
    {
        var request = car.Request.Within(Silence, at);
        var charger = status.Within(Silence, at);
        var given = discharge.Within(Silence, at)?.Current ?? Amperes.Zero;
        Voltage = charger?.Voltage ?? Voltage;
        Current = (charger?.ChargeCurrent ?? Amperes.Zero) - given;

        var isPermitted = request is { IsPermitted: true };
        // A car that goes on permitting after the charger gave up has not begun anew.
        if (isPermitted && !before.IsPermitted) hasEnded = false;
        if (isPermitted && !hasEnded) wasPermitted = true;
        var flags = charger?.State ?? ChargerState.None;
        var now = before with
        {
            IsPermitted = isPermitted,
            IsLocked = (flags & ChargerState.Locked) != 0,
            IsContactorClosed = request is { ReportsContactorClosed: true },
            Charger = flags,
            Requested = Requested(request, at),
            Available = limits.Within(Silence, at)?.AvailableCurrent ?? Amperes.Zero,
            DischargeAllowed = car.Discharge.Within(Silence, at)?.MaxCurrent ?? Amperes.Zero,
            DischargeAvailable = discharge.Within(Silence, at)?.AvailableCurrent ?? Amperes.Zero,
            Faults = FaultsIn(before, request, flags),
        };
        var phase = Next(before.Phase, now);
        if (phase is SessionPhase.Idle or SessionPhase.Faulted && before.Phase != phase)
            (hasEnded, wasPermitted, sawTestVoltage) = (true, false, false);
        return now with { Phase = phase, Soc = wasPermitted ? SocNow(request, at) : null };
    }

    private SessionPhase Next(SessionPhase phase, in ChademoObservation now)
    {
        var isHeard = !hasEnded && (car.Request.Sequence != 0 || car.Limits.Sequence != 0);
        var isCharging = (now.Charger & (ChargerState.Charging | ChargerState.StopControl)) == ChargerState.Charging;
        var target = car.Request.Within(TimeSpan.MaxValue, car.Request.TakenAt)?.TargetVoltage.Value;
        var isClosed = now is { IsContactorClosed: true, IsPermitted: true } && Voltage.Value >= target / 2;
        var available = limits.Within(TimeSpan.MaxValue, limits.TakenAt)?.AvailableVoltage.Value;
        var test = available * Session.TestShare;
        if (phase == SessionPhase.Insulating && Voltage.Value >= test) sawTestVoltage = true;
        var isStopped = !now.IsPermitted || (now.Faults != EvseFaults.None && !isCharging);
        return phase switch
        {
            SessionPhase.Idle or SessionPhase.Faulted when isHeard => SessionPhase.Waking,
            SessionPhase.Waking when car.HasIntroducedItself => SessionPhase.Exchanging,
            >= SessionPhase.Waking and < SessionPhase.Transferring when isCharging => SessionPhase.Transferring,
            SessionPhase.Exchanging when now.IsPermitted => SessionPhase.Locking,
            >= SessionPhase.Locking and < SessionPhase.Transferring when isStopped => AfterStop(now),
            // A charger that drops the lock without a word has given up (seen on one recording).
            > SessionPhase.Locking and < SessionPhase.Transferring when !now.IsLocked => SessionPhase.Releasing,
            SessionPhase.Locking when now.IsLocked => SessionPhase.Insulating,
            >= SessionPhase.Insulating and < SessionPhase.Requesting when isClosed => SessionPhase.Requesting,
            SessionPhase.Insulating when sawTestVoltage && Voltage.Value < test => SessionPhase.Bleeding,
            SessionPhase.Bleeding when Voltage < SessionFacts.TestOver => SessionPhase.Closing,
            SessionPhase.Transferring when !isCharging || !now.IsPermitted => SessionPhase.RampingDown,
            SessionPhase.RampingDown when (now.Charger & ChargerState.Charging) == 0 => SessionPhase.AwaitingOpen,
            SessionPhase.AwaitingOpen when !now.IsContactorClosed => SessionPhase.Releasing,
            SessionPhase.Releasing when !now.IsLocked
                => now.Faults == EvseFaults.None ? SessionPhase.Idle : SessionPhase.Faulted,
            _ => phase,
        };
    }

    private static SessionPhase AfterStop(in ChademoObservation now) =>
        now.IsContactorClosed ? SessionPhase.AwaitingOpen : SessionPhase.Releasing;

    private Amperes Requested(CarRequest? request, TimeSpan at) =>
        request is not { } r ? Amperes.Zero
        : r.RequestedCurrent.Value < CarRequest.InExtendedFrame ? r.RequestedCurrent
        : car.Extended.Within(Silence, at)?.RequestedCurrent ?? Amperes.Zero;

    private Soc? SocNow(CarRequest? request, TimeSpan at) =>
        request is { } r && car.Limits.Within(Silence, at) is { RateReference: > 0 } l
        && r.ChargedRate <= l.RateReference ? new(100.0 * r.ChargedRate / l.RateReference) : null;

    /// <summary>Faults of the session so far; a new session starts clean.</summary>
    private static EvseFaults FaultsIn(in ChademoObservation before, CarRequest? request, ChargerState charger)
    {
        var faults = before.Phase is SessionPhase.Idle or SessionPhase.Waking ? EvseFaults.None : before.Faults;
        var isInSession = before.Phase is >= SessionPhase.Exchanging and < SessionPhase.Releasing;
        const ChargerState malfunction = ChargerState.ChargerMalfunction | ChargerState.SystemMalfunction;
        if (request is { } r && (r.Faults != CarFaults.None || (r.Status & CarStatus.SystemFault) != 0))
            faults |= EvseFaults.Vehicle;
        if (request is null && isInSession) faults |= EvseFaults.VehicleSilent;
        if ((charger & malfunction) != 0) faults |= EvseFaults.PowerStage;
        if ((charger & ChargerState.BatteryIncompatible) != 0) faults |= EvseFaults.Incompatible;
        return faults;
    }
}
