using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Tests.Unit.Posix;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>The write side of a driver: what it owns, in which order, confirmed how, given back how.</summary>
public sealed class OwnedRegistersTests : IDisposable
{
    private const byte Unit = 7;

    private readonly RegisterFile device = new(100);
    private readonly InMemoryModbus line;
    private readonly NotedModbus wire;
    private TimeSpan now = TimeSpan.FromHours(1);

    public OwnedRegistersTests()
    {
        Array.Clear(device.Registers);
        line = new(device);
        wire = new(line);
    }

    public void Dispose() => wire.Dispose();

    private static OwnedBlock Block(ushort start, ushort count = 1) => new($"b{start}", new(start, count));

    private OwnedRegisters Own(params OwnedBlock[] blocks) => new(wire, Unit, blocks);

    private OwnedRegisters Own(OwnershipOptions options, params OwnedBlock[] blocks) =>
        new(wire, Unit, blocks, options);

    private static List<OwnershipEvent> Events(OwnedRegisters owned)
    {
        var all = new List<OwnershipEvent>();
        while (owned.TryTakeEvent(out var happened)) all.Add(happened);
        return all;
    }

    private static OwnershipHappening[] Happenings(OwnedRegisters owned) => [.. Events(owned).Select(e => e.What)];

    [Fact]
    public void Nothing_is_asked_before_something_is_wanted()
    {
        var owned = Own(Block(10));

        owned.Turn(now);

        Assert.Empty(wire.Take());
        Assert.Equal(TimeSpan.MaxValue, owned.NextDue);
        Assert.True(owned.HandBack(now));
        Assert.Empty(wire.Take());
    }

    [Fact]
    public void A_wish_is_taken_over_written_and_read_back_in_one_turn()
    {
        device.Registers[10] = 55;
        var owned = Own(Block(10));

        owned.Want(0, 5);
        Assert.False(owned.IsHeld(0));
        owned.Turn(now);

        Assert.Equal(["R 10+1", "W6 10=5", "R 10+1"], wire.Take());
        Assert.True(owned.IsHeld(0));
        Assert.Equal([55], owned.Found(0).ToArray());
        Assert.Equal([new(OwnershipHappening.TakenOver, 0, now, 10, 5, 55, 0)], Events(owned));
        owned.Turn(now);
        Assert.Empty(wire.Take());
    }

    [Theory]
    [InlineData(WriteFunction.Any, "W16 10=1,2")]
    [InlineData(WriteFunction.Multiple, "W16 10=1,2")]
    [InlineData(WriteFunction.Single, "W6 10=1|W6 11=2")]
    public void A_device_is_written_with_the_function_it_takes(WriteFunction function, string expected)
    {
        var owned = Own(Block(10, 2) with { Function = function, Proof = WriteProof.None });

        owned.Want(0, [1, 2]);
        owned.Turn(now);

        Assert.Equal(expected.Split('|'), wire.Take());
        Assert.True(owned.IsHeld(0));
    }

    [Fact]
    public void One_register_goes_by_function_16_where_the_map_says_so()
    {
        var owned = Own(Block(10) with { Function = WriteFunction.Multiple, Proof = WriteProof.None });

        owned.Want(0, 9);
        owned.Turn(now);

        Assert.Equal(["W16 10=9"], wire.Take());
    }

    [Fact]
    public void What_is_not_owned_cannot_be_written_and_does_not_reach_the_wire()
    {
        var owned = Own(Block(10, 2), Block(20));
        var refused = new ModbusResult(ModbusStatus.NotSent);

        Assert.Equal(refused, owned.Bus.WriteSingle(Unit, 12, 1));
        Assert.Equal(refused, owned.Bus.WriteSingle(Unit, 9, 1));
        Assert.Equal(refused, owned.Bus.WriteMultiple(Unit, 11, [1, 2]));
        Assert.Equal(refused, owned.Bus.WriteSingle(Unit + 1, 10, 1));
        Assert.Empty(wire.Take());
        Assert.Equal(4u, owned.Bus.Refusals);

        Assert.Equal(ModbusResult.Ok, owned.Bus.WriteMultiple(Unit, 10, [1, 2]));
        Assert.Equal(ModbusResult.Ok, owned.Bus.WriteSingle(Unit, 20, 3));
        Assert.Equal(ModbusResult.Ok, owned.Bus.ReadHolding(Unit + 1, 50, new ushort[3]));
    }

