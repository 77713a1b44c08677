using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>Everything remembered from one cycle to the next.</summary>
public record struct ControlState
{
    /// <summary>A start of the process: tripped by power-up.</summary>
    public static ControlState PowerUp => default;

    /// <summary>Monotonic time of the step that made this state.</summary>
    public TimeSpan At { get; set; }
    /// <summary>State of the session.</summary>
    public ModeKind Mode { get; set; }
    /// <summary>What the EVSE is commanded.</summary>
    public Watts Setpoint { get; set; }
    /// <summary>What was wanted before any limit.</summary>
    public Watts Wanted { get; set; }
    /// <summary>The order in force; 0 = none.</summary>
    public uint Order { get; set; }
    /// <summary>What may be done, and who says so.</summary>
    public Allowance Allowed { get; set; }
    /// <summary>Command to the EVSE.</summary>
    public EvseCommand Command { get; set; }
}

/// <summary>The whole controller: a pure function from what is seen and asked to what is commanded.</summary>
public static class ControlCycle
{
    /// <summary>One step. Time is in the snapshot; nothing else is read or written.</summary>
    public static ControlState Step(
        in Snapshot seen, in Plan plan, SiteLimits site, in ControlState before, in Requests requests, RuleSet rules) =>
        before with { At = seen.Now };
}

/// <summary>The limits and trips that a step evaluates. The product uses <see cref="All"/>; tests leave one out to
/// see that it is missed.</summary>
public sealed record RuleSet
{
    /// <summary>Every rule.</summary>
    public static readonly RuleSet All = new();
}
