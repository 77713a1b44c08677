using System.Diagnostics.CodeAnalysis;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// What speaks for and against the meter: its values that stand still, its answer to steps of our own power, and
/// leaps that no house makes. All of it is looked at when a sample of the meter has been placed against the EVSE's
/// power, and never in between. What a house does by itself may look like a wrong meter once; it convicts nobody: only
/// steps of a <see cref="MeterTrial"/> do, whose times we choose.
/// </summary>
public record struct MeterWatch
{
    /// <summary>Own power that moved must show at a meter that does not stand still within this time, else the step is
    /// judged as it shows.</summary>
    public static readonly TimeSpan JudgedAfter = TimeSpan.FromSeconds(2);
    /// <summary>And at one that stands still within this one (safety brief §2, row 2).</summary>
    public static readonly TimeSpan ShowsWithin = TimeSpan.FromSeconds(3);
    /// <summary>So long the same values are no cause to ask; each time the meter turns out to live, twice as
    /// long.</summary>
    public static readonly TimeSpan StillBeforeAsking = TimeSpan.FromSeconds(5);
    /// <summary>The longest of that: some houses are quiet at night, and some meters coarse.</summary>
    public const int MostPatience = 4;
    /// <summary>So many good steps prove the meter.</summary>
    public const int StepsToProve = 3;
    /// <summary>A bad step counts as much; three in a row convict, and a good one takes half of one away.</summary>
    public const int PerBadStep = 2;
    /// <summary>See <see cref="PerBadStep"/>.</summary>
    public const int Convicts = 3 * PerBadStep;
    /// <summary>Two in a row that differ by the same part are told.</summary>
    public const int Tells = 2 * PerBadStep;
    /// <summary>While power flows, a step is made at least so often (row 4).</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromHours(1);
    /// <summary>More active power than volts times amperes for so long is no measurement (row 6).</summary>
    public static readonly TimeSpan ImpossibleFor = TimeSpan.FromSeconds(1);

    private const byte MostScore = 8;
    private const int StepsThatClear = 2;
    private const float SamePart = 0.15f;
    private const double SteadyWatts = 100;
    private const double SteadyShare = 0.005;
    private const double SameWatts = 50;
    private const int LivelyForgets = 250;

    private Anchor before;
    private MeterTrial trial;
    private MeterLeaps leaps;
    private long pendingSince;
    private long boundAt;
    private long goodAt;
    private long stillSince;
    private long movedAt;
    private float pendingPower;
    private float lastPower;
    private float stillPower;
    private float lastPart;
    private float leavesCharge;
    private float leavesDischarge;
    private byte reversed;
    private byte swapped;
    private byte scaled;
    private byte off;
    private byte proven;
    private byte patience;
    private byte lively;
    private byte sinceMoved;
    private bool isStillPowerKnown;
    private bool isDoubted;

    private record struct Anchor(long At, float Power, float L1, float L2, float L3)
    {
        public readonly PerLeg<Watts> Legs => new(new(L1), new(L2), new(L3));
    }

    /// <summary>Whether direction and legs are proven.</summary>
    public MeterProof Proof { get; internal set; }
    /// <summary>Counts changes of what is kept.</summary>
    internal uint Revision { get; private set; }
    /// <summary>The experiment, whether it runs or not.</summary>
    [UnscopedRef]
    public readonly ref readonly MeterTrial Trial => ref trial;
    /// <summary>Its values stood still while our own power moved.</summary>
    public readonly bool IsFrozen => movedAt != 0 && sinceMoved == byte.MaxValue;
    /// <summary>It shows our own steps the other way round.</summary>
    public readonly bool IsReversed => reversed >= Convicts;
    /// <summary>It shows them on other legs.</summary>
    public readonly bool AreLegsSwapped => swapped >= Convicts;
    /// <summary>It shows a wrong part of them, or what no meter can.</summary>
    public readonly bool IsScaleWrong => scaled >= Convicts || leaps.IsImpossible || leaps.HasLost;
    /// <summary>It shows more than a tenth too much or too little of them.</summary>
    public readonly bool IsOff => off >= Tells;
    /// <summary>It has shown nothing but the same values since before this time.</summary>
    internal readonly bool IsStillSince(TimeSpan time) => stillSince != 0 && stillSince <= time.Ticks + 1;

    /// <summary>A new good reading of the meter.</summary>
    internal void See(in MeterReading meter, bool isSame, SiteLimits site, TimeSpan now)
    {
        if (leaps.See(meter, site, now) && !trial.Runs) isDoubted = true;
        if (isSame)
        {
            if (stillSince == 0) stillSince = now.Ticks + 1;
            if (movedAt != 0 && sinceMoved < byte.MaxValue - 1) sinceMoved++;
            return;
        }
        if (trial.Reason == TrialReason.Still)
        {
            trial.End(now, wasClear: true);
            if (patience < MostPatience) patience++;
        }
        if (stillSince == 0 && lively < LivelyForgets) lively++;
        else (lively, patience) = (0, lively >= LivelyForgets ? (byte)0 : patience);
        (stillSince, movedAt, sinceMoved, isStillPowerKnown) = (0, 0, 0, false);
    }

