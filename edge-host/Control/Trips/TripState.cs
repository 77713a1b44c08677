using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>One trip's memory. Once tripped it stays so until its class lets it clear.</summary>
public readonly record struct TripState
{
    // One more than the ticks, so that the default is none.
    private readonly long timer;

    /// <summary>It stands: zero and open.</summary>
    public bool IsTripped { get; init; }
    /// <summary>Who may clear it.</summary>
    public TripClass Class { get; init; }
    /// <summary>The current is interrupted at once instead of being brought to zero first.</summary>
    public bool OpensNow { get; init; }
    /// <summary>Counts how often it tripped; a clear request names the occurrence that the person saw.</summary>
    public uint Occurrence { get; init; }
    /// <summary>Monotonic time at which it tripped last.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>Start of what its rule times: pickup while not tripped, calm while tripped.</summary>
    internal TimeSpan? Timer
    {
        get => timer == 0 ? null : new(timer - 1);
        init => timer = value is { } since ? since.Ticks + 1 : 0;
    }
    /// <summary>Seconds of bad readings; decays with good ones and never drops to nothing on one of them.</summary>
    internal float Score { get; init; }
    /// <summary>Newest reading that was judged.</summary>
    internal uint Judged { get; init; }
    /// <summary>Automatic retries spent at <see cref="Since"/>.</summary>
    internal float Spent { get; init; }
    /// <summary>Fault bits of an ended session that a clear has taken note of: only others trip again.</summary>
    internal uint Acknowledged { get; init; }

    /// <summary>Trips, or raises the class of a trip that stands.</summary>
    internal TripState Tripped(TripClass by, bool opensNow, TimeSpan now) => IsTripped
        ? this with { Class = by > Class ? by : Class, OpensNow = OpensNow || opensNow, Timer = null }
        : this with
        {
            IsTripped = true, Class = by, OpensNow = opensNow, Occurrence = Occurrence + 1, Since = now,
            Timer = null, Score = 0,
        };

    /// <summary>
    /// Trips with bounded automatic retries: F2 while the budget lasts, then F3. The budget comes back evenly over a
    /// day.
    /// </summary>
    internal TripState TrippedOnBudget(int retries, bool opensNow, TimeSpan now)
    {
        if (IsTripped) return Tripped(TripClass.F2, opensNow, now);
        var spent = Math.Max(0, Spent - (float)(now - Since).TotalDays * retries) + 1;
        return Tripped(spent > retries ? TripClass.F3 : TripClass.F2, opensNow, now) with { Spent = spent };
    }

    /// <summary>No longer tripped.</summary>
    internal TripState Cleared() => this with { IsTripped = false, OpensNow = false, Timer = null, Score = 0 };

    /// <summary>Cleared by a person: the retry budget is whole again.</summary>
    internal TripState ClearedByPerson() => Cleared() with { Spent = 0 };

    /// <summary>While tripped: clears once <paramref name="isCalm"/> has held for <paramref name="hold"/>.</summary>
    internal TripState ClearedAfter(bool isCalm, TimeSpan hold, TimeSpan now)
    {
        if (!isCalm) return Timer is null ? this : this with { Timer = null };
        var since = Timer ?? now;
        return now - since >= hold ? Cleared() : this with { Timer = since };
    }

    /// <summary>Adds the time of one new reading to the score: bad in full, good by half.</summary>
    internal TripState Scored(bool isBad, in Held<EvseReading> reading, TimeSpan period)
    {
        // A gap is not evidence: at most two periods count for one reading.
        var takenAt = reading.TakenAt;
        var elapsed = Timer is { } last && takenAt > last ? (takenAt - last).TotalSeconds : 0;
        var counted = Math.Min(elapsed, 2 * period.TotalSeconds);
        var score = (float)(isBad ? Score + counted : Math.Max(0, Score - counted / 2));
        return this with { Judged = reading.Sequence, Timer = takenAt, Score = score };
    }
}

/// <summary>The memory of every trip.</summary>
public record struct TripMemory
{
    private const int Count = (int)TripId.WrongSign;
    private States states;

    /// <summary>One trip.</summary>
    public TripState this[TripId id]
    {
        readonly get => id is > TripId.None and <= TripId.WrongSign ? Of(id) : default;
        internal set => states[(int)id - 1] = value;
    }

    /// <summary>One trip, in place.</summary>
    [UnscopedRef]
    internal readonly ref readonly TripState Of(TripId id) => ref states[(int)id - 1];

    /// <summary>At least one stands.</summary>
    public readonly bool Any
    {
        get
        {
            foreach (ref readonly var state in (ReadOnlySpan<TripState>)states)
                if (state.IsTripped) return true;
            return false;
        }
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

    [InlineArray(Count)]
    private struct States : IEquatable<States>
    {
        private TripState first;

        public readonly bool Equals(States other) => ((ReadOnlySpan<TripState>)this).SequenceEqual(other);
        public override readonly bool Equals(object? obj) => obj is States other && Equals(other);
        public override readonly int GetHashCode() => first.GetHashCode();
    }
}
