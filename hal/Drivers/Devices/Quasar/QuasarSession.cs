namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>Where this driver stands with the charger's session.</summary>
public enum QuasarPhase : byte
{
    /// <summary>Nothing is asked, or nothing may be.</summary>
    Idle,
    /// <summary>Start was sent; at next to no power until it transfers.</summary>
    Starting,
    /// <summary>It transfers under our set-point.</summary>
    Running,
    /// <summary>Stop was sent.</summary>
    Stopping,
}

/// <summary>What decides the next phase.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="State">As the charger says.</param>
/// <param name="Flows">Current flows, or that is unknown.</param>
/// <param name="IsReady">Control is held, the charger obeys, and its values move.</param>
/// <param name="IsYielded">The site stands back for somebody else.</param>
/// <param name="WantsClose">A session is wanted.</param>
/// <param name="Number">Number of the session that is wanted.</param>
internal readonly record struct QuasarFacts(
    TimeSpan Now, QuasarState State, bool Flows, bool IsReady, bool IsYielded, bool WantsClose, uint Number);

/// <summary>
/// The session as this driver leads it.
/// <code>
///        wanted, ready             charging or discharging
///  Idle ──────────────► Starting ──────────────────────────► Running ─── ended by itself, 3 s ──► Idle
///   ▲                      │ unwanted, not ready, too long      │ unwanted, not ready
///   │                      ▼                                    │
///   └── no current ──── Stopping ◄──────────────────────────────┘      Idle ── transfers unwanted ──► Stopping
///
///  any ── no car, or yielded ──► Idle
/// </code>
/// A session number is spent by a start that failed and by a session that ended by itself.
/// </summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="Since">Since when.</param>
/// <param name="Spent">Number that does not start again; 0 = none.</param>
/// <param name="Fault">Why the last start failed.</param>
/// <param name="AwaySince">Since when a running session is neither transferring nor waiting for the car.</param>
public readonly record struct QuasarSession(
    QuasarPhase Phase, TimeSpan Since, uint Spent, EvseFaults Fault, TimeSpan? AwaySince)
{
    // A state between two others may stand for a poll or two.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>A session of this number may be started or go on.</summary>
    internal bool Takes(in QuasarFacts now) => now.WantsClose && now.Number != Spent;

    internal QuasarSession Next(in QuasarFacts now, QuasarSettings settings)
    {
        if (now.State.IsUnplugged) return this with { Phase = QuasarPhase.Idle, Fault = default, AwaySince = null };
        if (now.IsYielded) return this with { Phase = QuasarPhase.Idle, AwaySince = null };
        var (held, takes) = (now.Now - Since, Takes(now));
        return Phase switch
        {
            QuasarPhase.Idle when takes && now.IsReady =>
                To(QuasarPhase.Starting, now) with { Fault = default },
            QuasarPhase.Idle when !takes && (now.State.IsTransferring || now.Flows) => To(QuasarPhase.Stopping, now),
            QuasarPhase.Starting when !takes || !now.IsReady => To(QuasarPhase.Stopping, now),
            QuasarPhase.Starting when now.State.IsTransferring => To(QuasarPhase.Running, now),
            QuasarPhase.Starting when held > settings.StartTime =>
                To(QuasarPhase.Stopping, now) with { Spent = now.Number, Fault = EvseFaults.StartTimeout },
            QuasarPhase.Running when !takes || !now.IsReady => To(QuasarPhase.Stopping, now),
            QuasarPhase.Running => Watched(now),
            QuasarPhase.Stopping when HasStopped(now, held, settings) => To(QuasarPhase.Idle, now),
            _ => this,
        };
    }

    private QuasarSession Watched(in QuasarFacts now)
    {
        var isThere = now.State.IsTransferring || now.State == QuasarState.WaitingForCar;
        if (isThere) return AwaySince is null ? this : this with { AwaySince = null };
        if (AwaySince is not { } since) return this with { AwaySince = now.Now };
        return now.Now - since < Grace ? this : To(QuasarPhase.Idle, now) with { Spent = now.Number };
    }

    // A car that asks for nothing leaves the charger in "waiting for car", with or without a session.
    private static bool HasStopped(in QuasarFacts now, TimeSpan held, QuasarSettings settings) =>
        !now.State.IsTransferring && !now.Flows
        && (now.State != QuasarState.WaitingForCar || held > settings.StopTime);

    private QuasarSession To(QuasarPhase phase, in QuasarFacts now) =>
        this with { Phase = phase, Since = now.Now, AwaySince = null };
}
