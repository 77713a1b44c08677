using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>What binds one side.</summary>
/// <param name="By">The limit that set the side.</param>
/// <param name="Since">Monotonic time since when this limit binds.</param>
/// <param name="Until">Monotonic time at which it may end, if that is known.</param>
public readonly record struct Binding(LimitId By, TimeSpan Since, TimeSpan? Until);

/// <summary>The final envelope and what set each side: the answer to "why".</summary>
public readonly record struct Allowance(Envelope Envelope, Binding Charge, Binding Discharge);
