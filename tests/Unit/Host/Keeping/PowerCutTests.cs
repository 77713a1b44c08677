using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Keeping;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.Host.Keeping;

/// <summary>The power goes at every call to the disk, and in the middle of one, thousands of times.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Cuts = 6000;
    private static readonly KeptBy ours = new("home", "1.0", Guid.NewGuid());

    [Fact]
    public void No_latch_and_no_clear_that_was_acknowledged_is_lost_however_the_power_goes()
    {
        var (lost, torn, early) = (0, 0, 0);
        for (var cut = 0; cut < Cuts; cut++)
        {
            var disk = new CutDisk(seed: cut);
            var life = new Life(cut);
            // Every boundary once in a hundred cuts, then anywhere, over several lives of the machine.
            for (var boots = 0; boots < 3; boots++)
            {
                disk.CutsAfter = boots < 2 ? cut % 97 % 23 : 5 + cut % 41;
                life.Run(disk);
                torn += disk.Torn;
                if (!life.IsAcknowledged) early++;
                disk.PowerOn();
            }
            if (!life.HasKept(disk)) lost++;
        }

        output.WriteLine(
            $"{Cuts} × 3 cuts, {torn} tore a write, {early} before the first acknowledgement; lost: {lost}");
        Assert.Equal(0, lost);
        Assert.True(torn > Cuts / 10, $"only {torn} cuts tore a write: the test would not see much");
    }

    [Fact]
    public void A_disk_that_does_not_flush_would_be_noticed()
    {
        var lost = 0;
        for (var cut = 0; cut < 300; cut++)
        {
            var disk = new CutDisk(seed: cut) { Lies = true, CutsAfter = 5 + cut % 17 };
            var life = new Life(cut);
            life.Run(disk);
            disk.PowerOn();
            if (!life.HasKept(disk)) lost++;
        }

        Assert.True(lost > 10, $"{lost} lost");
    }

    // A controller that trips and clears at random, and remembers what was acknowledged.
    private sealed class Life(int seed)
    {
        private readonly Random dice = new(seed);
        private readonly Dictionary<TripId, (bool IsTripped, uint Occurrence)> acknowledged = [];
        private readonly List<Dictionary<TripId, (bool IsTripped, uint Occurrence)>> sinceThen = [];

        public bool IsAcknowledged { get; private set; }

        public void Run(CutDisk disk)
        {
            IsAcknowledged = false;
            var store = new KeptStore(disk, ours);
            var state = store.Begin(10.Seconds);
            if (Holds(state) is { } missing)
                throw new InvalidOperationException($"{missing} is not what was acknowledged");
            Note(state, !store.Report.IsFailing);
            for (var i = 0; i < 40 && !disk.IsOff; i++)
            {
                state.At += 1.Seconds;
                var id = (TripId)(1 + dice.Next(TripMemory.Count));
                ref var trip = ref state.Trips.Of(id);
                if (trip.IsTripped) trip.ClearByPerson();
                else trip.Trip(TripClass.F3, opensNow: false, state.At);
                KeptState.Take(state, out var kept);
                Note(state, isStored: false);
                var report = store.Commit(kept);
                if (!report.IsFailing && report.Revision == kept.Revision) Note(state, isStored: true);
            }
        }

        public bool HasKept(CutDisk disk) => Holds(new KeptStore(disk, ours).Begin(1000.Seconds)) is null;

        // What was acknowledged last, or anything that was tried since: nobody was told that it is not there.
        private string? Holds(in ControlState state)
        {
            var seen = Of(state);
            if (state.Trips[TripId.StateLost].IsTripped && !acknowledged.GetValueOrDefault(TripId.StateLost).IsTripped
                && !sinceThen.Exists(one => one[TripId.StateLost].IsTripped)) return "the whole state";
            if (acknowledged.Count == 0 || IsSame(seen, acknowledged)) return null;
            if (sinceThen.Exists(one => IsSame(seen, one))) return null;
            return string.Join(", ", seen.Where(one => one.Value != acknowledged[one.Key]).Select(one => one.Key));
        }

        private void Note(in ControlState state, bool isStored)
        {
            if (!isStored)
            {
                sinceThen.Add(Of(state));
                return;
            }
            sinceThen.Clear();
            foreach (var (id, trip) in Of(state)) acknowledged[id] = trip;
            IsAcknowledged = true;
        }

        private static Dictionary<TripId, (bool, uint)> Of(ControlState state) => Enum.GetValues<TripId>()
            // Each start without an ordered end counts itself as a crash.
            .Where(id => id is not (TripId.None or TripId.Crash))
            .ToDictionary(id => id, id => (state.Trips[id].IsTripped, state.Trips[id].Occurrence));

        private static bool IsSame(
            Dictionary<TripId, (bool, uint)> one, Dictionary<TripId, (bool, uint)> other) =>
            one.All(pair => other[pair.Key] == pair.Value);
    }

    // A disk with a write cache. Each call is a step; after so many of them the power goes, in the middle of one.
    private sealed class CutDisk(int seed) : IKeepMedium
    {
        private const int Sector = 512;
        private readonly Random dice = new(seed * 7919);
        private byte[]? durable;
        private int calls;

        public int CutsAfter { get; set; } = int.MaxValue;
        public bool Lies { get; init; }
        public bool IsOff { get; private set; }
        public int Torn { get; private set; }

        public void PowerOn() => (IsOff, calls, CutsAfter, Torn) = (false, 0, int.MaxValue, 0);

        public KeepRead Read(Span<byte> into, out int length)
        {
            length = Math.Min(durable?.Length ?? 0, into.Length);
            durable?.AsSpan(0, length).CopyTo(into);
            return durable is null ? KeepRead.Missing : KeepRead.Found;
        }

        public bool TryCreate(ReadOnlySpan<byte> whole)
        {
            // Write, flush, rename, flush of the folder: until the rename is on the disk there is nothing.
            for (var call = 0; call < 4; call++)
            {
                if (!IsCut()) continue;
                if (call == 3 && dice.Next(2) == 0) durable = whole.ToArray();
                return false;
            }
            durable = whole.ToArray();
            return true;
        }

        public bool TryWrite(int offset, ReadOnlySpan<byte> bytes)
        {
            if (IsOff || durable is null || IsCut()) return false;
            if (Lies)
            {
                // Stays in the cache: some later cut takes it, unless chance wrote it back before.
                if (dice.Next(3) == 0) bytes.CopyTo(durable.AsSpan(offset));
                return true;
            }
            if (IsCut())
            {
                Tear(durable.AsSpan(offset, bytes.Length), bytes);
                return false;
            }
            bytes.CopyTo(durable.AsSpan(offset));
            return true;
        }

        private bool IsCut() => IsOff |= ++calls > CutsAfter;

        // Whole sectors in any order, a part of one by byte, or rubbish in the last.
        private void Tear(Span<byte> on, ReadOnlySpan<byte> bytes)
        {
            Torn++;
            if (dice.Next(2) == 0)
            {
                bytes[..dice.Next(bytes.Length)].CopyTo(on);
                return;
            }
            for (var at = 0; at < bytes.Length; at += Sector)
            {
                var what = dice.Next(3);
                if (what == 0) bytes.Slice(at, Sector).CopyTo(on[at..]);
                else if (what == 1 && dice.Next(8) == 0) dice.NextBytes(on.Slice(at, Sector));
            }
        }
    }
}
