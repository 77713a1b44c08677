using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>What can change the mode.</summary>
/// <param name="IsTripped">A trip stands that an island is not the answer to.</param>
/// <param name="IsUnplugged">The EVSE is heard and sees no plug.</param>
/// <param name="IsPlugged">The EVSE is heard and sees a plug.</param>
/// <param name="IsEnergised">The EVSE is heard, in session, contactor closed.</param>
/// <param name="IsOpen">The EVSE is heard, in no session, contactor open.</param>
/// <param name="MayStart">Power is asked for, the EVSE is open and the back-off is over.</param>
/// <param name="MayOpen">Idle is ordered and the connection is no longer fresh, or nothing has been asked for
/// long.</param>
/// <param name="IsSilent">The EVSE has not been heard for long.</param>
/// <param name="IsOverdue">A start has taken longer than the family's start time.</param>
/// <param name="MayIsland">The grid is lost, the home is proven to be isolated and the car may supply it.</param>
public readonly record struct Facts(
    bool IsTripped, bool IsUnplugged, bool IsPlugged, bool IsEnergised, bool IsOpen,
    bool MayStart, bool MayOpen, bool IsSilent, bool IsOverdue, bool MayIsland);

/// <summary>
/// How the session is led.
/// <code>
///            plug          asked, back-off over         energised
///  Unplugged ────► Ready ──────────────────────► Starting ────────► Transferring
///                    ▲                               │ overdue,           │ idle, long unasked,
///                    │                               │ idle, unasked      │ session ended, silent
///                    └────────── open ────── RampingDown ◄────────────────┘
///
///  any ── trip ──► Tripped ── no trip stands ──► Ready        any ── unplugged ──► Unplugged
///            Ready, Tripped ── grid lost, isolated ──► Islanding ── no longer ──► RampingDown
/// </code>
/// </summary>
public static class Mode
{
    /// <summary>The next mode.</summary>
    public static ModeKind Next(this ModeKind mode, in Facts now) => mode switch
    {
        _ when now.IsTripped => ModeKind.Tripped,
        _ when now.IsUnplugged => ModeKind.Unplugged,
        ModeKind.Tripped or ModeKind.Ready or ModeKind.Islanding when now.MayIsland => ModeKind.Islanding,
        ModeKind.Tripped => ModeKind.Ready,
        ModeKind.Islanding => ModeKind.RampingDown,
        ModeKind.Unplugged when now.IsPlugged => ModeKind.Ready,
        ModeKind.Ready when now.MayStart => ModeKind.Starting,
        ModeKind.Starting when now.MayOpen => ModeKind.RampingDown,
        ModeKind.Starting when now.IsEnergised => ModeKind.Transferring,
        ModeKind.Starting when now.IsOverdue => ModeKind.RampingDown,
        ModeKind.Transferring when now.MayOpen || now.IsSilent => ModeKind.RampingDown,
        ModeKind.Transferring when !now.IsEnergised && (now.IsPlugged || now.IsOpen) => ModeKind.RampingDown,
        ModeKind.RampingDown when now.IsOpen => ModeKind.Ready,
        _ => mode,
    };
}

/// <summary>Memory of starts: a car or charger that refuses is not asked for ever.</summary>
public record struct Starts
{
    private const int MostFailures = 4;
    private static readonly TimeSpan ShortBackOff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongBackOff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Success = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UnaskedBeforeOpening = TimeSpan.FromMinutes(1);

    private uint order;
    private TimeSpan? unaskedSince;

    /// <summary>
    /// Starts that failed one after the other: not energised in time, or ended by the car within a minute.
    /// </summary>
    public int Failures { get; private set; }
    /// <summary>Monotonic time before which none is tried.</summary>
    public TimeSpan RetryAt { get; private set; }

    /// <summary>A start may be tried now.</summary>
    public readonly bool MayTry(TimeSpan now) => Failures < MostFailures && now >= RetryAt;

    /// <summary>Nothing has been asked for so long that the connection may be opened.</summary>
    public readonly bool IsLongUnasked(TimeSpan now) =>
        unaskedSince is { } since && now - since >= UnaskedBeforeOpening;

    /// <summary>Notes what is asked: a new order is a new reason to try.</summary>
    internal void Asked(in Wish wish, TimeSpan now)
    {
        unaskedSince = wish.Order == 0 && wish.Power == Watts.Zero ? unaskedSince ?? now : null;
        if (wish.Order == 0 || wish.Order == order) return;
        (order, Failures) = (wish.Order, 0);
    }

    /// <summary>Notes a change of mode.</summary>
    internal void Changed(
        ModeKind from, ModeKind to, in Facts facts, TimeSpan lasted, TimeSpan now, SiteLimits site)
    {
        if (to == ModeKind.Unplugged) (Failures, RetryAt) = (0, now);
        var wasConnected = from is ModeKind.Starting or ModeKind.Transferring or ModeKind.Islanding;
        if (wasConnected && to != ModeKind.Transferring) RetryAt = Later(RetryAt, now + site.MinimumDisconnected);
        if (to != ModeKind.RampingDown) return;
        var hasEndedByItself = from == ModeKind.Transferring && !facts.IsEnergised && !facts.MayOpen;
        if (from == ModeKind.Starting ? !facts.IsOverdue : !hasEndedByItself) return;
        Failures = lasted >= Success && from == ModeKind.Transferring ? 1 : Failures + 1;
        RetryAt = Later(RetryAt, now + (Failures == 1 ? ShortBackOff : LongBackOff));
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
