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
    /// <summary>The list.</summary>
    public static readonly Trip[] List =
    [
        new(TripId.PowerUp, PowerUp.Next, PowerUp.Stands),
        new(TripId.EmergencyStop, EmergencyStop.Next, EmergencyStop.Stands),
        new(TripId.DeviceFault, DeviceFault.Next, DeviceFault.Stands),
        new(TripId.CommandIgnored, CommandIgnored.Next, CommandIgnored.Stands),
        new(TripId.WrongSign, WrongSign.Next, WrongSign.Stands),
        new(TripId.Insulation, Insulation.Next, Insulation.Stands),
        new(TripId.OverVoltage, OverVoltage.Next, OverVoltage.Stands),
        new(TripId.ContactorWelded, ContactorWelded.Next, ContactorWelded.Stands),
        new(TripId.ContactorChatter, ContactorChatter.Next, ContactorChatter.Stands),
        new(TripId.StopIgnored, StopIgnored.Next, StopIgnored.Stands),
        new(TripId.Crash, Crash.Next, Crash.Stands),
        new(TripId.StateLost, StateLost.Next, StateLost.Stands),
        new(TripId.LoopOverrun, LoopOverrun.Next, LoopOverrun.Stands),
        new(TripId.StateNotStored, StateNotStored.Next, StateNotStored.Stands),
        new(TripId.ClearButtonStuck, ClearButtonStuck.Next, ClearButtonStuck.Stands),
        new(TripId.GridLost, GridLost.Next, GridLost.Stands),
        new(TripId.InverterDidNotTrip, InverterDidNotTrip.Next, InverterDidNotTrip.Stands),
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
