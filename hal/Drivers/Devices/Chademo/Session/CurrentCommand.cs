using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>
/// The current commanded to the stage: never above the wish, the car's request or allowance, or the ratings; 0 unless
/// every condition of the transfer holds in this very step. Its magnitude grows at most 20 A/s and shrinks at once; it
/// changes sign only through measured zero.
/// </summary>
[SkipLocalsInit]
internal static class CurrentCommand
{
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(1);

    public static TimeSpan Elapsed(in SessionInputs seen, in SessionState before)
    {
        var elapsed = seen.Now - before.At;
        return elapsed < TimeSpan.Zero ? TimeSpan.Zero : elapsed > LongestStep ? LongestStep : elapsed;
    }

    /// <summary>108.3 while energy may flow: whole amperes that cover the wish, 0 when none is to be charged.</summary>
    public static Amperes Offer(Amperes wish, ChademoSettings settings) =>
        wish > Amperes.Zero ? Amperes.Min(new(Math.Ceiling(wish.Value)), settings.MaxChargeCurrent) : Amperes.Zero;

    /// <summary>The command of this step.</summary>
    public static Amperes Next(
        in SessionInputs seen, in SessionState state, in SessionFacts facts, ChademoSettings settings)
    {
        if (!MayFlow(seen, state, facts)) return Amperes.Zero;
        var wish = seen.Wish.Current;
        var allowed = wish > Amperes.Zero ? Charge(wish, facts, settings)
            : wish < Amperes.Zero ? Discharge(wish, seen, facts, settings)
            : Amperes.Zero;
        if (allowed == Amperes.Zero || TurnsRound(allowed, state.Command, facts)) return Amperes.Zero;

        var growth = settings.RisePerSecond * Elapsed(seen, state).TotalSeconds;
        var magnitude = Math.Min(Math.Abs(allowed.Value), Math.Abs(state.Command.Value) + growth);
        return new(Math.CopySign(magnitude, allowed.Value));
    }

    /// <summary>Most the car gives now, magnitude; 0 when it gives nothing or does not say.</summary>
    public static Amperes Allowance(in SessionInputs seen, in SessionFacts facts, ChademoSettings settings)
    {
        if (!facts.CanDischarge) return Amperes.Zero;
        if (facts.Discharge is not { } car || facts.Voltage is not { } voltage) return Amperes.Zero;
        if (voltage < car.MinVoltage || voltage < settings.LowerThreshold) return Amperes.Zero;
        if (!IsAboveLevel(car.MinLevel, seen.Car, facts, settings.LevelUnit)) return Amperes.Zero;
        return Amperes.Min(car.MaxCurrent, settings.MaxDischargeCurrent);
    }

    /// <summary>State of charge in this session; null when implausible.</summary>
    public static Soc? Soc(in SessionFacts facts) =>
        facts.Request is { } request && facts.Limits is { RateReference: > 0 } limits
        && request.ChargedRate <= limits.RateReference ? new(100.0 * request.ChargedRate / limits.RateReference) : null;

    private static bool MayFlow(in SessionInputs seen, in SessionState state, in SessionFacts facts) =>
        state.Phase == SessionPhase.Transferring && seen.Wish.Connection == Connection.Close
        && seen.Lines is { Permission: true, Plug: true, Locked: true, EarthFault: false, OutputsObey: true }
        && facts.Request is { IsPermitted: true, Faults: CarFaults.None } && facts.ContactorClosed && facts.IsCompatible
        && facts.Stage is { IsFaulted: false } && facts.Voltage <= facts.Threshold
        && double.IsFinite(seen.Wish.Current.Value);

    private static Amperes Charge(Amperes wish, in SessionFacts facts, ChademoSettings settings) =>
        Amperes.Min(Amperes.Min(wish, facts.Requested), settings.MaxChargeCurrent);

    // A car that still asks for charge has not seen 108.3 = 0 yet: its request goes first, then the stage.
    private static Amperes Discharge(
        Amperes wish, in SessionInputs seen, in SessionFacts facts, ChademoSettings settings) =>
        facts.Requested > Amperes.Zero ? Amperes.Zero : -Amperes.Min(-wish, Allowance(seen, facts, settings));

    private static bool TurnsRound(Amperes allowed, Amperes command, in SessionFacts facts)
    {
        var sign = Math.Sign(allowed.Value);
        if (Math.Sign(command.Value) == -sign) return true;
        return facts.Current is not { } current || current.Value * sign < -SessionFacts.FlowingCurrent.Value;
    }

    private static bool IsAboveLevel(
        byte level, in CarSeen car, in SessionFacts facts, DischargeLevelUnit unit) => unit switch
    {
        DischargeLevelUnit.Ignored => true,
        _ when level == 0xFF || Soc(facts) is null => false,
        DischargeLevelUnit.Percent => Soc(facts)!.Value.Percent > level,
        _ => car.Capacity.Sequence != 0
            && Soc(facts)!.Value.Percent / 100 * CapacityOf(car).Value > level * 100.0,
    };

    private static WattHours CapacityOf(in CarSeen car) =>
        car.Capacity.Within(TimeSpan.MaxValue, car.Capacity.TakenAt)?.Capacity ?? default;
}
