using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>
/// One trip's memory. Once tripped it stays so until its class lets it clear.
/// <code>
///   clear ──Trip──► F0…F4      F2 ──budget used──► F3      F3 ──third in 7 days──► F4
///     ▲               │
///     └── F0 F1 F2: condition gone for its time · F2 F3: a person · F4: the installer, a minute after its last sign
/// </code>
/// </summary>
public record struct TripState
{
    /// <summary>So many latches of one trip within <see cref="ServiceSpan"/> are the installer's matter.</summary>
    public const int LatchesBeforeService = 3;
    /// <summary>See <see cref="LatchesBeforeService"/>.</summary>
    public static readonly TimeSpan ServiceSpan = TimeSpan.FromDays(7);
    /// <summary>How long a service fault must have shown no sign before the installer may clear it.</summary>
    public static readonly TimeSpan ServiceTest = TimeSpan.FromMinutes(1);

    // One more than the ticks, so that the default is none.
    private long timer;
    private History history;

    /// <summary>It stands. Above F0: zero and open.</summary>
    public bool IsTripped { get; private set; }
    /// <summary>Who may clear it.</summary>
    public TripClass Class { get; private set; }
    /// <summary>The current is interrupted at once instead of being brought to zero first.</summary>
    public bool OpensNow { get; private set; }
    /// <summary>Counts how often it tripped; a clear request names the occurrence that the person saw.</summary>
    public uint Occurrence { get; private set; }
    /// <summary>Monotonic time at which it tripped last; below zero when that was before the machine started.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>Seconds of bad readings; decays with good ones and never drops to nothing on one of them.</summary>
    internal float Score { get; private set; }
    /// <summary>Newest reading that was judged.</summary>
    internal uint Judged { get; private set; }
    /// <summary>Automatic retries spent at <see cref="Since"/>.</summary>
    internal float Spent { get; private set; }
    /// <summary>Fault bits of an ended session that a clear has taken note of: only others trip again.</summary>
    internal uint Acknowledged { get; private set; }
    /// <summary>Counts changes of what is kept across a restart.</summary>
    internal uint Revision { get; private set; }

    /// <summary>It stands and stops the transfer.</summary>
    public readonly bool Stops => IsTripped && Class > TripClass.F0;

    // Start of what its rule times: pickup while not tripped, calm while tripped.
    private readonly TimeSpan? Timer => timer == 0 ? null : new(timer - 1);

    /// <summary>Trips, or raises the class of a trip that stands. The third latch within a week is service.</summary>
    internal void Trip(TripClass by, bool opensNow, TimeSpan now)
    {
        if (IsTripped && by <= Class && OpensNow | !opensNow && timer == 0) return;
        timer = 0;
        Revision++;
        if (IsTripped)
        {
            if (by > Class) Class = Latched(by, now);
            OpensNow |= opensNow;
            return;
        }
        (IsTripped, Class, OpensNow, Since, Score) = (true, Latched(by, now), opensNow, now, 0);
        Occurrence++;
    }

