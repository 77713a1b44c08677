using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>What a step gives.</summary>
/// <param name="State">To be kept for the next step.</param>
/// <param name="Outputs">To be driven and sent.</param>
public readonly record struct SessionStep(SessionState State, SessionOutputs Outputs);

/// <summary>
/// The charger's side of a CHAdeMO session as a pure step: no clock, no wire, no allocation. It may be called as
/// often as one likes; only elapsed time counts.
/// <code>
/// Idle ──close, plug, all lines known──► Waking ──100, 101, 102──► Exchanging ──k AND 102.5.0──► Locking
/// Locking ──feedback──► Insulating ──held──► Bleeding ──below 20 V──► Closing (d2 on)
/// Closing ──102.5.3 = 0 and voltage──► Requesting ──0.5 s after a request──► Transferring
///
/// ordered (k OR 102.5.0 off, open, late …):  before the car closes ──► Releasing;  then ──► RampingDown
/// RampingDown ──≤ 5 A──► AwaitingOpen ──102.5.3 = 1, k and 102.5.0 off, or 10 s (1 s before any flow)──► Releasing
/// interrupt (silence, fault, emergency):     any ──► Interrupting (DC off) ──≤ 5 A or 0.5 s──► Releasing
/// Releasing (d2 off, then d1) ──below 10 V──► Unlocking ──feedback──► Idle, or
/// Faulted ──new session number, or unplugged──► …
/// </code>
/// </summary>
[SkipLocalsInit]
public static class Session
{
    /// <summary>The insulation test's voltage stands at this share of what was asked.</summary>
    internal const double TestShare = 0.9;
    private const EvseFaults UntilUnplugged =
        EvseFaults.Insulation | EvseFaults.Weld | EvseFaults.OverVoltage | EvseFaults.Incompatible;

    /// <summary>One step, as a value.</summary>
    public static SessionStep Step(in SessionInputs seen, in SessionState before, ChademoSettings settings)
    {
        var state = before;
        Step(seen, ref state, settings, out var outputs);
        return new(state, outputs);
    }

    /// <summary>One step, in place: state and outputs are large, and each copy of them is time.</summary>
    public static void Step(
        in SessionInputs seen, ref SessionState state, ChademoSettings settings, out SessionOutputs outputs)
    {
        var facts = new SessionFacts(seen, state, settings);
        Mark(ref state, seen, facts, settings);
        var isStoppable = state.Phase is >= SessionPhase.Waking and <= SessionPhase.AwaitingOpen;
        var stop = isStoppable ? SessionWatch.Reason(seen, state, facts, settings) : default;
        var phase = Next(seen, state, facts, stop, settings);
        Remember(ref state, seen, facts, stop, phase, settings);
        state.Command = CurrentCommand.Next(seen, state, facts, settings);
        state.At = seen.Now;
        outputs = SessionOutputs.From(seen, state, facts, settings);
    }