    [Fact]
    public void A_change_is_written_at_once_and_a_repetition_is_not_written()
    {
        var owned = Held(Block(10), 5);

        owned.Want(0, 5);
        owned.Turn(now);
        Assert.Empty(wire.Take());

        owned.Want(0, 6);
        Assert.True(owned.NextDue <= now);
        owned.Turn(now);
        Assert.Equal(["W6 10=6", "R 10+1"], wire.Take());
    }

    [Fact]
    public void A_write_is_refreshed_at_half_the_reversion_time_after_a_look()
    {
        var owned = Held(Block(10) with { Reversion = 60.Seconds }, 5, new() { WatchEvery = TimeSpan.Zero });
        Assert.Equal(now + 30.Seconds, owned.NextDue);

        now += 29.9.Seconds;
        owned.Turn(now);
        Assert.Empty(wire.Take());
        now += 0.1.Seconds;
        owned.Turn(now);

        Assert.Equal(["R 10+1", "W6 10=5", "R 10+1"], wire.Take());
        Assert.Equal(now + 30.Seconds, owned.NextDue);
    }

    [Fact]
    public void A_refresh_does_not_wait_for_a_look_that_is_not_answered()
    {
        var owned = Held(Block(10) with { Reversion = 60.Seconds }, 5);
        line.IsSilent = true;
        now += 30.Seconds;
        owned.Turn(now);
        line.IsSilent = false;
        wire.Take();

        now += 1.Milliseconds;
        owned.Turn(now);

        Assert.Equal("W6 10=5", wire.Take()[0]);
    }

    [Fact]
    public void A_write_that_does_not_read_back_is_looked_at_again_then_reported_and_written_again()
    {
        var owned = Own(Block(10));
        device.OnCall = () => device.Registers[10] = 4;
        owned.Want(0, 5);
        owned.Turn(now);
        Assert.Equal(["R 10+1", "W6 10=5", "R 10+1"], wire.Take());
        Assert.False(owned.IsHeld(0));

        for (var end = now + 1.Seconds; now < end; now += 100.Milliseconds) owned.Turn(now);
        Assert.All(wire.Take(), request => Assert.Equal("R 10+1", request));
        owned.Turn(now);
        Assert.Contains(new(OwnershipHappening.NotTaken, 0, now, 10, 5, 4, 0), Events(owned));
        device.OnCall = () => { };
        now += 250.Milliseconds;
        owned.Turn(now);

        Assert.Equal(["R 10+1", "W6 10=5", "R 10+1"], wire.Take());
        Assert.True(owned.IsHeld(0));
    }

    [Fact]
    public void A_device_that_clamps_may_keep_its_own_value_and_that_one_is_watched()
    {
        var owned = Own(Block(10) with { Fits = (written, read) => read[0] <= written[0] });
        device.OnCall = () => device.Registers[10] = 4;

        owned.Want(0, 5);
        owned.Turn(now);
        now += 5.Seconds;
        owned.Turn(now);

        Assert.True(owned.IsHeld(0));
        Assert.Equal([OwnershipHappening.TakenOver], Happenings(owned));
    }

    [Fact]
    public void Registers_that_cannot_be_read_are_neither_looked_at_nor_restored()
    {
        var owned = Own(Block(10) with { Proof = WriteProof.None, Reversion = 10.Seconds });

        owned.Want(0, 5);
        owned.Turn(now);
        now += 5.Seconds;
        owned.Turn(now);
        Assert.True(owned.HandBack(now));

        Assert.Equal(["W6 10=5", "W6 10=5"], wire.Take());
    }

    [Fact]
    public void A_write_whose_effect_nobody_sees_is_reported_and_written_again()
    {
        var block = Block(10) with { Proof = WriteProof.ReadBack | WriteProof.Effect, EffectWithin = 2.Seconds };
        var owned = Own(block);
        owned.Want(0, 5);
        owned.Turn(now);
        Assert.False(owned.IsHeld(0));
        wire.Take();

        now += 2.Seconds;
        owned.Turn(now);

        Assert.Equal(["W6 10=5", "R 10+1"], wire.Take());
        Assert.Equal([OwnershipHappening.TakenOver, OwnershipHappening.NoEffect], Happenings(owned));
        owned.Confirm(0);
        Assert.True(owned.IsHeld(0));
        now += 3.Seconds;
        owned.Turn(now);
        Assert.Empty(Happenings(owned));
    }

