using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// One direction of the link to the grid operator, after EEBUS LPC and LPP.
/// <code>
///                 heartbeat, then an active limit ──────────► Limited ──its end, or lifted──► Controlled
///  Failsafe ──────heartbeat, then a lifted limit ───────────► Controlled ──active limit──► Limited
///     ▲   └───────heartbeat back for 120 s without a limit,
///     │           or its duration over (if it is not for good) ► Autonomous ──any limit──► Limited, Controlled
///     └── no heartbeat for 120 s ── Limited, Controlled, and Autonomous once it was heard there
/// </code>
/// A heartbeat alone never leaves the failsafe: the limit must be written after it.
/// </summary>
public record struct GridOperatorLink
{
    // Monotonic ticks, and one; 0 = it never began.
    private long since;
    private TimeSpan takenAt;
    private Watts limit;

    /// <summary>Where it stands.</summary>
    public GridOperatorState State { get; private set; }

    /// <summary>When the limit in force ends by itself, if it does.</summary>
    public TimeSpan? Ends { get; private set; }

    /// <summary>The cap in force; null = none.</summary>
    internal readonly Watts? Cap(Watts? failsafe) => State switch
    {
        GridOperatorState.Failsafe => failsafe,
        GridOperatorState.Limited => limit,
        _ => null,
    };

    /// <summary>One step.</summary>
    internal void Next(in GridOperatorLimit? written, in Heartbeat heart, Failsafe rules, TimeSpan now)
    {
        if (since == 0) Enter(GridOperatorState.Failsafe, now);
        if (heart.WasLost && State != GridOperatorState.Failsafe) Enter(GridOperatorState.Failsafe, now);
        if (heart.IsAlive && written is { } news && IsNew(news, heart, now)) Take(news, now);
        else if (State == GridOperatorState.Limited && Ends <= now) Enter(GridOperatorState.Controlled, now);
        else if (State == GridOperatorState.Failsafe && IsOver(heart, rules, now))
            Enter(GridOperatorState.Autonomous, now);
    }

    // In the failsafe only what was written after the heartbeat had returned counts.
    private readonly bool IsNew(in GridOperatorLimit news, in Heartbeat heart, TimeSpan now) =>
        news.GivenAt > takenAt && news.GivenAt <= now && news.Limit is { IsFinite: true, Value: >= 0 }
        && (State != GridOperatorState.Failsafe || news.GivenAt >= heart.Since);

    private void Take(in GridOperatorLimit news, TimeSpan now)
    {
        (takenAt, limit) = (news.GivenAt, news.Limit);
        var isActive = news.IsActive && !(news.Ends <= now);
        Enter(isActive ? GridOperatorState.Limited : GridOperatorState.Controlled, now);
        if (isActive) Ends = news.Ends;
    }

    private readonly bool IsOver(in Heartbeat heart, Failsafe rules, TimeSpan now) => heart.IsAlive
        ? now - heart.Since >= Heartbeat.Patience
        : !rules.IsForGood && now.Ticks + 1 - since >= rules.Lasts.Ticks;

    private void Enter(GridOperatorState state, TimeSpan now) => (State, since, Ends) = (state, now.Ticks + 1, null);
}

/// <summary>Whether the grid operator is heard.</summary>
public record struct Heartbeat
{
    /// <summary>So long without one is a lost link, and so long after its return a limit is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private TimeSpan? heardAt;
    private TimeSpan? lookedAt;

    /// <summary>A heartbeat is younger than <see cref="Patience"/>.</summary>
    public bool IsAlive { get; private set; }
    /// <summary>It was alive in the step before and is not now.</summary>
    public bool WasLost { get; private set; }
    /// <summary>Monotonic time at or before the heartbeat that brought it back, by at most a step.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>One step. A heartbeat from the future, or older than the last one, is none.</summary>
    internal void Next(TimeSpan? newest, TimeSpan now)
    {
        if (newest is { } at && at >= TimeSpan.Zero && at <= now && !(at <= heardAt)) heardAt = at;
        var wasAlive = IsAlive;
        IsAlive = now - heardAt < Patience;
        WasLost = wasAlive && !IsAlive;
        // Of what came since the last look, nobody knows which came first; what was there then came before.
        if (IsAlive && !wasAlive)
            Since = heardAt <= lookedAt ? heardAt.Value : lookedAt + TimeSpan.FromTicks(1) ?? now;
        lookedAt = now;
    }
}

/// <summary>Both directions and the relays: what the grid operator leaves now.</summary>
public record struct GridOperatorMemory
{
    private Heartbeat heart;
    private GridOperatorLink consumption;
    private GridOperatorLink production;

    /// <summary>The operator is heard.</summary>
    public readonly bool IsHeard => heart.IsAlive;
    /// <summary>Limits of consumption.</summary>
    public readonly GridOperatorLink Consumption => consumption;
    /// <summary>Limits of production.</summary>
    public readonly GridOperatorLink Production => production;
    /// <summary>Most consumption; null = not limited.</summary>
    public Watts? ConsumptionCap { get; private set; }
    /// <summary>Most production, magnitude; null = not limited.</summary>
    public Watts? ProductionCap { get; private set; }

    /// <summary>One step.</summary>
    internal void Next(in GridOperatorSignal signal, in Inputs seen, SiteLimits site)
    {
        if (site.GridOperator is not { } rules) return;
        var (into, outOf) = (default(Watts?), default(Watts?));
        if (rules.Failsafe is { } failsafe)
        {
            heart.Next(signal.HeartbeatAt, seen.Now);
            consumption.Next(signal.Consumption, heart, failsafe, seen.Now);
            production.Next(signal.Production, heart, failsafe, seen.Now);
            (into, outOf) = (consumption.Cap(failsafe.Consumption), production.Cap(failsafe.Production));
        }
        for (var i = 0; i < rules.Relays.Count; i++)
        {
            var relay = rules.Relays[i];
            if (!MayLimit(seen, site, relay.Relay)) continue;
            into = Least(into, relay.Consumption);
            outOf = Least(outOf, relay.Production);
        }
        if (into < rules.ConsumptionFloor) into = rules.ConsumptionFloor;
        (ConsumptionCap, ProductionCap) = (into, outOf);
    }

    // Pulled, unknown, or not wired although it means something: each limits.
    private static bool MayLimit(in Inputs seen, SiteLimits site, int relay) =>
        seen.KnownLines(site) is not { } lines || lines.Relays[relay] != LineLevel.Inactive;

    private static Watts? Least(Watts? a, Watts? b) => a is null || b < a ? b : a;
}
