using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// The button at the machine that clears faults. Only a press of 0.1 to 3 s clears, when it ends, and only faults that
/// stood before it began: a bounce is shorter, a stuck or bridged contact longer, and one that is active when the
/// process starts, or comes out of the unknown, never began.
/// <code>
///  Unknown ──inactive 50 ms──► Released ──active──► Pressed ──inactive 50 ms, after 0.1…3 s──► Released + clear
///     ▲                                                └── longer than 10 s: stuck
///     └── the line is unknown, from any
/// </code>
/// </summary>
public record struct ClearButton
{
    /// <summary>A level counts once it has held for this long.</summary>
    public static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(50);
    /// <summary>Shortest press.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    /// <summary>Longest press that clears.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);
    /// <summary>Pressed for longer than this, it is stuck.</summary>
    public static readonly TimeSpan Stuck = TimeSpan.FromSeconds(10);

    private Level level;
    private TimeSpan pressedAt;
    // When the level that is not yet believed began.
    private TimeSpan? otherSince;
    private TimeSpan? activeSince;

    /// <summary>The press that has just ended began at this time; null in every other step.</summary>
    internal TimeSpan? Clears { get; private set; }

    /// <summary>It has been active for too long, pressed or not.</summary>
    internal readonly bool IsStuck(TimeSpan now) => activeSince is { } since && now - since > Stuck;

    /// <summary>One step.</summary>
    internal void See(LineLevel line, TimeSpan now)
    {
        Clears = null;
        if (line is not (LineLevel.Active or LineLevel.Inactive))
        {
            (level, otherSince, activeSince) = (Level.Unknown, null, null);
            return;
        }
        var isActive = line == LineLevel.Active;
        activeSince = isActive ? activeSince ?? now : null;
        switch (level)
        {
            case Level.Unknown when isActive:
            case Level.Released when !isActive:
            case Level.Pressed when isActive:
                otherSince = null;
                return;
        }
        otherSince ??= now;
        if (now - otherSince.Value < Debounce) return;
        var lasted = otherSince.Value - pressedAt;
        if (level == Level.Pressed && lasted >= Shortest && lasted <= Longest) Clears = pressedAt;
        (level, pressedAt, otherSince) = (isActive ? Level.Pressed : Level.Released, otherSince.Value, null);
    }

    private enum Level : byte
    {
        Unknown,
        Released,
        Pressed,
    }
}
