namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>
/// Times of the sequence. The defaults are the C- (to be kept) and T- (give up) times that a charger-side
/// implementation quotes from the specification; "ours" marks those that no source gives.
/// </summary>
public sealed record ChademoTimes
{
    /// <summary>Period of both sides' frames (± 10 ms).</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMilliseconds(100);
    /// <summary>From d1 to the car's first frames (weak source).</summary>
    public TimeSpan Wake { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>T, from d1 to permission.</summary>
    public TimeSpan Permission { get; init; } = TimeSpan.FromSeconds(8);
    /// <summary>From the lock command to its feedback; ours (a recorded charger took 8.7 s with its own
    /// checks).</summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>From the insulation test's start to its voltage; ours.</summary>
    public TimeSpan InsulationRise { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>How long the test voltage must stand; recorded 0.5 s.</summary>
    public TimeSpan InsulationHold { get; init; } = TimeSpan.FromSeconds(0.5);
    /// <summary>From the end of the hold to below 20 V; ours (recorded 0.3 s).</summary>
    public TimeSpan InsulationFall { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>C, from permission to d2.</summary>
    public TimeSpan PermissionToSupply { get; init; } = TimeSpan.FromSeconds(20);
    /// <summary>C, from d2 to the car's contactor.</summary>
    public TimeSpan Close { get; init; } = TimeSpan.FromSeconds(4);
    /// <summary>C, from the contactor to the first request.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(4);
    /// <summary>From the first request to the charging flag; recorded 0.5 s.</summary>
    public TimeSpan FlowDelay { get; init; } = TimeSpan.FromSeconds(0.5);
    /// <summary>Overall cap from lock to flow; ours.</summary>
    public TimeSpan LockToFlow { get; init; } = TimeSpan.FromSeconds(25);
    /// <summary>C, from the stop to ≤ 5 A; then the stage is switched off.</summary>
    public TimeSpan RampDown { get; init; } = TimeSpan.FromSeconds(0.5);
    /// <summary>From the stop until d2 is taken whatever flows; the car errors after 2.5 s.</summary>
    public TimeSpan RampDownGiveUp { get; init; } = TimeSpan.FromSeconds(2);
    /// <summary>T, from charging off to the car's contactor open; after that a possible weld.</summary>
    public TimeSpan Open { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>The same where energy has not flowed: a car that was never told that it is charging may not know that
    /// it should open, and d2 may be taken at no current; ours.</summary>
    public TimeSpan OpenBeforeFlow { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Longest wait for ≤ 5 A in an emergency before the contactor's supply is taken.</summary>
    public TimeSpan Interrupt { get; init; } = TimeSpan.FromSeconds(0.5);
    /// <summary>From d2 off to d1 off.</summary>
    public TimeSpan SupplyGap { get; init; } = TimeSpan.FromSeconds(0.5);
    /// <summary>From d2 off to below 10 V; above it after that is a possible weld. The car wants 2 s.</summary>
    public TimeSpan Bleed { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>From the interruption to below 60 V where the plug was pulled.</summary>
    public TimeSpan Unplugged { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>From the unlock command to its feedback; ours.</summary>
    public TimeSpan Unlock { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>Oldest 102 that counts; after it the car is silent.</summary>
    public TimeSpan CarSilence { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Oldest stage reading that counts; ours.</summary>
    public TimeSpan StageSilence { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>How long permission line and flag may disagree before the session is on, and the car's data be
    /// implausible; ours.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>How long output and request may differ by 10 A; the car stops after 5 s, so we stop first.</summary>
    public TimeSpan Deviation { get; init; } = TimeSpan.FromSeconds(4.5);
}
