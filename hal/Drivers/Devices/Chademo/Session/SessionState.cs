namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>Everything remembered between two steps. The default is idle since the beginning of time.</summary>
/// <param name="Phase">Where the sequence stands.</param>
/// <param name="Since">When it came there.</param>
public readonly record struct SessionState(SessionPhase Phase, TimeSpan Since)
{
    /// <summary>Time of the last step.</summary>
    public TimeSpan At { get; init; }
    /// <summary>Number of the session under way or last.</summary>
    public uint Number { get; init; }
    /// <summary>When d1 was switched on.</summary>
    public TimeSpan StartedAt { get; init; }
    /// <summary>When permission came; null before.</summary>
    public TimeSpan? PermittedAt { get; init; }
    /// <summary>When the lock's feedback came; null before.</summary>
    public TimeSpan? LockedAt { get; init; }
    /// <summary>Since when the test voltage stands; null while it does not.</summary>
    public TimeSpan? HeldSince { get; init; }
    /// <summary>When the car first asked for current; null before.</summary>
    public TimeSpan? RequestedAt { get; init; }
    /// <summary>Since when line and flag of the permission, or the car's data, do not fit together; null when they
    /// do.</summary>
    public TimeSpan? MisfitSince { get; init; }
    /// <summary>Since when output and request differ by 10 A; null when they do not.</summary>
    public TimeSpan? DeviationSince { get; init; }
    /// <summary>Faults of this session, kept until the next begins or the plug is pulled.</summary>
    public EvseFaults Faults { get; init; }
    /// <summary>The session was interrupted by an emergency stop (no fault of its own).</summary>
    public bool WasInterrupted { get; init; }
    /// <summary>A session of this number does not start again; null when the last one was ended by an ordered
    /// stop.</summary>
    public uint? Spent { get; init; }
    /// <summary>A fault that only pulling the plug clears.</summary>
    public bool NeedsPlugCycle { get; init; }
    /// <summary>d2 was on when the phase was entered.</summary>
    public bool WasSupplied { get; init; }
    /// <summary>Current commanded to the stage, positive into the car, unquantised.</summary>
    public Amperes Command { get; init; }
    /// <summary>What the car is known to take.</summary>
    public CarChargeLimit ChargeLimit { get; init; }

    /// <summary>How long the phase has lasted.</summary>
    public TimeSpan Lasted(TimeSpan now) => now - Since;
}