    private static SessionPhase Next(
        in SessionInputs seen, in SessionState state, in SessionFacts facts, in StopReason stop,
        ChademoSettings settings)
    {
        var lasted = state.Lasted(seen.Now);
        var times = settings.Times;
        return state.Phase switch
        {
            SessionPhase.Idle or SessionPhase.Faulted when MayStart(seen, state, facts) => SessionPhase.Waking,
            SessionPhase.Faulted when seen.Lines.Plug == false => SessionPhase.Idle,
            SessionPhase.Idle or SessionPhase.Faulted => state.Phase,

            <= SessionPhase.AwaitingOpen when stop.Path == StopPath.Interrupt => SessionPhase.Interrupting,
            <= SessionPhase.Bleeding when stop.Path == StopPath.Ordered => SessionPhase.Releasing,
            // The car has not closed: there is nothing to ramp down and no opening to wait for.
            SessionPhase.Closing when stop.Path == StopPath.Ordered
                && facts.Request is { ReportsContactorClosed: false }
                => SessionPhase.Releasing,
            <= SessionPhase.Transferring when stop.Path == StopPath.Ordered => SessionPhase.RampingDown,

            SessionPhase.Waking when HasIntroducedItself(seen, state, facts) => SessionPhase.Exchanging,
            SessionPhase.Exchanging when IsPermitted(seen, facts) && facts.IsCompatible => SessionPhase.Locking,
            SessionPhase.Locking when seen.Lines.Locked == true && IsInletDead(facts) => SessionPhase.Insulating,
            SessionPhase.Insulating when seen.Now - state.HeldSince >= times.InsulationHold => SessionPhase.Bleeding,
            SessionPhase.Bleeding when facts.VoltageBelow(SessionFacts.TestOver) => SessionPhase.Closing,
            SessionPhase.Closing when facts.ContactorClosed => SessionPhase.Requesting,
            SessionPhase.Requesting when seen.Now - state.RequestedAt >= times.FlowDelay => SessionPhase.Transferring,

            SessionPhase.RampingDown when facts.IsOpenable => SessionPhase.AwaitingOpen,
            SessionPhase.AwaitingOpen when HasOpened(seen, facts)
                || lasted >= (state.HasFlowed ? times.Open : times.OpenBeforeFlow) => SessionPhase.Releasing,
            SessionPhase.Interrupting when facts.IsOpenable || lasted >= times.Interrupt => SessionPhase.Releasing,
            SessionPhase.Releasing when lasted > times.SupplyGap && facts.VoltageBelow(SessionFacts.SafeToTouch)
                => SessionPhase.Unlocking,
            SessionPhase.Unlocking when seen.Lines.Locked == false =>
                state.Faults == EvseFaults.None ? SessionPhase.Idle : SessionPhase.Faulted,
            SessionPhase.Unlocking when lasted >= times.Unlock => SessionPhase.Faulted,
            _ => state.Phase,
        };
    }

    private static bool MayStart(in SessionInputs seen, in SessionState state, in SessionFacts facts) =>
        seen.Wish.Connection == Connection.Close && state.Spent != seen.Wish.Number && !state.NeedsPlugCycle
        && seen.Lines is { Plug: true, Locked: false, Permission: false, EarthFault: false, OutputsObey: true }
        && facts.Stage is { IsFaulted: false } && facts.VoltageBelow(SessionFacts.SafeToTouch);

    private static bool HasIntroducedItself(in SessionInputs seen, in SessionState state, in SessionFacts facts) =>
        facts.Request is not null && facts.Limits is not null && seen.Car.HasIntroducedItself
        && seen.Car.Request.TakenAt >= state.StartedAt && seen.Car.Limits.TakenAt >= state.StartedAt;

    /// <summary>Start needs both: the analogue line and the flag.</summary>
    private static bool IsPermitted(in SessionInputs seen, in SessionFacts facts) =>
        seen.Lines.Permission == true && facts.Request is { IsPermitted: true };

    private static bool IsInletDead(in SessionFacts facts) =>
        facts.VoltageBelow(SessionFacts.SafeToTouch) && facts.Request is { ReportsContactorClosed: false };

    private static bool HasOpened(in SessionInputs seen, in SessionFacts facts) =>
        facts.Request is { ReportsContactorClosed: false, IsPermitted: false } && seen.Lines.Permission == false;

    /// <summary>The marks of time that the rules of this step look at.</summary>
    private static void Mark(
        ref SessionState state, in SessionInputs seen, in SessionFacts facts, ChademoSettings settings)
    {
        var now = seen.Now;
        var isDeviating = SessionWatch.Deviates(facts, state);
        state.StageHeardSince = facts.Stage is null ? null : state.StageHeardSince ?? now;
        state.MisfitSince = SessionWatch.IsMisfit(seen, facts, state.Phase) ? state.MisfitSince ?? now : null;
        state.DeviationSince = isDeviating ? state.DeviationSince ?? now : null;
        if (state.Phase == SessionPhase.Insulating && facts.Voltage is { } voltage
            && voltage.Value >= TestShare * settings.AvailableVoltage.Value) state.HeldSince ??= now;
        if (state.Phase == SessionPhase.Requesting && (facts.Requested > Amperes.Zero || facts.CanDischarge))
            state.RequestedAt ??= now;
    }

