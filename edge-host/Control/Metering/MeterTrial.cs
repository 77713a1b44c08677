using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>Where a trial stands.</summary>
public enum TrialPhase : byte
{
    /// <summary>None runs.</summary>
    None,
    /// <summary>The power is held, until nothing that the house did can move it any more.</summary>
    Hold,
    /// <summary>It is lowered by a step.</summary>
    Low,
    /// <summary>It is back.</summary>
    High,
}

/// <summary>Why a trial is made.</summary>
public enum TrialReason : byte
{
    /// <summary>None is.</summary>
    None,
    /// <summary>The meter shows the same values again and again.</summary>
    Still,
    /// <summary>A step of our power, or a leap of the meter's, looked wrong.</summary>
    Doubt,
    /// <summary>Direction and legs are not proven.</summary>
    Unproven,
    /// <summary>The last good step is long ago.</summary>
    Due,
}

/// <summary>
/// A small experiment: the power goes down by a step and back, at times of our own choosing, so that what the meter
/// shows of it is no house's doing. It only ever takes power away.
/// <code>
///           reason                  settled              judged            judged
///   None ──────────► Hold ──────────────────────► Low ──────────► High ──────────► Low …
///     ▲                │ never settles             │ enough of them, too many, no power to step
///     └────────────────┴───────────────────────────┘
/// </code>
/// </summary>
public record struct MeterTrial
{
    /// <summary>Most steps of one trial.</summary>
    public const int MostSteps = 12;
    /// <summary>After one that told nothing, the next waits for this long.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    // Not in step with anything that a house switches by a clock.
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(130);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const double HoldShare = 0.85;
    // The larger the step, the less of it can be the house's.
    private const double StepShare = 0.25;

    private long since;
    private long pausedUntil;
    private float high;
    private float low;
    private byte steps;
    private byte good;
    private byte turn;
    private bool isJudged;

    /// <summary>Where it stands.</summary>
    public TrialPhase Phase { get; private set; }
    /// <summary>Why it is made.</summary>
    public TrialReason Reason { get; private set; }
    /// <summary>A step is under way and has not been judged.</summary>
    internal readonly bool IsStepping => Phase is TrialPhase.Low or TrialPhase.High && !isJudged;
    /// <summary>It runs.</summary>
    public readonly bool Runs => Phase != TrialPhase.None;
    /// <summary>Most power, either way, while it runs.</summary>
    public readonly Watts Most => new(Phase == TrialPhase.Low ? low : high);
    /// <summary>The last one told nothing, and the next is not due.</summary>
    public readonly bool IsPaused(TimeSpan now) => now.Ticks < pausedUntil;

    /// <summary>Begins where there is enough power for a step.</summary>
    /// <param name="why">A reason.</param>
    /// <param name="flows">Measured magnitude of the EVSE's power.</param>
    /// <param name="isBound">The house has bound the power lately.</param>
    /// <param name="site">Sizes.</param>
    /// <param name="now">Time of the step.</param>
    internal void Begin(TrialReason why, double flows, bool isBound, SiteLimits site, TimeSpan now)
    {
        var least = site.MinimumPower.Value;
        // Rounding and what the EVSE falls short must not end it below the least that it can do.
        var top = Math.Max(isBound ? HoldShare * flows : flows, Math.Min(flows, least) + site.SetpointStep.Value);
        var bottom = top - Math.Max(MeterStep.Size(site).Value, StepShare * flows);
        if (bottom < Math.Max(least, site.SetpointStep.Value)) bottom = 0;
        if (top - bottom < MeterStep.LeastMoved(site)) return;
        // From zero it must be worth a start again.
        if (bottom == 0 && !Ramp.IsWorthStarting(new(top), site)) return;
        (high, low, Reason, steps, good) = ((float)top, (float)bottom, why, 0, 0);
        // A meter that stands still is asked at once: whatever it shows then is another value.
        Enter(why == TrialReason.Still ? TrialPhase.Low : TrialPhase.Hold, now);
    }

    /// <summary>A step was judged.</summary>
    internal void Judged(bool isGood)
    {
        if (Phase is not (TrialPhase.Low or TrialPhase.High) || isJudged) return;
        isJudged = true;
        steps++;
        if (isGood) good++;
    }

    /// <summary>Goes on, with a new sample of the meter.</summary>
    /// <param name="isSettled">The power is steady, and nothing of the house's is in it any more.</param>
    /// <param name="enough">Good steps that end it.</param>
    /// <param name="site">Times.</param>
    /// <param name="now">Time of the step.</param>
    internal void Next(bool isSettled, int enough, SiteLimits site, TimeSpan now)
    {
        var lasted = now - new TimeSpan(since);
        var isDue = lasted >= Jitter * turn;
        // A meter that stands still is answered by its next other value, or convicted.
        if (Reason == TrialReason.Still) return;
        if (lasted > Patience + 2 * site.EvseReaction) End(now, wasClear: false);
        else if (Phase == TrialPhase.Hold && isSettled && isDue) Enter(TrialPhase.Low, now);
        else if (!isJudged || !isDue) return;
        else if (good >= enough) End(now, wasClear: true);
        else if (steps >= MostSteps) End(now, wasClear: false);
        else Enter(Phase == TrialPhase.Low ? TrialPhase.High : TrialPhase.Low, now);
    }

    /// <summary>It is over.</summary>
    internal void End(TimeSpan now, bool wasClear)
    {
        (Phase, Reason) = (TrialPhase.None, TrialReason.None);
        if (!wasClear) pausedUntil = (now + Pause).Ticks;
    }

    private void Enter(TrialPhase phase, TimeSpan now)
    {
        (Phase, since, isJudged) = (phase, now.Ticks, false);
        turn = (byte)((turn + 5) % 8);
    }
}
