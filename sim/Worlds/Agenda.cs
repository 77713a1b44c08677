using System.Numerics;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// What is due when. Slots are few and fixed, and a slot's number is its rank among what is due at the same time; so a
/// scan over an array is the whole queue, and nothing is allocated.
/// </summary>
internal sealed class Agenda
{
    // Time above, slot below: the least of all is the next slot, and its rank is part of the comparison.
    private const int SlotBits = 5;
    private const long SlotMask = (1 << SlotBits) - 1;
    private const long Never = long.MaxValue >> SlotBits;

    // Whole vectors, so that the scan has no rest.
    private readonly long[] due;

    public Agenda(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots, 1 << SlotBits);
        var width = Vector<long>.Count;
        due = new long[(slots + width - 1) / width * width];
        due.AsSpan().Fill(long.MaxValue);
    }

    public void Set(int slot, TimeSpan at) => due[slot] = Entry(slot, at);

    /// <summary>Brings a slot forward; it never moves back.</summary>
    public void Hasten(int slot, TimeSpan at) => due[slot] = Math.Min(due[slot], Entry(slot, at));

    public void Clear(int slot) => due[slot] = long.MaxValue;

    /// <summary>The slot that is next; the lowest number among equals.</summary>
    public int Next(out TimeSpan at)
    {
        var earliest = new Vector<long>(long.MaxValue);
        foreach (var some in MemoryMarshal.Cast<long, Vector<long>>(due.AsSpan()))
            earliest = Vector.Min(earliest, some);
        var first = earliest[0];
        for (var i = 1; i < Vector<long>.Count; i++)
            if (earliest[i] < first) first = earliest[i];
        at = first == long.MaxValue ? TimeSpan.MaxValue : new(first >> SlotBits);
        return (int)(first & SlotMask);
    }

    private static long Entry(int slot, TimeSpan at) =>
        at.Ticks < Never ? at.Ticks << SlotBits | (long)slot : long.MaxValue;
}