    private static void Remember(
        ref SessionState state, in SessionInputs seen, in SessionFacts facts, in StopReason stop, SessionPhase phase,
        ChademoSettings settings)
    {
        var now = seen.Now;
        var was = state.Phase;
        if (phase == SessionPhase.Waking && was != SessionPhase.Waking)
        {
            state = new(phase, now) { At = state.At, Number = seen.Wish.Number, StartedAt = now };
            return;
        }

        var isOut = phase is SessionPhase.Idle or SessionPhase.Faulted;
        var isUnplugged = isOut && seen.Lines.Plug == false;
        state.ChargeLimit = Learnt(seen, state, facts, phase, settings);
        state.Faults = isUnplugged ? EvseFaults.None
            : state.Faults | stop.Faults | Leftover(seen, state, facts, settings.Times);
        var isEmergency = stop.Path == StopPath.Interrupt && stop.Faults == EvseFaults.None;
        state.WasInterrupted = !isOut && (state.WasInterrupted || isEmergency);
        if (!isOut && (state.Faults != EvseFaults.None || stop.EndedByCar || state.WasInterrupted))
            state.Spent = state.Number;
        // What was asked for while it ran is what a fault spends; a number given while it stops is a new one.
        if (phase is >= SessionPhase.Waking and <= SessionPhase.Transferring) state.Number = seen.Wish.Number;
        state.NeedsPlugCycle = !isUnplugged && (state.NeedsPlugCycle || (state.Faults & UntilUnplugged) != 0);
        if (phase == was) return;
        // Two frames: the first may have been on its way when the flag was set.
        if (was == SessionPhase.Transferring) state.HasFlowed = state.Lasted(now) >= 2 * settings.Times.Period;
        (state.Phase, state.Since) = (phase, now);
        if (phase == SessionPhase.Locking) state.PermittedAt = now;
        else if (isOut) state.PermittedAt = null;
        if (phase == SessionPhase.Insulating) state.LockedAt = now;
        state.WasSupplied = was is >= SessionPhase.Closing and <= SessionPhase.AwaitingOpen;
    }

    /// <summary>What shows after the contactor's supply is gone.</summary>
    private static EvseFaults Leftover(
        in SessionInputs seen, in SessionState marked, in SessionFacts facts, ChademoTimes times)
    {
        var lasted = marked.Lasted(seen.Now);
        var isLive = !facts.VoltageBelow(SessionFacts.SafeToTouch);
        var flows = facts.Current is not null && !facts.CurrentWithin(SessionFacts.FlowingCurrent);
        return marked.Phase switch
        {
            SessionPhase.Releasing when IsLiveUnplugged(seen, facts, lasted, times) => EvseFaults.Weld,
            SessionPhase.Releasing when lasted >= times.Bleed && facts.Voltage is null => EvseFaults.PowerStageSilent,
            SessionPhase.Releasing when marked.ToldStage(seen.Now) >= times.Bleed && isLive => EvseFaults.Weld,
            SessionPhase.Releasing when lasted >= times.SupplyGap * 2 && flows => EvseFaults.Weld,
            SessionPhase.Unlocking when lasted < times.Unlock => EvseFaults.None,
            SessionPhase.Unlocking when seen.Lines.Locked is null => EvseFaults.Lock | EvseFaults.Line,
            SessionPhase.Unlocking when seen.Lines.Locked == true => EvseFaults.Lock,
            _ => EvseFaults.None,
        };
    }

    // A pulled plug must not show a dangerous voltage for longer than a second: the bleeder's task, watched here.
    private static bool IsLiveUnplugged(
        in SessionInputs seen, in SessionFacts facts, TimeSpan lasted, ChademoTimes times) =>
        seen.Lines.Plug == false && lasted >= times.Unplugged && facts.Voltage is not null
        && !facts.VoltageBelow(SessionFacts.Dangerous);

    private static CarChargeLimit Learnt(
        in SessionInputs seen, in SessionState marked, in SessionFacts facts, SessionPhase phase,
        ChademoSettings settings)
    {
        if (phase != SessionPhase.Transferring) return default;
        var said = facts.Limits?.MaxCurrent ?? Amperes.Zero;
        var rated = said > Amperes.Zero ? Amperes.Min(said, settings.MaxChargeCurrent) : settings.MaxChargeCurrent;
        if (marked.Phase != SessionPhase.Transferring) return new(rated, seen.Now, Amperes.Zero, Amperes.Zero);
        var offer = CurrentCommand.Offer(seen.Wish.Current, settings);
        return marked.ChargeLimit.Next(offer, facts.Requested, rated, seen.Now, CurrentCommand.Elapsed(seen, marked));
    }
}