    /// <summary>A new good reading of the EVSE: whether its power has moved while the meter stood still.</summary>
    internal void See(TimeSpan takenAt, Watts told, SiteLimits site, TimeSpan now)
    {
        if (stillSince == 0 || takenAt.Ticks - site.EvseTiming.Refresh.Ticks < stillSince) return;
        var power = (float)told.Value;
        if (!isStillPowerKnown) (stillPower, isStillPowerKnown) = (power, true);
        else if (movedAt == 0 && Math.Abs(power - stillPower) >= MeterStep.Least.Value) movedAt = now.Ticks + 1;
    }

    /// <summary>A sample of the meter has been placed against what the EVSE's power was then.</summary>
    internal void Judge(Interval evse, SiteLimits site, in ControlState memory)
    {
        var now = memory.At;
        ref readonly var meter = ref memory.Inputs.LastMeter.Said;
        ref readonly var said = ref memory.Inputs.LastEvse.Said;
        if (movedAt != 0 && sinceMoved is >= 3 and < byte.MaxValue
            && now.Ticks - movedAt >= (ShowsWithin + 2 * site.MeterTiming.Refresh + site.MeterTiming.Period).Ticks)
            sinceMoved = byte.MaxValue;

        // The interval that the EVSE's own measurement leaves is no movement. Infinite where the power is forgotten.
        var moves = evse.High - evse.Low - (said.PowerHigh - said.PowerLow).Value;
        var power = (evse.Low + evse.High) / 2;
        var slack = SteadyShare * Math.Abs(power);
        var isSteady = moves <= SteadyWatts + slack && Math.Abs(power - lastPower) <= SameWatts + slack;
        lastPower = power;
        if (isSteady) Compare(power, meter.LegPower, site, memory);
        else pendingSince = 0;
        LeadTrial(isSteady, site, memory);
    }

    /// <summary>Takes note of what the house leaves; of the hold only what is not our own step.</summary>
    internal void Leave(Envelope house, Envelope hold, Envelope others)
    {
        if (trial.Runs) hold = Envelope.Open;
        (leavesCharge, leavesDischarge) = ((float)house.Charge.Value, (float)house.Discharge.Value);
        if (hold.Charge < others.Charge) leavesCharge = Math.Min(leavesCharge, (float)hold.Charge.Value);
        if (hold.Discharge > others.Discharge) leavesDischarge = Math.Max(leavesDischarge, (float)hold.Discharge.Value);
    }

    /// <summary>Where the house bounds what is wanted, what our power does is not of our own choosing.</summary>
    internal void Want(Watts power, TimeSpan now)
    {
        if (power.Value > leavesCharge || power.Value < leavesDischarge) boundAt = now.Ticks + 1;
    }

    /// <summary>What was convicted and latched is no longer held against the meter: it is to be proven anew.</summary>
    internal void Settle(SiteLimits site, in ControlState memory)
    {
        var isLatched = IsFrozen && memory.Trips.Seen(TripId.MeterFrozen).IsTripped
            || IsReversed && memory.Trips.Seen(TripId.MeterReversed).IsTripped
            || AreLegsSwapped && memory.Trips.Seen(TripId.MeterLegsSwapped).IsTripped
            || IsScaleWrong && memory.Trips.Seen(TripId.MeterDisagrees).Stops;
        if (isLatched) Revoke(site, memory.At);
    }

    private void Revoke(SiteLimits site, TimeSpan now)
    {
        (reversed, swapped, scaled, off, proven, isDoubted, leaps) = (0, 0, 0, 0, 0, false, default);
        // Its stillness stays: it must show another value before the latch may be cleared.
        sinceMoved = 0;
        movedAt = 0;
        trial.End(now, wasClear: true);
        Believe(MeterProofKind.Revoked, site);
    }

