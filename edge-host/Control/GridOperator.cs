using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>A limit as the grid operator wrote it last, for one direction.</summary>
/// <param name="Limit">Magnitude, ≥ 0.</param>
/// <param name="IsActive">It limits; otherwise it lifts the one before.</param>
/// <param name="GivenAt">Monotonic time at which it was written.</param>
/// <param name="Ends">Monotonic time at which it ends by itself; null = when another is written.</param>
public readonly record struct GridOperatorLimit(Watts Limit, bool IsActive, TimeSpan GivenAt, TimeSpan? Ends);

/// <summary>
/// All that is known of the grid operator's messages (EEBUS LPC and LPP, or whatever carries the same): the newest of
/// each kind, so that the newest signal is the whole truth.
/// </summary>
/// <param name="HeartbeatAt">Monotonic time of the newest heartbeat; null = none was heard.</param>
/// <param name="Consumption">Newest limit of consumption; null = none was written.</param>
/// <param name="Production">Newest limit of production; null = none was written.</param>
public readonly record struct GridOperatorSignal(
    TimeSpan? HeartbeatAt, GridOperatorLimit? Consumption, GridOperatorLimit? Production);

/// <summary>What one of the grid operator's relays means while it is pulled.</summary>
/// <param name="Relay">Its number, 0…3.</param>
/// <param name="Consumption">Most consumption; null = it does not limit it.</param>
/// <param name="Production">Most production, magnitude; null = it does not limit it.</param>
public sealed record RelayCap(int Relay, Watts? Consumption, Watts? Production);

/// <summary>What holds while the grid operator's messages are missing.</summary>
/// <param name="Consumption">Failsafe limit of consumption; null = none.</param>
/// <param name="Production">Failsafe limit of production, magnitude; null = none.</param>
/// <param name="Lasts">Minimum duration of the failsafe, 2…24 h.</param>
/// <param name="IsForGood">
/// It holds until the operator writes again; otherwise it ends with its duration, as EEBUS allows.
/// </param>
public sealed record Failsafe(Watts? Consumption, Watts? Production, TimeSpan Lasts, bool IsForGood);

/// <summary>What was agreed with the grid operator.</summary>
/// <param name="IsOfSite">
/// A limit binds the site's exchange at the meter; otherwise the EVSE's own power. Both are found in contracts (§14a
/// EnWG: the devices, or all of them behind an energy manager), so the site file says which.
/// </param>
/// <param name="ConsumptionFloor">No limit of consumption counts below this (§14a EnWG: 4.2 kW a device).</param>
/// <param name="Failsafe">For messages; null = there is no such link.</param>
/// <param name="Relays">For relays; empty = there are none.</param>
public sealed record GridOperatorRules(
    bool IsOfSite, Watts ConsumptionFloor, Failsafe? Failsafe, IReadOnlyList<RelayCap> Relays);

/// <summary>Where a direction stands.</summary>
public enum GridOperatorState : byte
{
    /// <summary>The failsafe limit holds: every start, and each loss of the heartbeat.</summary>
    Failsafe,
    /// <summary>The operator's limit holds.</summary>
    Limited,
    /// <summary>The operator is heard and limits nothing.</summary>
    Controlled,
    /// <summary>Nothing limits although the operator says nothing: see <see cref="GridOperatorLink"/>.</summary>
    Autonomous,
}
