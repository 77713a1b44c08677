using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>One trip's memory. Once tripped it stays so until its class lets it clear.</summary>
public record struct TripState
{
    // One more than the ticks, so that the default is none.
    private long timer;

    /// <summary>It stands: zero and open.</summary>
    public bool IsTripped { get; private set; }
    /// <summary>Who may clear it.</summary>
    public TripClass Class { get; private set; }
    /// <summary>The current is interrupted at once instead of being brought to zero first.</summary>
    public bool OpensNow { get; private set; }
    /// <summary>Counts how often it tripped; a clear request names the occurrence that the person saw.</summary>
    public uint Occurrence { get; private set; }
    /// <summary>Monotonic time at which it tripped last.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>Seconds of bad readings; decays with good ones and never drops to nothing on one of them.</summary>
    internal float Score { get; private set; }
    /// <summary>Newest reading that was judged.</summary>
    internal uint Judged { get; private set; }
    /// <summary>Automatic retries spent at <see cref="Since"/>.</summary>
    internal float Spent { get; private set; }
    /// <summary>Fault bits of an ended session that a clear has taken note of: only others trip again.</summary>
    internal uint Acknowledged { get; private set; }

    // Start of what its rule times: pickup while not tripped, calm while tripped.
    private readonly TimeSpan? Timer => timer == 0 ? null : new(timer - 1);

    /// <summary>Trips, or raises the class of a trip that stands.</summary>
    internal void Trip(TripClass by, bool opensNow, TimeSpan now)
    {
        timer = 0;
        if (IsTripped)
        {
            if (by > Class) Class = by;
            OpensNow |= opensNow;
            return;
        }
        (IsTripped, Class, OpensNow, Since, Score) = (true, by, opensNow, now, 0);
        Occurrence++;
    }

    /// <summary>
    /// Trips with bounded automatic retries: F2 while the budget lasts, then F3. The budget comes back evenly over a
    /// day.
    /// </summary>
    internal void TripOnBudget(int retries, bool opensNow, TimeSpan now)
    {
        if (!IsTripped) Spent = Math.Max(0, Spent - (float)(now - Since).TotalDays * retries) + 1;
        Trip(!IsTripped && Spent > retries ? TripClass.F3 : TripClass.F2, opensNow, now);
    }

    /// <summary>Cleared by a person: the retry budget is whole again.</summary>
    internal void ClearByPerson()
    {
        Clear();
        Spent = 0;
    }

    /// <summary>While tripped: clears once <paramref name="isCalm"/> has held for <paramref name="hold"/>.</summary>
    internal void ClearAfter(bool isCalm, TimeSpan hold, TimeSpan now)
    {
        if (!isCalm)
        {
            timer = 0;
            return;
        }
        if (timer == 0) timer = now.Ticks + 1;
        if (now.Ticks + 1 - timer >= hold.Ticks) Clear();
    }

    /// <summary>Adds the time of one new reading to the score: bad in full, good by half.</summary>
    internal void AddToScore(bool isBad, in Held<EvseReading> reading, TimeSpan period)
    {
        // A gap is not evidence: at most two periods count for one reading.
        var takenAt = reading.TakenAt;
        var elapsed = Timer is { } last && takenAt > last ? (takenAt - last).TotalSeconds : 0;
        var counted = Math.Min(elapsed, 2 * period.TotalSeconds);
        Score = (float)(isBad ? Score + counted : Math.Max(0, Score - counted / 2));
        (Judged, timer) = (reading.Sequence, takenAt.Ticks + 1);
    }

    /// <summary>What its rule times starts anew.</summary>
    internal void StopTimer() => timer = 0;

    /// <summary>What was held against the device is forgotten.</summary>
    internal void Forget() => (timer, Score) = (0, 0);

    /// <summary>Takes note of fault bits.</summary>
    internal void Acknowledge(uint bits) => Acknowledged = bits;

    private void Clear() => (IsTripped, OpensNow, timer, Score) = (false, false, 0, 0);
}

/// <summary>The memory of every trip.</summary>
public record struct TripMemory
{
    private const int Count = (int)TripId.WrongSign;
    private States states;

    /// <summary>One trip; the default for none.</summary>
    public readonly TripState this[TripId id] =>
        id is > TripId.None and <= TripId.WrongSign ? states[(int)id - 1] : default;

    /// <summary>One trip, without a copy.</summary>
    [UnscopedRef]
    internal readonly ref readonly TripState Seen(TripId id) => ref states[(int)id - 1];

    /// <summary>One trip, in place.</summary>
    [UnscopedRef]
    internal ref TripState Of(TripId id) => ref states[(int)id - 1];

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