    /// <summary>
    /// As <see cref="Trip"/> with F3, for what a person does on purpose: however often, it is never service. A stop
    /// button that costs a visit of the installer would be pressed too late.
    /// </summary>
    internal void TripByHand(bool opensNow, TimeSpan now)
    {
        var before = history;
        Trip(TripClass.F3, opensNow, now);
        (history, Class) = (before, TripClass.F3);
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

    /// <summary>
    /// Trips and counts: F2, but F3 when it is the <paramref name="most"/>th (3 at most) within
    /// <paramref name="span"/>. Returns which one it is.
    /// </summary>
    internal int TripCounted(int most, TimeSpan span, bool opensNow, TimeSpan now)
    {
        var count = history.Note(now, span);
        var noted = history;
        Trip(count >= most ? TripClass.F3 : TripClass.F2, opensNow, now);
        // Its history is that of every occurrence and not of the latches, and a latch of it stays a person's.
        history = noted;
        if (Class > TripClass.F3) Class = TripClass.F3;
        return count;
    }

    /// <summary>Which one of <see cref="TripCounted"/> stands.</summary>
    internal readonly int CountWithin(TimeSpan span) => history.Count(Since, span);

    /// <summary>Cleared by a person: the retry budget is whole again. Latches are still counted.</summary>
    internal void ClearByPerson()
    {
        Clear();
        Spent = 0;
    }

    /// <summary>Ends what stands, because the same thing has happened once more.</summary>
    internal void ClearForAnother() => IsTripped = false;

    /// <summary>As if it had never been: another version of the software starts without this one's crashes.</summary>
    internal void Pardon() => this = new() { Occurrence = Occurrence, Revision = Revision + 1 };

    /// <summary>While tripped: clears once <paramref name="isCalm"/> has held for <paramref name="hold"/>.</summary>
    internal void ClearAfter(bool isCalm, TimeSpan hold, TimeSpan now)
    {
        Watch(isCalm, now);
        if (isCalm && now.Ticks + 1 - timer >= hold.Ticks) Clear();
    }

    /// <summary>While tripped: notes since when its condition has been gone.</summary>
    internal void Watch(bool isCalm, TimeSpan now)
    {
        if (isCalm == (timer != 0)) return;
        timer = isCalm ? now.Ticks + 1 : 0;
        Revision++;
    }

    /// <summary>Its condition has been gone for so long, as <see cref="Watch"/> noted.</summary>
    internal readonly bool HasBeenCalm(TimeSpan time, TimeSpan now) =>
        timer != 0 && now.Ticks + 1 - timer >= time.Ticks;

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

    /// <summary>While not tripped: true once <paramref name="isBad"/> has held for a time without a break.</summary>
    internal bool PickUp(bool isBad, TimeSpan time, TimeSpan now)
    {
        if (!isBad) timer = 0;
        else if (timer == 0) timer = now.Ticks + 1;
        return isBad && now.Ticks + 1 - timer >= time.Ticks;
    }

    /// <summary>What its rule times starts anew.</summary>
    internal void StopTimer()
    {
        if (timer != 0 && IsTripped) Revision++;
        timer = 0;
    }

    /// <summary>What was held against the device is forgotten.</summary>
    internal void Forget() => (timer, Score) = (0, 0);

    /// <summary>Takes note of fault bits.</summary>
    internal void Acknowledge(uint bits)
    {
        if (bits == Acknowledged) return;
        Acknowledged = bits;
        Revision++;
    }

    /// <summary>What of it is kept across a restart.</summary>
    internal readonly KeptTrip Kept(uint name) => new()
    {
        Name = name, Occurrence = Occurrence, Since = Since.Ticks, Timer = IsTripped ? timer : 0, Spent = Spent,
        Acknowledged = Acknowledged, Last = history.Last, BeforeLast = history.BeforeLast,
        IsTripped = IsTripped ? (byte)1 : (byte)0,
        OpensNow = OpensNow ? (byte)1 : (byte)0, Class = (byte)Class,
    };

    /// <summary>Takes up what was kept; its times are shifted to this machine's clock.</summary>
    internal void Restore(in KeptTrip kept, TimeSpan shift)
    {
        (IsTripped, OpensNow, Occurrence) = (kept.IsTripped != 0, kept.OpensNow != 0, kept.Occurrence);
        Class = kept.Class > (byte)TripClass.F4 ? TripClass.F4 : (TripClass)kept.Class;
        Since = new(KeptState.Bounded(kept.Since) + KeptState.Bounded(shift.Ticks));
        timer = IsTripped && kept.Timer != 0 ? KeptState.Shifted(kept.Timer, shift) : 0;
        Spent = kept.Spent is >= 0 and < 1000 ? kept.Spent : 1000;
        Acknowledged = kept.Acknowledged;
        history = new(kept.Last, kept.BeforeLast, shift);
    }

    private void Clear()
    {
        (IsTripped, OpensNow, timer, Score) = (false, false, 0, 0);
        Revision++;
    }

    private TripClass Latched(TripClass by, TimeSpan now)
    {
        if (by != TripClass.F3) return by;
        return history.Note(now, ServiceSpan) >= LatchesBeforeService ? TripClass.F4 : TripClass.F3;
    }

    // The last two times of something, in seconds and a number that no time is, so that the default is none.
    private record struct History
    {
        private const int Origin = 1 << 30;

        public History(int last, int beforeLast, TimeSpan shift) =>
            (Last, BeforeLast) = (Shifted(last, shift), Shifted(beforeLast, shift));

        public int Last { get; private set; }
        public int BeforeLast { get; private set; }

        // Notes it once more and returns how often it was within the span, 3 at most.
        public int Note(TimeSpan now, TimeSpan span)
        {
            var count = 1 + CountOf(Last, now, span) + CountOf(BeforeLast, now, span);
            (BeforeLast, Last) = (Last, Stamp(now.TotalSeconds));
            return count;
        }

        // How often it was within the span before the last time, that one included: 2 at most.
        public readonly int Count(TimeSpan now, TimeSpan span) =>
            CountOf(Last, now, span) + CountOf(BeforeLast, now, span);

        private static int CountOf(int stamp, TimeSpan now, TimeSpan span) =>
            stamp != 0 && Stamp(now.TotalSeconds) - stamp <= span.TotalSeconds ? 1 : 0;

        private static int Stamp(double seconds) => (int)Math.Clamp(seconds + Origin, 1, int.MaxValue);

        private static int Shifted(int stamp, TimeSpan shift) =>
            stamp <= 0 ? 0 : Stamp(stamp - (double)Origin + shift.TotalSeconds);
    }
}
