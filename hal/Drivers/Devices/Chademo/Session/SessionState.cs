namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>Everything remembered between two steps. The default is idle since the beginning of time.</summary>
/// <param name="Phase">Where the sequence stands.</param>
/// <param name="Since">When it came there.</param>
public record struct SessionState(SessionPhase Phase, TimeSpan Since)
{
    /// <summary>Time of the last step.</summary>
    public TimeSpan At { readonly get; set; }
    /// <summary>Number of the session under way or last.</summary>
    public uint Number { readonly get; set; }
    /// <summary>When d1 was switched on.</summary>
    public TimeSpan StartedAt { readonly get; set; }
    /// <summary>When permission came; null before.</summary>
    public TimeSpan? PermittedAt { readonly get; set; }
    /// <summary>When the lock's feedback came; null before.</summary>
    public TimeSpan? LockedAt { readonly get; set; }
    /// <summary>Since when the test voltage stands; null while it does not.</summary>
    public TimeSpan? HeldSince { readonly get; set; }
    /// <summary>Since when the stage is heard without a break; null while it is silent.</summary>
    public TimeSpan? StageHeardSince { readonly get; set; }
    /// <summary>When the car first asked for current; null before.</summary>
    public TimeSpan? RequestedAt { readonly get; set; }
    /// <summary>Since when line and flag of the permission, or the car's data, do not fit together; null when they
    /// do.</summary>
    public TimeSpan? MisfitSince { readonly get; set; }
    /// <summary>Since when output and request differ by 10 A; null when they do not.</summary>
    public TimeSpan? DeviationSince { readonly get; set; }
    /// <summary>Faults of this session, kept until the next begins or the plug is pulled.</summary>
    public EvseFaults Faults { readonly get; set; }
    /// <summary>The session was interrupted by an emergency stop (no fault of its own).</summary>
    public bool WasInterrupted { readonly get; set; }
    /// <summary>A session of this number does not start again; null when the last one was ended by an ordered
    /// stop.</summary>
    public uint? Spent { readonly get; set; }
    /// <summary>A fault that only pulling the plug clears.</summary>
    public bool NeedsPlugCycle { readonly get; set; }
    /// <summary>Energy could flow for so long that the car must have seen the charging flag.</summary>
    public bool HasFlowed { readonly get; set; }
    /// <summary>d2 was on when the phase was entered.</summary>
    public bool WasSupplied { readonly get; set; }
    /// <summary>Current commanded to the stage, positive into the car, unquantised.</summary>
    public Amperes Command { readonly get; set; }
    /// <summary>What the car is known to take.</summary>
    public CarChargeLimit ChargeLimit { readonly get; set; }

    /// <summary>How long the phase has lasted.</summary>
    public readonly TimeSpan Lasted(TimeSpan now) => now - Since;

    /// <summary>
    /// How long a stage that is heard has been told what this phase tells it: a silent one was told nothing and may have
    /// gone on.
    /// </summary>
    public readonly TimeSpan ToldStage(TimeSpan now) => StageHeardSince is not { } heard ? TimeSpan.Zero
        : now - (heard > Since ? heard : Since);
}
