using System.Runtime.CompilerServices;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Keeping;

namespace ChargeScape.Edge.Tests.Unit.Host.Keeping;

public sealed class KeptStoreTests : IDisposable
{
    private static readonly Guid boot = Guid.NewGuid();
    private static readonly KeptBy ours = new("home", "1.0", boot);
    private readonly MemoryMedium disk = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chargescape-keep-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_record_has_room_for_every_trip_and_no_two_have_one_name()
    {
        Assert.True(56 + Unsafe.SizeOf<KeptState>() <= KeptRecord.Size - 4);
        Assert.True(TripMemory.Count <= KeptState.MostTrips);
        KeptState.Take(ControlState.PowerUp, out var kept);
        var names = Enumerable.Range(0, kept.Count).Select(i => kept.Trips[i].Name).ToList();
        Assert.Equal(TripMemory.Count, names.Distinct().Count());
    }

    [Fact]
    public void The_first_start_of_a_machine_has_nothing_to_lose()
    {
        var store = new KeptStore(disk, ours);

        var state = store.Begin(5.Seconds);

        Assert.Equal(Beginning.First, store.Began);
        Assert.False(state.Trips[TripId.StateLost].IsTripped);
        Assert.False(store.Report.IsFailing);
    }

    [Theory]
    [InlineData(true, Beginning.Ordered)]
    [InlineData(false, Beginning.Crash)]
    public void A_start_knows_whether_the_end_before_was_ordered(bool isOrdered, Beginning expected)
    {
        Latched(isOrdered);

        var next = new KeptStore(disk, ours);
        var state = next.Begin(100.Seconds);

        Assert.Equal(expected, next.Began);
        Assert.Equal(expected == Beginning.Crash, state.Trips[TripId.Crash].IsTripped);
        Assert.True(state.Trips[TripId.EmergencyStop].IsTripped);
        Assert.Equal(7.Seconds, state.Trips[TripId.EmergencyStop].Since);
    }

    [Fact]
    public void After_another_start_of_the_machine_times_are_shifted_to_its_clock()
    {
        Latched(isOrdered: true);

        var state = new KeptStore(disk, ours with { Boot = Guid.NewGuid() }).Begin(2.Seconds);

        Assert.Equal(-(1.Seconds), state.Trips[TripId.EmergencyStop].Since);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void One_spoiled_copy_is_replaced_by_the_other_one(int copy)
    {
        Latched(isOrdered: true);
        disk.Content[copy * KeptRecord.Size + 700] ^= 1;

        var next = new KeptStore(disk, ours);
        var state = next.Begin(100.Seconds);

        Assert.Equal(Beginning.Ordered, next.Began);
        Assert.True(state.Trips[TripId.EmergencyStop].IsTripped);
        Assert.True(KeptRecord.TryRead(disk.Content[(copy * KeptRecord.Size)..][..KeptRecord.Size], out _));
    }

    [Fact]
    public void With_both_copies_spoiled_everything_may_have_been_latched()
    {
        Latched(isOrdered: true);
        disk.Content[100] ^= 1;
        disk.Content[KeptRecord.Size + 100] ^= 1;

        var state = new KeptStore(disk, ours).Begin(100.Seconds);
        var again = new KeptStore(disk, ours).Begin(200.Seconds);

        Assert.Equal(TripClass.F3, state.Trips[TripId.StateLost].Class);
        Assert.True(again.Trips[TripId.StateLost].IsTripped, "a restart is no look by a person");
    }

    [Fact]
    public void Another_sites_state_says_nothing_about_this_one()
    {
        Latched(isOrdered: true);

        var state = new KeptStore(disk, ours with { Site = "other" }).Begin(100.Seconds);

        Assert.True(state.Trips[TripId.StateLost].IsTripped);
        Assert.False(state.Trips[TripId.EmergencyStop].IsTripped);
    }

    [Fact]
    public void A_latch_of_a_trip_that_this_version_does_not_know_is_not_forgotten()
    {
        var store = new KeptStore(disk, ours);
        KeptState.Take(store.Begin(5.Seconds), out var kept);
        kept.Trips[kept.Count++] = new() { Name = 12345, IsTripped = 1, Class = (byte)TripClass.F3, Occurrence = 1 };
        store.End(kept);

        var state = new KeptStore(disk, ours).Begin(100.Seconds);

        Assert.True(state.Trips[TripId.StateLost].IsTripped);
    }

    [Fact]
    public void A_full_disk_is_reported_until_it_takes_it_again()
    {
        var store = new KeptStore(disk, ours);
        KeptState.Take(store.Begin(5.Seconds), out var kept);
        kept.Revision = 9;

        disk.IsFull = true;
        var full = store.Commit(kept);
        disk.IsFull = false;
        var again = store.Commit(kept);

        Assert.True(full.IsFailing);
        Assert.NotEqual(9u, full.Revision);
        Assert.Equal((9u, false), (again.Revision, again.IsFailing));
    }

    [Fact]
    public void A_file_is_made_with_its_folder_written_and_read_again()
    {
        var path = Path.Combine(folder.FullName, "new", "home.state");
        Latched(isOrdered: true, new FileMedium(path));

        var next = new KeptStore(new FileMedium(path), ours);
        var state = next.Begin(100.Seconds);

        Assert.Equal(2 * KeptRecord.Size, new FileInfo(path).Length);
        Assert.Equal(Beginning.Ordered, next.Began);
        Assert.True(state.Trips[TripId.EmergencyStop].IsTripped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(KeptRecord.Size - 1)]
    public void A_file_that_was_cut_short_is_lost_state(int length)
    {
        var path = Path.Combine(folder.FullName, "home.state");
        Latched(isOrdered: true, new FileMedium(path));
        using (var file = File.OpenWrite(path)) file.SetLength(length);

        var next = new KeptStore(new FileMedium(path), ours);
        next.Begin(100.Seconds);

        Assert.Equal(Beginning.StateLost, next.Began);
        Assert.Equal(2 * KeptRecord.Size, new FileInfo(path).Length);
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_a_report_and_no_exception()
    {
        var store = new KeptStore(new FileMedium("/proc/chargescape/home.state"), ours);

        var state = store.Begin(5.Seconds);

        Assert.True(store.Report.IsFailing);
        Assert.False(state.Trips.Any);
    }

    [Fact]
    public void A_file_that_vanished_while_the_host_runs_is_reported()
    {
        var path = Path.Combine(folder.FullName, "home.state");
        var store = new KeptStore(new FileMedium(path), ours);
        KeptState.Take(store.Begin(5.Seconds), out var kept);

        File.Delete(path);

        Assert.True(store.Commit(kept).IsFailing);
    }

    // An emergency stop at 7 s, kept at 10 s.
    private void Latched(bool isOrdered, IKeepMedium? medium = null)
    {
        var store = new KeptStore(medium ?? disk, ours);
        var state = store.Begin(5.Seconds);
        state.Trips.Of(TripId.EmergencyStop).TripByHand(opensNow: true, 7.Seconds);
        state.At = 10.Seconds;
        KeptState.Take(state, out var kept);
        Assert.False((isOrdered ? store.End(kept) : store.Commit(kept)).IsFailing);
    }
}
