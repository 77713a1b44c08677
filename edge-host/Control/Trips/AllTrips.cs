using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// Takes a trip's memory one step on, in place: by what is seen, the site and what is remembered, and by nothing else.
/// </summary>
public delegate void TripRule(ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory);

/// <summary>Whether a trip's condition is present: then nobody may clear it.</summary>
public delegate bool TripCondition(in Inputs seen, SiteLimits site, in ControlState memory);

/// <summary>A trip in the list.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Next">Its rule: pickup and self-clearing.</param>
/// <param name="Stands">Its condition, present or unknown.</param>
public readonly record struct Trip(TripId Id, TripRule Next, TripCondition Stands);

/// <summary>Every trip, in one list. To add one: its file in this folder and a line here.</summary>
public static class AllTrips
{
    /// <summary>
    /// The list. Lambdas, because a delegate of a static method is called through a thunk, and this is the hot path.
    /// </summary>
    public static readonly Trip[] List =
    [
        new(TripId.PowerUp,
            (ref trip, in seen, site, in memory) => PowerUp.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => PowerUp.Stands(seen, site, memory)),
        new(TripId.EmergencyStop,
            (ref trip, in seen, site, in memory) => EmergencyStop.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => EmergencyStop.Stands(seen, site, memory)),
        new(TripId.DeviceFault,
            (ref trip, in seen, site, in memory) => DeviceFault.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => DeviceFault.Stands(seen, site, memory)),
        new(TripId.CommandIgnored,
            (ref trip, in seen, site, in memory) => CommandIgnored.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => CommandIgnored.Stands(seen, site, memory)),
        new(TripId.WrongSign,
            (ref trip, in seen, site, in memory) => WrongSign.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => WrongSign.Stands(seen, site, memory)),
        new(TripId.CommandOvershoot,
            (ref trip, in seen, site, in memory) => CommandOvershoot.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => CommandOvershoot.Stands(seen, site, memory)),
        new(TripId.LimitBreach,
            (ref trip, in seen, site, in memory) => LimitBreach.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => LimitBreach.Stands(seen, site, memory)),
        new(TripId.Insulation,
            (ref trip, in seen, site, in memory) => Insulation.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => Insulation.Stands(seen, site, memory)),
        new(TripId.OverVoltage,
            (ref trip, in seen, site, in memory) => OverVoltage.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => OverVoltage.Stands(seen, site, memory)),
        new(TripId.ContactorWelded,
            (ref trip, in seen, site, in memory) => ContactorWelded.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => ContactorWelded.Stands(seen, site, memory)),
        new(TripId.ContactorChatter,
            (ref trip, in seen, site, in memory) => ContactorChatter.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => ContactorChatter.Stands(seen, site, memory)),
        new(TripId.StopIgnored,
            (ref trip, in seen, site, in memory) => StopIgnored.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => StopIgnored.Stands(seen, site, memory)),
        new(TripId.Crash,
            (ref trip, in seen, site, in memory) => Crash.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => Crash.Stands(seen, site, memory)),
        new(TripId.StateLost,
            (ref trip, in seen, site, in memory) => StateLost.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => StateLost.Stands(seen, site, memory)),
        new(TripId.LoopOverrun,
            (ref trip, in seen, site, in memory) => LoopOverrun.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => LoopOverrun.Stands(seen, site, memory)),
        new(TripId.StateNotStored,
            (ref trip, in seen, site, in memory) => StateNotStored.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => StateNotStored.Stands(seen, site, memory)),
        new(TripId.ClearButtonStuck,
            (ref trip, in seen, site, in memory) => ClearButtonStuck.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => ClearButtonStuck.Stands(seen, site, memory)),
        new(TripId.GridLost,
            (ref trip, in seen, site, in memory) => GridLost.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => GridLost.Stands(seen, site, memory)),
        new(TripId.InverterDidNotTrip,
            (ref trip, in seen, site, in memory) => InverterDidNotTrip.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => InverterDidNotTrip.Stands(seen, site, memory)),
        new(TripId.IslandNotIsolated,
            (ref trip, in seen, site, in memory) => IslandNotIsolated.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => IslandNotIsolated.Stands(seen, site, memory)),
        new(TripId.IslandOverload,
            (ref trip, in seen, site, in memory) => IslandOverload.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => IslandOverload.Stands(seen, site, memory)),
        new(TripId.MeterFrozen,
            (ref trip, in seen, site, in memory) => MeterFrozen.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => MeterFrozen.Stands(seen, site, memory)),
        new(TripId.MeterReversed,
            (ref trip, in seen, site, in memory) => MeterReversed.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => MeterReversed.Stands(seen, site, memory)),
        new(TripId.MeterLegsSwapped,
            (ref trip, in seen, site, in memory) => MeterLegsSwapped.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => MeterLegsSwapped.Stands(seen, site, memory)),
        new(TripId.MeterDisagrees,
            (ref trip, in seen, site, in memory) => MeterDisagrees.Next(ref trip, seen, site, memory),
            (in seen, site, in memory) => MeterDisagrees.Stands(seen, site, memory)),
    ];

    /// <summary>One step of every trip, then what persons at the machine ask.</summary>
    internal static void Next(
        ReadOnlySpan<Trip> trips, SiteLimits site, in Requests requests, ref ControlState memory)
    {
        var isCleared = false;
        foreach (ref readonly var trip in trips)
        {
            ref var state = ref memory.Trips.Of(trip.Id);
            trip.Next(ref state, memory.Inputs, site, memory);
            if (!state.IsTripped) continue;
            if (state.Class == TripClass.F4)
                state.Watch(!trip.Stands(memory.Inputs, site, memory), memory.At);
            var isAsked = requests.Clear == trip.Id && MayClear(state, requests, memory.At);
            if (!isAsked && !IsPressedFor(state, memory.Button)) continue;
            if (trip.Stands(memory.Inputs, site, memory)) continue;
            state.ClearByPerson();
            isCleared |= isAsked;
        }
        if (requests.Clear != TripId.None && !isCleared) memory.ClearsRefused++;
    }

    // F0 and F1 clear by themselves and by nothing else; F4 wants the installer, and a minute without a sign of it.
    private static bool MayClear(in TripState trip, in Requests requests, TimeSpan now) =>
        trip.Occurrence == requests.Occurrence
        && (trip.Class is TripClass.F2 or TripClass.F3
            || (trip.Class == TripClass.F4 && requests.IsService && trip.HasBeenCalm(TripState.ServiceTest, now)));

    // Whoever presses has seen what stood before, and nothing that came since.
    private static bool IsPressedFor(in TripState trip, in ClearButton button) =>
        button.Clears is { } pressedAt && trip.Class is TripClass.F2 or TripClass.F3 && trip.Since < pressedAt;
}
