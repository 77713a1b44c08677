using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>What happened between two states.</summary>
public enum ControlEventKind : byte
{
    /// <summary>The session's mode changed.</summary>
    ModeChanged,
    /// <summary>A trip stands that did not, stands again, or was given a higher class.</summary>
    TripRaised,
    /// <summary>A trip no longer stands.</summary>
    TripCleared,
    /// <summary>A person's request to clear a trip was refused.</summary>
    ClearRefused,
    /// <summary>Another limit, or none, keeps the wanted power from being done.</summary>
    BindingChanged,
    /// <summary>Another order, or none, is in force.</summary>
    OrderChanged,
    /// <summary>Something about the registers of a device that we own; a driver tells it, no step.</summary>
    Ownership,
}

/// <summary>Whose registers an event is about.</summary>
public enum OwnedDevice : byte
{
    /// <summary>The EVSE.</summary>
    Evse,
    /// <summary>The PV inverter.</summary>
    Inverter,
}

/// <summary>Something that happened in a step. What does not belong to its kind is default.</summary>
/// <param name="At">Monotonic time of the step.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Order">The order in force after the step; 0 = none.</param>
/// <param name="From">The mode before; mode changes only.</param>
/// <param name="To">The mode after; mode changes only.</param>
/// <param name="Trip">The trip; trips only.</param>
/// <param name="Class">Who may clear it; trips only.</param>
/// <param name="Occurrence">Which time it tripped; for a refused request, how many were refused so far.</param>
/// <param name="Limit">What binds after the step, none when the wanted power may be done; changes of the binding
/// only.</param>
/// <param name="Power">The wanted power; changes of the binding and of the order only.</param>
public readonly record struct ControlEvent(
    TimeSpan At, ControlEventKind Kind, uint Order, ModeKind From, ModeKind To, TripId Trip, TripClass Class,
    uint Occurrence, LimitId Limit, Watts Power)
{
    /// <summary>Whose registers; ownership only.</summary>
    public OwnedDevice Device { get; init; }

    /// <summary>What happened to them; ownership only.</summary>
    public OwnershipEvent Ownership { get; init; }
}

/// <summary>Events are the difference of two states, so none is forgotten and none costs the step anything.</summary>
public static class ControlEvents
{
    /// <summary>Most events of one step: two for each trip and one of each other kind.</summary>
    public const int Most = 2 * TripMemory.Count + 4;

    /// <summary>
    /// False in most steps: then nothing happened from <paramref name="before"/> to <paramref name="after"/>. A trip
    /// that trips, clears or is raised counts its revision.
    /// </summary>
    public static bool MayDiffer(in ControlState before, in ControlState after) =>
        after.Mode != before.Mode || after.Order != before.Order || after.BoundBy != before.BoundBy
        || after.ClearsRefused != before.ClearsRefused || after.KeptRevision != before.KeptRevision;

    /// <summary>
    /// Writes what happened from <paramref name="before"/> to <paramref name="after"/> and returns how many events that
    /// is. <paramref name="events"/> has room for <see cref="Most"/>.
    /// </summary>
    public static int Between(in ControlState before, in ControlState after, Span<ControlEvent> events)
    {
        var count = 0;
        var any = default(ControlEvent) with { At = after.At, Order = after.Order };
        for (var id = TripId.PowerUp; id <= TripMemory.Last; id++)
        {
            ref readonly var was = ref before.Trips.Seen(id);
            ref readonly var now = ref after.Trips.Seen(id);
            // Cleared and tripped again within one step is both.
            var isAnother = now.Occurrence != was.Occurrence;
            if (was.IsTripped && (!now.IsTripped || isAnother))
                events[count++] = any with
                {
                    Kind = ControlEventKind.TripCleared, Trip = id, Class = was.Class, Occurrence = was.Occurrence,
                };
            if (now.IsTripped && (!was.IsTripped || isAnother || now.Class != was.Class))
                events[count++] = any with
                {
                    Kind = ControlEventKind.TripRaised, Trip = id, Class = now.Class, Occurrence = now.Occurrence,
                };
        }
        if (after.ClearsRefused != before.ClearsRefused)
            events[count++] = any with { Kind = ControlEventKind.ClearRefused, Occurrence = after.ClearsRefused };
        if (after.Mode != before.Mode)
            events[count++] = any with { Kind = ControlEventKind.ModeChanged, From = before.Mode, To = after.Mode };
        if (after.Order != before.Order)
            events[count++] = any with { Kind = ControlEventKind.OrderChanged, Power = after.Wanted };
        if (after.BoundBy != before.BoundBy)
            events[count++] = any with
            {
                Kind = ControlEventKind.BindingChanged, Limit = after.BoundBy, Power = after.Wanted,
            };
        return count;
    }
}