    private void Compare(float power, in PerLeg<Watts> legs, SiteLimits site, in ControlState memory)
    {
        var now = memory.At.Ticks + 1;
        var moved = power - before.Power;
        var isReady = before.At != 0 && Math.Abs(moved) >= MeterStep.LeastMoved(site);
        var isOurs = before.At - boundAt > site.EvseReaction.Ticks || boundAt == 0;
        // What has not changed since the step began is the matter of MeterFrozen.
        var isStill = stillSince != 0 && stillSince <= before.At;
        if (!isReady || !isOurs || isStill || memory.Grid.IsDisturbed(memory.At))
        {
            // A step that is being made is measured from its beginning, however slowly it is made.
            if (!isOurs || !trial.IsStepping) Anchored(now, power, legs);
            return;
        }
        if (pendingSince == 0 || Math.Abs(power - pendingPower) > SteadyWatts)
            (pendingSince, pendingPower) = (now, power);
        var (verdict, part) = MeterStep.Judge(before.Legs, legs, moved, site);
        // A meter may show it late, but never by more than this.
        var isLate = now - pendingSince >= (JudgedAfter + site.MeterTiming.Refresh).Ticks;
        if (verdict != MeterVerdict.Follows && !isLate) return;
        Take(verdict, part, site, memory.At);
        Anchored(now, power, legs);
    }

    private void Anchored(long now, float power, in PerLeg<Watts> legs)
    {
        before = new(now, power, (float)legs.L1.Value, (float)legs.L2.Value, (float)legs.L3.Value);
        pendingSince = 0;
    }

    private void Take(MeterVerdict verdict, float part, SiteLimits site, TimeSpan now)
    {
        var isGood = verdict == MeterVerdict.Follows;
        if (verdict == MeterVerdict.IsOff) Score(ref off, Math.Abs(part - lastPart) <= SamePart || off == 0);
        else if (isGood && off > 0 && Math.Abs(part - 1) <= MeterStep.Notice) off--;
        trial.Judged(isGood || verdict == MeterVerdict.IsOff);
        if (isGood || verdict == MeterVerdict.IsOff)
        {
            goodAt = now.Ticks + 1;
            Decay(ref reversed);
            Decay(ref swapped);
            Decay(ref scaled);
            if (proven < StepsToProve) proven++;
            if (proven == StepsToProve) Believe(MeterProofKind.ByStep, site);
        }
        else if (verdict != MeterVerdict.Unclear) Accuse(verdict, part);
        lastPart = part;
    }

    // What happens by itself is only a reason to ask; what was asked convicts.
    private void Accuse(MeterVerdict verdict, float part)
    {
        proven = 0;
        isDoubted = true;
        if (!trial.Runs) return;
        if (verdict == MeterVerdict.Reversed) Score(ref reversed, true);
        else if (verdict == MeterVerdict.LegsSwapped) Score(ref swapped, true);
        else Score(ref scaled, scaled == 0 || Math.Abs(part - lastPart) <= SamePart);
    }

    private static void Score(ref byte score, bool isSame) =>
        score = isSame ? (byte)Math.Min(MostScore, score + PerBadStep) : (byte)PerBadStep;

    private static void Decay(ref byte score)
    {
        if (score > 0) score--;
    }

    private void Believe(MeterProofKind kind, SiteLimits site)
    {
        var proof = new MeterProof(kind, site.MeterSetup);
        if (proof == Proof) return;
        Proof = proof;
        Revision++;
    }

    private void LeadTrial(bool isSteady, SiteLimits site, in ControlState memory)
    {
        var now = memory.At;
        if (memory.Mode != ModeKind.Transferring)
        {
            if (trial.Runs) trial.End(now, wasClear: true);
            return;
        }
        var isBound = boundAt != 0 && now.Ticks - boundAt <= site.EvseReaction.Ticks;
        if (trial.Runs)
        {
            var (was, enough) = (trial.Reason, EnoughFor(trial.Reason, site));
            trial.Next(isSteady && !isBound, enough, site, now);
            // However it ended: whoever doubts anew says so again.
            if (was != TrialReason.None && !trial.Runs) (isDoubted, goodAt) = (false, now.Ticks + 1);
            return;
        }
        var why = ReasonFor(site, now);
        if (why == TrialReason.None || !isSteady) return;
        // By what flows and not by what is commanded: a trial never lets the power grow.
        trial.Begin(why, Math.Abs(memory.Inputs.LastEvse.Said.Power.Value), isBound, site, now);
    }

    private readonly int EnoughFor(TrialReason reason, SiteLimits site) => reason switch
    {
        TrialReason.Unproven => Proof.IsProven(site) ? 0 : int.MaxValue,
        TrialReason.Doubt => StepsThatClear,
        _ => 1,
    };

    private TrialReason ReasonFor(SiteLimits site, TimeSpan now)
    {
        if (goodAt == 0) goodAt = now.Ticks + 1;
        if (stillSince != 0 && now.Ticks - stillSince >= StillBeforeAsking.Ticks << patience) return TrialReason.Still;
        if (trial.IsPaused(now)) return TrialReason.None;
        if (isDoubted) return TrialReason.Doubt;
        if (!Proof.IsProven(site)) return TrialReason.Unproven;
        return now.Ticks - goodAt >= Recheck.Ticks ? TrialReason.Due : TrialReason.None;
    }
}
