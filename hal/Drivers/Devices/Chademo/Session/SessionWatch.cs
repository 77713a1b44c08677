using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>Which way a session ends.</summary>
internal enum StopPath : byte
{
    /// <summary>Goes on.</summary>
    None,
    /// <summary>Ordered stop, c.4 S1–S5: current to zero, charging off, the car opens, release.</summary>
    Ordered,
    /// <summary>DC off at once, contactor supply off as soon as ≤ 5 A flow.</summary>
    Interrupt,
}

/// <summary>What must stop the session, and why.</summary>
/// <param name="Path">The stricter of all that apply.</param>
/// <param name="Faults">Reasons that are faults; none when the car or the control side simply ended it.</param>
/// <param name="EndedByCar">The car withdrew: no new session without a new start.</param>
internal readonly record struct StopReason(StopPath Path, EvseFaults Faults, bool EndedByCar)
{
    public StopReason Or(bool applies, StopPath path, EvseFaults faults, bool endedByCar = false) =>
        applies ? new(path > Path ? path : Path, Faults | faults, EndedByCar || endedByCar) : this;
}

/// <summary>Watch and react: every row of the protocol notes' c.6. Unknown counts as the unsafe answer.</summary>
[SkipLocalsInit]
internal static class SessionWatch
{
    private const EvseFaults NoVehicle = EvseFaults.StartTimeout | EvseFaults.VehicleSilent;
    private static readonly Amperes DeviationBand = new(10);
    private static readonly Amperes InsulationCurrent = new(0.5);

    /// <summary>Output and request, or output and command, differ by 10 A or more while energy may flow.</summary>
    public static bool Deviates(in SessionFacts facts, in SessionState before)
    {
        if (before.Phase != SessionPhase.Transferring || facts.Current is not { } current) return false;
        if (Amperes.Abs(current - before.Command) >= DeviationBand) return true;
        // In discharge the request is 0 by rule; in charge the car compares its request with what it gets.
        return before.Command >= Amperes.Zero && Amperes.Abs(current - facts.Requested) >= DeviationBand;
    }

    /// <summary>Line and flag of the permission contradict each other before the session is on, or the car's data do
    /// not fit.</summary>
    public static bool IsMisfit(in SessionInputs seen, in SessionFacts facts, SessionPhase phase) => phase switch
    {
        SessionPhase.Waking => seen.Lines.Permission != false && facts.Request is null,
        SessionPhase.Exchanging => !facts.IsCompatible || FlagWithoutLine(seen, facts),
        _ => false,
    };

    private static bool FlagWithoutLine(in SessionInputs seen, in SessionFacts facts) =>
        facts.Request is { IsPermitted: true } && seen.Lines.Permission != true;

    /// <summary>All that applies in this phase of a session.</summary>
    public static StopReason Reason(
        in SessionInputs seen, in SessionState before, in SessionFacts facts, ChademoSettings settings)
    {
        var reason = default(StopReason)
            .Or(seen.Wish.Connection == Connection.OpenNow, StopPath.Interrupt, EvseFaults.None)
            .Or(seen.Wish.Connection == Connection.Open, StopPath.Ordered, EvseFaults.None)
            .Or(facts.Stage is null, StopPath.Interrupt, EvseFaults.PowerStageSilent)
            .Or(facts.Stage is { IsFaulted: true }, StopPath.Interrupt, EvseFaults.PowerStage)
            .Or(seen.Lines.EarthFault != false, StopPath.Interrupt, EvseFaults.Insulation)
            .Or(!seen.Lines.OutputsObey, StopPath.Interrupt, EvseFaults.Line)
            .Or(seen.Car.IsDoubled, StopPath.Interrupt, EvseFaults.Incompatible);
        reason = Connector(seen, before, reason);
        reason = Car(seen, before, facts, reason, settings.Times);
        reason = Voltage(before, facts, reason, settings);
        return Late(seen.Now, before, facts, reason, settings.Times);
    }

    private static StopReason Connector(in SessionInputs seen, in SessionState before, StopReason reason)
    {
        var lines = seen.Lines;
        var beforeLock = before.Phase < SessionPhase.Locking;
        var locked = before.Phase >= SessionPhase.Insulating;
        return reason
            .Or(beforeLock && lines.Plug == false, StopPath.Ordered, EvseFaults.None, endedByCar: true)
            .Or(!beforeLock && lines.Plug == false, StopPath.Interrupt, EvseFaults.Lock)
            .Or(lines.Plug is null, StopPath.Interrupt, EvseFaults.Line)
            .Or(locked && lines.Locked == false, StopPath.Interrupt, EvseFaults.Lock)
            .Or(locked && lines.Locked is null, StopPath.Interrupt, EvseFaults.Lock | EvseFaults.Line)
            .Or(before.Phase > SessionPhase.Waking && lines.Permission is null, StopPath.Ordered, EvseFaults.Line);
    }

