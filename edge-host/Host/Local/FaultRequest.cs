using System.Diagnostics.CodeAnalysis;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Northbound;

namespace ChargeScape.Edge.Host.Local;

/// <summary>What a line at the local socket asks for.</summary>
/// <param name="Clears">The fault to clear; null = list them.</param>
/// <param name="Occurrence">Which occurrence of it was looked at.</param>
/// <param name="Test">What the installer tested, who clears a service fault; null: it is no installer.</param>
internal readonly record struct FaultRequest(TripId? Clears, uint Occurrence, string? Test)
{
    /// <summary>Understands a line; false with the answer that says what is wrong.</summary>
    public static bool TryRead(string line, out FaultRequest request, [NotNullWhen(false)] out string? complaint)
    {
        request = default;
        complaint = null;
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["list"]) return true;
        string? test = null;
        if (words is [_, _, _, "service", _, ..])
        {
            test = string.Join(' ', words[4..]);
            words = words[..3];
        }
        if (words is not ["clear", var trip, var number])
            complaint = "error: expected list, or clear TRIP OCCURRENCE [service WHAT-WAS-TESTED]\n";
        else if (!WireWord<TripId>.TryParse(trip, out var known) || known == TripId.None)
            complaint = $"error: no fault is called {trip}\n";
        else if (!uint.TryParse(number, out var occurrence))
            complaint = "error: the occurrence is a number\n";
        else
            request = new(known, occurrence, test);
        return complaint is null;
    }
}
