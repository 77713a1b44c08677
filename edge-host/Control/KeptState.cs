using System.Runtime.CompilerServices;
using ChargeScape.Edge.Control.Trips;

namespace ChargeScape.Edge.Control;

/// <summary>
/// What the control side keeps across a restart: latches, occurrences, retry budgets. An unmanaged value of a fixed
/// size; its bytes are what is stored. A trip is known by a fold of its name, so that another version of the software
/// with other trips still finds its own.
/// </summary>
public struct KeptState
{
    /// <summary>Most trips that fit.</summary>
    public const int MostTrips = 64;

    /// <summary>Monotonic ticks at which it was taken.</summary>
    public long At;
    /// <summary>Another number whenever something changed, within one run of the process.</summary>
    public uint Revision;
    /// <summary>How many of <see cref="Trips"/> are used.</summary>
    public int Count;
    /// <summary>The contactor's closures.</summary>
    public KeptUse Use;
    /// <summary>The trips.</summary>
    public KeptTrips Trips;
    /// <summary>The proof of the meter. What is added goes behind: an older record has zeros there.</summary>
    public KeptProof Meter;

    private const long Century = 36_500 * TimeSpan.TicksPerDay;
    private static readonly uint[] names = [.. Enum.GetValues<TripId>().Select(id => Fold(id.ToString()))];

    /// <summary>What is kept of a state.</summary>
    public static void Take(in ControlState state, out KeptState kept)
    {
        kept = default;
        (kept.At, kept.Revision, kept.Count) = (state.At.Ticks, state.KeptRevision, TripMemory.Count);
        kept.Use = state.Use.Kept();
        kept.Meter = state.Meter.Proof.Kept();
        for (var id = TripId.None + 1; id <= TripMemory.Last; id++)
            kept.Trips[(int)id - 1] = state.Trips.Seen(id).Kept(names[(int)id]);
    }

    /// <summary>
    /// Puts it into a state that begins. False when a trip that only a person clears stood and this version does not
    /// know it: then nobody knows what stands.
    /// </summary>
    internal readonly bool TryRestore(ref ControlState state, TimeSpan shift)
    {
        var isKnown = true;
        for (var i = 0; i < Math.Clamp(Count, 0, MostTrips); i++)
        {
            ref readonly var trip = ref Trips[i];
            var id = Array.IndexOf(names, trip.Name);
            if (id > 0) state.Trips.Of((TripId)id).Restore(trip, shift);
            else isKnown &= trip.IsTripped == 0 || trip.Class < (byte)TripClass.F2;
        }
        state.Use.Restore(Use, shift);
        state.Meter.Proof = MeterProof.Of(Meter);
        return isKnown;
    }

    /// <summary>A stored time, kept within a century either way: enough for what a disk may hold, and far from
    /// overflowing.</summary>
    public static long Bounded(long ticks) => Math.Clamp(ticks, -Century, Century);

    /// <summary>A stored time by another clock; never zero, which stands for none.</summary>
    internal static long Shifted(long ticks, TimeSpan shift)
    {
        var shifted = Bounded(ticks) + Bounded(shift.Ticks);
        return shifted == 0 ? 1 : shifted;
    }

    // FNV-1a.
    private static uint Fold(string name)
    {
        var fold = 2166136261u;
        foreach (var letter in name) fold = (fold ^ letter) * 16777619u;
        return fold;
    }

    /// <summary>The trips.</summary>
    [InlineArray(MostTrips)]
    public struct KeptTrips
    {
        private KeptTrip first;
    }
}

/// <summary>What is kept of a trip; see <see cref="TripState"/>.</summary>
public struct KeptTrip
{
    internal long Since;
    internal long Timer;
    internal uint Name;
    internal uint Occurrence;
    internal float Spent;
    internal uint Acknowledged;
    internal int Last;
    internal int BeforeLast;
    internal byte IsTripped;
    internal byte OpensNow;
    internal byte Class;
    internal byte Reserved;
    internal int MoreReserved;
}
