using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>The frames of the charger as they follow from the state.</summary>
[SkipLocalsInit]
internal static class ChargerFrames
{
    private const EvseFaults SystemFaults = EvseFaults.Insulation | EvseFaults.Weld;
    private const EvseFaults OwnFaults =
        EvseFaults.PowerStage | EvseFaults.PowerStageSilent | EvseFaults.OverVoltage | EvseFaults.Lock
        | EvseFaults.StartTimeout | EvseFaults.PermissionMismatch | EvseFaults.CurrentDeviation | EvseFaults.Line;

    public static ChargerLimits Limits(
        in SessionInputs seen, in SessionState state, in SessionFacts facts, ChademoSettings settings)
    {
        var available = state.Phase switch
        {
            < SessionPhase.Transferring => settings.MaxChargeCurrent,
            SessionPhase.Transferring => CurrentCommand.Offer(seen.Wish.Current, settings),
            _ => Amperes.Zero,
        };
        return new(true, settings.AvailableVoltage, available, facts.Threshold);
    }

    public static ChargerStatus Status(
        in SessionInputs seen, in SessionState state, in SessionFacts facts, ChademoSettings settings)
    {
        var phase = state.Phase;
        var (tens, minutes) = phase switch
        {
            < SessionPhase.Transferring => ((byte)0xFF, (byte)0xFF),
            SessionPhase.Transferring => ((byte)0xFF, settings.RemainingMinutes),
            _ => ((byte)0, (byte)0),
        };
        return new(
            settings.Protocol, facts.Voltage ?? default, ShownCurrent(seen, state, facts, settings),
            IsDischargeAnnounced(seen, state, settings), Flags(seen, state), tens, minutes);
    }

    public static ChargerDischarge Discharge(in SessionState state, in SessionFacts facts, ChademoSettings settings)
    {
        var present = facts.Current is { } current && current < Amperes.Zero ? -current : Amperes.Zero;
        var available = state.Phase <= SessionPhase.Transferring ? settings.MaxDischargeCurrent : Amperes.Zero;
        return new(present, settings.AvailableVoltage, available, settings.LowerThreshold);
    }

    /// <summary>This charger discharges, and the car says that it can (whatever it said last).</summary>
    public static bool IsDischargeOffered(in SessionInputs seen, ChademoSettings settings) =>
        settings.MaxDischargeCurrent > Amperes.Zero
        && seen.Car.Request.Within(TimeSpan.MaxValue, seen.Now) is { } request
        && (request.Status & CarStatus.DischargeCompatible) != 0;

    private static bool IsDischargeAnnounced(
        in SessionInputs seen, in SessionState state, ChademoSettings settings) =>
        IsDischargeOffered(seen, settings)
        && (settings.Announcement == DischargeAnnouncement.FromFirstFrame || state.PermittedAt is not null);

    private static Amperes ShownCurrent(
        in SessionInputs seen, in SessionState state, in SessionFacts facts, ChademoSettings settings)
    {
        var current = facts.Current is { } measured && measured > Amperes.Zero ? measured : Amperes.Zero;
        var interval = settings.ShownCurrentInterval;
        if (interval <= TimeSpan.Zero || state.Phase != SessionPhase.Transferring) return current;
        var inInterval = state.Lasted(seen.Now).Ticks % interval.Ticks;
        return inInterval < settings.Times.Period.Ticks ? Amperes.Max(current, new(1)) : current;
    }

    private static ChargerState Flags(in SessionInputs seen, in SessionState state)
    {
        var phase = state.Phase;
        var flags = phase == SessionPhase.Transferring ? ChargerState.Charging
            : phase == SessionPhase.RampingDown ? ChargerState.Charging | ChargerState.StopControl
            : ChargerState.StopControl;
        var mayBeLocked = phase is > SessionPhase.Locking and <= SessionPhase.Releasing;
        if (mayBeLocked && seen.Lines.Locked == true) flags |= ChargerState.Locked;
        if ((state.Faults & OwnFaults) != 0 || state.WasInterrupted) flags |= ChargerState.ChargerMalfunction;
        if ((state.Faults & SystemFaults) != 0) flags |= ChargerState.SystemMalfunction;
        if ((state.Faults & EvseFaults.Incompatible) != 0) flags |= ChargerState.BatteryIncompatible;
        return flags;
    }
}