    private static StopReason Car(
        in SessionInputs seen, in SessionState before, in SessionFacts facts, StopReason reason, ChademoTimes times)
    {
        var phase = before.Phase;
        if (phase == SessionPhase.Waking)
            return reason.Or(Misfits(before, seen.Now, times), StopPath.Ordered, EvseFaults.PermissionMismatch);
        if (facts.Request is not { } request) return reason.Or(true, StopPath.Interrupt, EvseFaults.VehicleSilent);
        // 100 comes before 102 and so is missed before it: that is silence, not data that do not fit, which would keep
        // every start away until the plug is pulled.
        if (facts.Limits is null && phase <= SessionPhase.Transferring)
            return reason.Or(true, StopPath.Interrupt, EvseFaults.VehicleSilent);
        // Once we are stopping, the car withdrawing is what we asked for.
        if (phase > SessionPhase.Transferring) return reason;

        var permitted = phase >= SessionPhase.Locking;
        var isTest = phase is SessionPhase.Insulating or SessionPhase.Bleeding;
        return reason
            .Or(request.Faults != CarFaults.None, StopPath.Ordered, EvseFaults.Vehicle)
            .Or((request.Status & CarStatus.SystemFault) != 0, StopPath.Ordered, EvseFaults.Vehicle)
            .Or(permitted && !request.IsPermitted, StopPath.Ordered, EvseFaults.None, endedByCar: true)
            .Or(permitted && seen.Lines.Permission == false, StopPath.Ordered, EvseFaults.None, endedByCar: true)
            .Or((request.Status & CarStatus.NotInPark) != 0, StopPath.Ordered, EvseFaults.None, endedByCar: true)
            .Or((request.Status & CarStatus.StopBeforeCharging) != 0 && phase < SessionPhase.Transferring,
                StopPath.Ordered, EvseFaults.None, endedByCar: true)
            .Or(permitted && !facts.IsCompatible, StopPath.Ordered, EvseFaults.Incompatible)
            .Or(phase == SessionPhase.Exchanging && Misfits(before, seen.Now, times), StopPath.Ordered,
                facts.IsCompatible ? EvseFaults.PermissionMismatch : EvseFaults.Incompatible)
            .Or(phase == SessionPhase.Transferring && !request.ReportsContactorClosed,
                StopPath.Ordered, EvseFaults.None, endedByCar: true)
            // A contactor that is closed before d2 is on would put the test voltage on the battery.
            .Or(isTest && request.ReportsContactorClosed, StopPath.Interrupt, EvseFaults.Weld);
    }

    private static bool Misfits(in SessionState before, TimeSpan now, ChademoTimes times) =>
        before.MisfitSince is { } since && now - since >= times.Settle;

    private static StopReason Voltage(
        in SessionState before, in SessionFacts facts, StopReason reason, ChademoSettings settings)
    {
        if (facts.Voltage is not { } voltage) return reason;
        var phase = before.Phase;
        var test = phase is SessionPhase.Insulating or SessionPhase.Bleeding;
        var onBattery = phase is >= SessionPhase.Closing and <= SessionPhase.AwaitingOpen;
        var share = voltage.Value / settings.AvailableVoltage.Value;
        var isHolding = phase == SessionPhase.Insulating && before.HeldSince is not null;
        return reason
            .Or(onBattery && voltage > facts.Threshold, StopPath.Interrupt, EvseFaults.OverVoltage)
            .Or(test && share > 1.05, StopPath.Interrupt, EvseFaults.OverVoltage)
            .Or(isHolding && share < Session.TestShare, StopPath.Interrupt, EvseFaults.Insulation)
            .Or(isHolding && !facts.CurrentWithin(InsulationCurrent), StopPath.Interrupt, EvseFaults.Insulation)
            // Voltage at the inlet before anything of ours is on comes through the car's contactor.
            .Or(phase == SessionPhase.Locking && voltage >= SessionFacts.SafeToTouch,
                StopPath.Interrupt, EvseFaults.Weld);
    }

    private static StopReason Late(
        TimeSpan now, in SessionState before, in SessionFacts facts, StopReason reason, ChademoTimes times)
    {
        var lasted = before.Lasted(now);
        var phase = before.Phase;
        var neverRose = phase == SessionPhase.Insulating && before.HeldSince is null && lasted >= times.InsulationRise;
        var neverFell = phase == SessionPhase.Bleeding && lasted >= times.InsulationFall;
        var neverStopped = phase == SessionPhase.RampingDown && lasted >= times.RampDownGiveUp;
        var neverOpened = phase == SessionPhase.AwaitingOpen && lasted >= times.Open
            && facts.Request is { ReportsContactorClosed: true };
        var isDeviating = before.DeviationSince is { } since && now - since >= times.Deviation;
        return reason
            .Or(phase == SessionPhase.Waking && lasted >= times.Wake, StopPath.Ordered, NoVehicle)
            .Or(IsStartLate(now, before, times), StopPath.Ordered, EvseFaults.StartTimeout)
            .Or(phase == SessionPhase.Locking && lasted >= times.Lock, StopPath.Ordered, EvseFaults.Lock)
            .Or(neverRose, StopPath.Interrupt, EvseFaults.Insulation)
            .Or(neverFell, StopPath.Interrupt, EvseFaults.PowerStage)
            .Or(isDeviating, StopPath.Ordered, EvseFaults.CurrentDeviation)
            .Or(neverStopped, StopPath.Interrupt, EvseFaults.PowerStage)
            .Or(neverOpened, StopPath.Interrupt, EvseFaults.Weld);
    }

    /// <summary>The times of the start that run across steps or wait for the car.</summary>
    private static bool IsStartLate(TimeSpan now, in SessionState before, ChademoTimes times)
    {
        var lasted = before.Lasted(now);
        return before.Phase switch
        {
            SessionPhase.Exchanging => now - before.StartedAt >= times.Permission,
            SessionPhase.Locking => now - before.PermittedAt >= times.PermissionToSupply,
            SessionPhase.Insulating or SessionPhase.Bleeding =>
                now - before.PermittedAt >= times.PermissionToSupply || now - before.LockedAt >= times.LockToFlow,
            SessionPhase.Closing => lasted >= times.Close || now - before.LockedAt >= times.LockToFlow,
            SessionPhase.Requesting =>
                (before.RequestedAt is null && lasted >= times.Request) || now - before.LockedAt >= times.LockToFlow,
            _ => false,
        };
    }
}
