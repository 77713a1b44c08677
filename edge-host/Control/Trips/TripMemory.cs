using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>The memory of every trip.</summary>
public record struct TripMemory
{
    /// <summary>The last trip of the enumeration.</summary>
    internal const TripId Last = TripId.MeterDisagrees;
    /// <summary>How many there are.</summary>
    internal const int Count = (int)Last;
    private States states;

    /// <summary>One trip; the default for none.</summary>
    public readonly TripState this[TripId id] => id is > TripId.None and <= Last ? states[(int)id - 1] : default;

    /// <summary>One trip, without a copy.</summary>
    [UnscopedRef]
    internal readonly ref readonly TripState Seen(TripId id) => ref states[(int)id - 1];

    /// <summary>One trip, in place.</summary>
    [UnscopedRef]
    internal ref TripState Of(TripId id) => ref states[(int)id - 1];

    /// <summary>At least one stands and stops the transfer.</summary>
    public readonly bool Any
    {
        get
        {
            foreach (ref readonly var state in (ReadOnlySpan<TripState>)states)
                if (state.Stops) return true;
            return false;
        }
    }

    /// <summary>At least one other than this one stands and stops the transfer.</summary>
    internal readonly bool AnyBut(TripId id)
    {
        for (var i = 0; i < Count; i++)
            if (i != (int)id - 1 && states[i].Stops) return true;
        return false;
    }

    /// <summary>At least one that stands interrupts the current at once.</summary>
    public readonly bool OpensNow
    {
        get
        {
            foreach (ref readonly var state in (ReadOnlySpan<TripState>)states)
                if (state.IsTripped && state.OpensNow) return true;
            return false;
        }
    }

    /// <summary>Another number whenever something changed that is kept across a restart.</summary>
    public readonly uint Revision
    {
        get
        {
            var sum = 0u;
            foreach (ref readonly var state in (ReadOnlySpan<TripState>)states) sum += state.Revision;
            return sum;
        }
    }

    [InlineArray(Count)]
    private struct States : IEquatable<States>
    {
        private TripState first;

        public readonly bool Equals(States other) => ((ReadOnlySpan<TripState>)this).SequenceEqual(other);
        public override readonly bool Equals(object? obj) => obj is States other && Equals(other);
        public override readonly int GetHashCode() => first.GetHashCode();
    }
}
