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
    ];

    /// <summary>One step of every trip, then the request of a person.</summary>
    internal static void Next(
        ReadOnlySpan<Trip> trips, SiteLimits site, in Requests requests, ref ControlState memory)
    {
        var isCleared = false;
        foreach (ref readonly var trip in trips)
        {
            ref var state = ref memory.Trips.Of(trip.Id);
            trip.Next(ref state, memory.Inputs, site, memory);
            if (requests.Clear != trip.Id || !MayClear(state, requests)) continue;
            if (trip.Stands(memory.Inputs, site, memory)) continue;
            state.ClearByPerson();
            isCleared = true;
        }
        if (requests.Clear != TripId.None && !isCleared) memory.ClearsRefused++;
    }

    // F1 clears by itself and by nothing else; F4 wants the installer's test.
    private static bool MayClear(in TripState trip, in Requests requests) =>
        trip.IsTripped && trip.Occurrence == requests.Occurrence && trip.Class is TripClass.F2 or TripClass.F3;
}
