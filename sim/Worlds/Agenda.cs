using System.Numerics;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// What is due when. Slots are few and fixed, and a slot's number is its rank among what is due at the same time; so a
/// scan over an array is the whole queue, and nothing is allocated.
/// </summary>
internal sealed class Agenda(int slots)
{
    // Whole vectors, so that the scan has no rest.
    private readonly long[] due =
        [.. Enumerable.Repeat(long.MaxValue, slots + Vector<long>.Count - 1 - (slots - 1) % Vector<long>.Count)];

    public void Set(int slot, TimeSpan at) => due[slot] = at.Ticks;

    /// <summary>Brings a slot forward; it never moves back.</summary>
    public void Hasten(int slot, TimeSpan at) => due[slot] = Math.Min(due[slot], at.Ticks);

    public void Clear(int slot) => due[slot] = long.MaxValue;

    public bool IsSet(int slot) => due[slot] != long.MaxValue;

    /// <summary>The slot that is next; the lowest number among equals.</summary>
    public int Next(out TimeSpan at)
    {
        var earliest = new Vector<long>(long.MaxValue);
        foreach (var some in MemoryMarshal.Cast<long, Vector<long>>(due.AsSpan()))
            earliest = Vector.Min(earliest, some);
        var first = earliest[0];
        for (var i = 1; i < Vector<long>.Count; i++)
            if (earliest[i] < first) first = earliest[i];
        at = new(first);
        return due.AsSpan().IndexOf(first);
    }
}
