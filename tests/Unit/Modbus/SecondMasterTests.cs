using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Tests.Unit.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>Somebody else writes what we own, and how registers are given back.</summary>
public sealed class SecondMasterTests : IDisposable
{
    private readonly RegisterFile device = new(100);
    private readonly InMemoryModbus line;
    private readonly NotedModbus wire;
    private TimeSpan now = TimeSpan.FromHours(1);

    public SecondMasterTests()
    {
        Array.Clear(device.Registers);
        device.Registers[10] = 77;
        line = new(device);
        wire = new(line);
    }

    [Fact]
    public void Another_value_in_our_register_is_a_second_master_and_we_yield()
    {
        var owned = Held(new(), Block(10), Block(20));

        device.Registers[10] = 6;
        now += 5.Seconds;
        owned.Turn(now);
        owned.Want(1, 99);
        now += 5.Seconds;
        owned.Turn(now);

        Assert.True(owned.IsYielded);
        Assert.Equal(TimeSpan.MaxValue, owned.NextDue);
        var seen = new OwnershipEvent(OwnershipHappening.SecondMaster, 0, now - 5.Seconds, 10, 5, 6, 0);
        Assert.Equal([seen, seen with { What = OwnershipHappening.Yielded }], Events(owned));
        Assert.Equal(["R 10+1"], wire.Take());
    }

    [Theory]
    [InlineData(ModbusStatus.NotSent, true)]      // we held the request back: the device was there all the time
    [InlineData(ModbusStatus.Timeout, false)]     // it may have restarted meanwhile
    public void Only_a_device_that_did_not_answer_may_have_changed_by_itself(ModbusStatus status, bool isYielded)
    {
        using var bus = new HandRegisters();
        bus.Holding(10, 77);
        var owned = new OwnedRegisters(bus, 1, [Block(10)]);
        owned.Want(0, 5);
        owned.Turn(now);
        Assert.True(owned.IsHeld(0));

        bus.Meets = _ => new(status);
        now += 5.Seconds;
        owned.Turn(now);
        bus.Meets = null;
        bus.Holding(10, 6);
        now += 1.Seconds;
        owned.Turn(now);

        Assert.Equal(isYielded, owned.IsYielded);
    }

    [Fact]
    public void What_the_second_master_wrote_is_not_undone_at_hand_back()
    {
        var owned = Held(new(), Block(10));
        device.Registers[10] = 6;
        now += 5.Seconds;
        owned.Turn(now);

        Assert.True(owned.HandBack(now));

        Assert.Equal(6, device.Registers[10]);
    }

    [Fact]
    public void After_taking_over_again_the_other_masters_value_is_the_one_to_restore()
    {
        var owned = Held(new(), Block(10));
        device.Registers[10] = 6;
        now += 5.Seconds;
        owned.Turn(now);

        owned.TakeOver();
        owned.Want(0, 5);
        owned.Turn(now);
        Assert.Equal(5, device.Registers[10]);
        Assert.True(owned.HandBack(now));

        Assert.Equal(6, device.Registers[10]);
    }

    [Fact]
    public void As_a_fault_it_is_reported_and_ours_is_written_again()
    {
        var owned = Held(new() { OnSecondMaster = SecondMaster.Fault }, Block(10));

        device.Registers[10] = 6;
        now += 5.Seconds;
        owned.Turn(now);

        Assert.True(owned.IsFaulted);
        Assert.False(owned.IsYielded);
        Assert.Equal(5, device.Registers[10]);
        owned.ClearFault();
        now += 5.Seconds;
        owned.Turn(now);
        Assert.False(owned.IsFaulted);
    }

    [Fact]
    public void It_is_seen_in_what_the_driver_reads_anyway()
    {
        var owned = Held(new(), Block(10, 2));

        owned.Observe(9, [0, 5, 0, 0], now + 1.Milliseconds);
        Assert.False(owned.IsYielded);
        owned.Observe(10, [6], now + 2.Milliseconds);
        Assert.False(owned.IsYielded);
        owned.Observe(9, [0, 5, 1, 0], now + 3.Milliseconds);

        Assert.True(owned.IsYielded);
        Assert.Equal(11, Events(owned)[^1].Address);
    }

    [Fact]
    public void A_reading_from_before_our_write_is_no_second_master()
    {
        var owned = Held(new(), Block(10));

        owned.Observe(10, [77], now);
        owned.Observe(10, [77], now - 1.Seconds);

        Assert.False(owned.IsYielded);
    }