    [Fact]
    public void A_refresh_needs_no_new_effect()
    {
        var owned = Own(Block(10) with { Proof = WriteProof.Effect, Reversion = 10.Seconds });
        owned.Want(0, 5);
        owned.Turn(now);
        owned.Confirm(0);

        now += 5.Seconds;
        owned.Turn(now);

        Assert.Equal(["W6 10=5", "W6 10=5"], wire.Take());
        Assert.True(owned.IsHeld(0));
    }

    [Fact]
    public void An_action_is_sent_once_for_each_wish_and_not_again_when_it_is_not_answered()
    {
        var owned = Own(Block(10) with { IsAction = true, Reversion = 10.Seconds });
        owned.Want(0, 1);
        owned.Turn(now);
        owned.Want(0, 1);
        owned.Turn(now);
        Assert.Equal(["W6 10=1", "W6 10=1"], wire.Take());

        line.IsSilent = true;
        owned.Want(0, 1);
        owned.Turn(now);
        line.IsSilent = false;
        now += 60.Seconds;
        owned.Turn(now);
        Assert.True(owned.HandBack(now));

        Assert.Equal(["W6 10=1"], wire.Take());
        Assert.Equal([OwnershipHappening.Unanswered], Happenings(owned));
    }

    [Fact]
    public void A_refusal_is_told_once_and_tried_again_with_a_pause()
    {
        var owned = Own(Block(10) with { Proof = WriteProof.None });
        device.Refusal = 4;
        owned.Want(0, 5);

        for (var i = 0; i < 10; i++, now += 100.Milliseconds) owned.Turn(now);

        Assert.Equal(4, wire.Take().Length);
        Assert.Equal([new(OwnershipHappening.Refused, 0, now - 1.Seconds, 10, 5, 0, 4)], Events(owned));
        device.Refusal = 0;
        now += 250.Milliseconds;
        owned.Turn(now);
        Assert.True(owned.IsHeld(0));
    }

    [Fact]
    public void A_turn_ends_at_the_first_request_that_is_not_answered()
    {
        var owned = Own(Block(10), Block(20));
        line.IsSilent = true;
        owned.Want(0, 1);
        owned.Want(1, 2);

        owned.Turn(now);

        Assert.Equal(["R 10+1"], wire.Take());
    }

    [Fact]
    public void Blocks_are_written_in_the_order_of_the_list_and_a_waiting_one_only_after_the_earlier()
    {
        var owned = Own(
            new OwnershipOptions { RequestsPerTurn = 20 }, Block(10), Block(20) with { WaitsForEarlier = true },
            Block(30));
        device.OnCall = () => device.Registers[10] = 0;
        owned.Want(2, 3);
        owned.Want(1, 2);
        owned.Want(0, 1);
        owned.Turn(now);
        Assert.DoesNotContain("W6 20=2", wire.Take());
        Assert.True(owned.NextDue > now);

        device.OnCall = () => { };
        device.Registers[10] = 1;
        now += 100.Milliseconds;
        owned.Turn(now);

        Assert.Equal(
            ["R 10+1", "R 20+1", "W6 20=2", "R 20+1", "R 30+1", "W6 30=3", "R 30+1"], wire.Take());
    }

    [Fact]
    public void A_turn_makes_no_more_requests_than_its_budget()
    {
        var owned = Own(new OwnershipOptions { RequestsPerTurn = 2 }, Block(10), Block(20));
        owned.Want(0, 1);
        owned.Want(1, 2);

        owned.Turn(now);
        Assert.Equal(2, wire.Take().Length);
        Assert.True(owned.NextDue <= now);
        owned.Turn(now);
        Assert.Equal(2, wire.Take().Length);
    }

    [Fact]
    public void A_steady_owner_allocates_nothing()
    {
        var owned = new OwnedRegisters(
            line, Unit, [Block(10, 3) with { Reversion = 2.Seconds }, Block(20) with { Proof = WriteProof.Effect }]);
        var values = new ushort[3];

        var bytes = Allocated.By(() =>
        {
            for (var i = 0; i < 200; i++, now += 100.Milliseconds)
            {
                values[1] = (ushort)(i / 10);
                owned.Want(0, values);
                owned.Want(1, values[1]);
                owned.Turn(now);
                owned.Observe(10, values, now);
                while (owned.TryTakeEvent(out _)) { }
            }
        });

        Assert.Equal(0, bytes);
        Assert.True(owned.IsHeld(0));
    }

    private OwnedRegisters Held(OwnedBlock block, ushort value, OwnershipOptions? options = null)
    {
        var owned = Own(options ?? new(), block);
        owned.Want(0, value);
        owned.Turn(now);
        Assert.True(owned.IsHeld(0));
        wire.Take();
        return owned;
    }
}
