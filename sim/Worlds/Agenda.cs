namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// What is due when. Slots are few and fixed, and a slot's number is its rank among what is due at the same time; so a
/// scan over an array is the whole queue, and nothing is allocated.
/// </summary>
internal sealed class Agenda(int slots)
{
    private readonly long[] due = [.. Enumerable.Repeat(long.MaxValue, slots)];

    public void Set(int slot, TimeSpan at) => due[slot] = at.Ticks;

    /// <summary>Brings a slot forward; it never moves back.</summary>
    public void Hasten(int slot, TimeSpan at) => due[slot] = Math.Min(due[slot], at.Ticks);

    public void Clear(int slot) => due[slot] = long.MaxValue;

    public bool IsSet(int slot) => due[slot] != long.MaxValue;

    /// <summary>The slot that is next; the lowest number among equals.</summary>
    public int Next(out TimeSpan at)
    {
        var all = due;
        var first = 0;
        var earliest = all[0];
        for (var i = 1; i < all.Length; i++)
        {
            if (all[i] >= earliest) continue;
            earliest = all[i];
            first = i;
        }
        at = new(earliest);
        return first;
    }
}