    [Fact]
    public void It_is_seen_before_a_refresh_would_wipe_it_out()
    {
        var owned = Held(
            new() { WatchEvery = TimeSpan.Zero, OnSecondMaster = SecondMaster.Yield },
            Block(10) with { Reversion = 20.Seconds });

        device.Registers[10] = 6;
        now += 10.Seconds;
        owned.Turn(now);

        Assert.True(owned.IsYielded);
        Assert.Equal(6, device.Registers[10]);
    }

    [Fact]
    public void A_device_that_reverted_because_we_were_late_is_written_again()
    {
        var owned = Held(new(), Block(10) with { Reversion = 20.Seconds });

        device.Registers[10] = 0;
        now += 20.Seconds;
        owned.Turn(now);

        Assert.False(owned.IsYielded);
        Assert.Equal(5, device.Registers[10]);
        Assert.Equal(OwnershipHappening.Reverted, Events(owned)[^1].What);
    }

    [Fact]
    public void A_device_that_was_away_and_forgot_is_written_again()
    {
        var owned = Held(new(), Block(10));

        line.IsSilent = true;
        now += 5.Seconds;
        owned.Turn(now);
        device.Registers[10] = 0;
        line.IsSilent = false;
        now += 5.Seconds;
        owned.Turn(now);

        Assert.False(owned.IsYielded);
        Assert.Equal(5, device.Registers[10]);
        // That excuse holds once.
        device.Registers[10] = 6;
        now += 5.Seconds;
        owned.Turn(now);
        Assert.True(owned.IsYielded);
    }

    [Fact]
    public void Hand_back_restores_what_was_found_last_block_first_and_reads_it_back()
    {
        device.Registers[20] = 88;
        var owned = Held(new(), Block(10), Block(20));

        Assert.True(owned.HandBack(now));

        Assert.Equal(["W6 20=88", "R 20+1", "W6 10=77", "R 10+1"], wire.Take());
        owned.Want(0, 9);
        owned.Turn(now);
        Assert.Empty(wire.Take());
    }

    [Fact]
    public void Hand_back_writes_the_maps_own_value_where_it_has_one_and_leaves_what_it_shall_leave()
    {
        var owned = Held(new(), Block(10) with { HandBack = [1] }, Block(20) with { HandBack = [] });

        Assert.True(HandedBack(owned));

        Assert.Equal((1, 5), (device.Registers[10], device.Registers[20]));
    }

    [Fact]
    public void A_write_that_nobody_answered_is_taken_back_too()
    {
        var owned = new OwnedRegisters(wire, 1, [Block(10)]);
        device.OnCall = () => line.IsSilent = wire.Requests[^1][0] == 'R';
        owned.Want(0, 5);
        owned.Turn(now);
        Assert.Equal(["R 10+1", "W6 10=5"], wire.Take());
        line.IsSilent = false;
        device.OnCall = () => { };

        Assert.True(HandedBack(owned));

        Assert.Equal(77, device.Registers[10]);
    }

    [Fact]
    public void Hand_back_gives_up_a_dead_device_after_some_attempts()
    {
        var owned = Held(new(), Block(10));
        line.IsSilent = true;

        Assert.True(HandedBack(owned));

        Assert.Equal(3, wire.Take().Length);
        Assert.Equal(OwnershipHappening.HandBackFailed, Events(owned)[^1].What);
    }

    public void Dispose() => wire.Dispose();

    private static OwnedBlock Block(ushort start, ushort count = 1) => new($"b{start}", new(start, count));

    private OwnedRegisters Held(OwnershipOptions options, params OwnedBlock[] blocks)
    {
        var owned = new OwnedRegisters(wire, 1, blocks, options);
        Span<ushort> values = [5, 0];
        for (var i = 0; i < blocks.Length; i++) owned.Want(i, values[..blocks[i].Registers.Count]);
        for (var i = 0; i < blocks.Length; i++) owned.Turn(now);
        Assert.True(owned.IsHeld(0));
        while (owned.TryTakeEvent(out _)) { }
        wire.Take();
        return owned;
    }

    private bool HandedBack(OwnedRegisters owned)
    {
        for (var i = 0; i < 50; i++, now += 100.Milliseconds)
            if (owned.HandBack(now)) return true;
        return false;
    }

    private static List<OwnershipEvent> Events(OwnedRegisters owned)
    {
        var all = new List<OwnershipEvent>();
        while (owned.TryTakeEvent(out var happened)) all.Add(happened);
        return all;
    }
}
