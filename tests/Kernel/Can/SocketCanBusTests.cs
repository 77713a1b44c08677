using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Tests.Ports;
using Eventually = ChargeScape.Edge.Tests.Ports.Eventually;

namespace ChargeScape.Edge.Tests.Kernel.Can;

/// <summary>The contract over three sockets on a virtual bus of the kernel, and what only a kernel does.</summary>
public sealed class SocketCanBusTests : CanBusContract
{
    private const string Interface = "vcan7";

    private readonly VirtualBus bus = new(Interface);
    private readonly SocketCanBus[] nodes;

    public SocketCanBusTests() => nodes = [new(Interface), new(Interface), new(Interface)];

    private protected override ICanBus[] Nodes => nodes;

    private protected override TimeSpan Now => MonotonicClock.Now;

    public override void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
        bus.Dispose();
    }

    [Fact]
    public void candump_sees_our_frames_as_we_meant_them()
    {
        using var fd = new SocketCanBus(Interface, withFd: true);
        using var dump = bus.Dump();

        Assert.True(nodes[0].TrySend(new CanFrame(0x102, [0x02, 0xAB])));
        Assert.True(nodes[0].TrySend(new CanFrame(0x029A_3FF0, [], isExtended: true)));
        Assert.True(fd.TrySend(new CanFdFrame(0x7FF, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], hasRateSwitch: true)));

        Assert.EndsWith($" {Interface} 102#02AB", dump.Next(), StringComparison.Ordinal);
        Assert.EndsWith(" 029A3FF0#", dump.Next(), StringComparison.Ordinal);
        // candump prints the FD flags as the kernel gives them: bit rate switch, and on newer versions the FD mark.
        Assert.Matches(" 7FF##[15]0102030405060708090A0B0C$", dump.Next());
    }

    [Fact]
    public void What_cansend_sends_is_heard_by_all_and_remote_requests_by_nobody()
    {
        bus.Send("123#R");
        bus.Send("102#0200FF");
        bus.Send("1FFFFFFF#0011223344556677");

        foreach (var node in nodes)
        {
            Assert.Equal("102#0200FF", Next(node).Frame.ToString());
            Assert.Equal("1FFFFFFF#0011223344556677", Next(node).Frame.ToString());
            Assert.False(node.TryReceive(out CanFrame _, out _));
        }
    }

    [Fact]
    public void Fd_frames_reach_those_who_asked_for_them_and_others_pass_them_over()
    {
        using var fd = new SocketCanBus(Interface, withFd: true);

        bus.Send("123##1" + string.Concat(Enumerable.Repeat("5A", 64)));
        bus.Send("124#01");

        Assert.Equal("124#01", Next(nodes[0]).Frame.ToString());
        var wide = default(CanFdFrame);
        Eventually.Holds(() => fd.TryReceive(out wide, out _), "the FD frame arrives");
        Assert.Equal((0x123u, true, true, 64), (wide.Id, wide.IsFd, wide.HasRateSwitch, wide.Length));
        Assert.True(fd.TryReceive(out CanFdFrame classic, out _));
        Assert.Equal("124#01", classic.ToString());
        Assert.False(nodes[0].TrySend(wide));
        bus.Send("123##0" + "00");
        bus.Send("125#02");
        Assert.Equal("125#02", Next(fd).Frame.ToString());
        Assert.Equal(1, fd.PassedOver);
    }

    [Fact]
    public void The_kernel_passes_only_what_the_driver_hears_and_who_else_sends_its_frames()
    {
        var ids = new CanIds(
            [CanIdRule.Standard(0x102), CanIdRule.Extended(0xF000, mask: 0xFF00)], [CanIdRule.Standard(0x109)]);
        using var driver = new SocketCanBus(Interface, ids);

        foreach (var frame in new[] { "101#", "102#01", "00000102#", "0283F03F#02", "0283F13F#", "109#03", "7FF#" })
            bus.Send(frame);
        bus.Send("102#04");

        foreach (var heard in new[] { "102#01", "0283F03F#02", "109#03", "102#04" })
            Assert.Equal(heard, Next(driver).Frame.ToString());
    }

    [Fact]
    public void A_frame_that_waited_unread_keeps_the_time_of_its_arrival()
    {
        nodes[0].TrySend(Numbered(1));
        var sent = MonotonicClock.Now;
        Eventually.Holds(() => MonotonicClock.Now > sent + 300.Milliseconds, "it waits");

        var arrivedAt = Next(nodes[1]).ArrivedAt;

        // The two clocks are read one after the other, so a stamp can lie a little past the sending.
        Assert.InRange(arrivedAt, sent - 200.Milliseconds, sent + 50.Milliseconds);
    }

    [Fact]
    public void A_wall_clock_that_is_stepped_moves_no_frame_out_of_its_bounds()
    {
        Assert.False(nodes[1].TryReceive(out CanFrame _, out _));
        var before = MonotonicClock.Now;
        nodes[0].TrySend(Numbered(1));
        nodes[0].TrySend(Numbered(2));
        Shell.Do("date -s '+1 hour'");
        try
        {
            Assert.InRange(Next(nodes[1]).ArrivedAt, before - 1.Seconds, MonotonicClock.Now);
        }
        finally
        {
            Shell.Do("date -s '-1 hour'");
        }
        Assert.InRange(Next(nodes[1]).ArrivedAt, before - 1.Seconds, MonotonicClock.Now);
    }

    [Fact]
    public void News_wakes_a_waiting_thread_and_taking_it_makes_the_descriptor_quiet()
    {
        using var set = new PollSet(nodes[1]);
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));

        nodes[0].TrySend(Numbered(1));

        Assert.Equal(WaitOutcome.Readable, set.Wait(20.Seconds));
        Next(nodes[1]);
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void Bus_off_silences_us_until_the_delay_is_over_and_each_further_one_lasts_longer()
    {
        var node = nodes[0];
        var lengths = new List<TimeSpan>();
        for (var i = 1; i <= 2; i++)
        {
            bus.Send(VirtualBus.BusOff);
            Eventually.Holds(
                () => !node.TryReceive(out CanFrame _, out _) && node.BusOffs == i, "the error frame is seen");
            var off = MonotonicClock.Now;
            Assert.False(node.IsUp);
            Assert.Equal(CanTrouble.BusOff, node.Trouble);
            Assert.Contains($"'{Interface}'", node.TroubleText, StringComparison.Ordinal);
            Assert.False(node.TrySend(Numbered(1)));

            Eventually.Holds(() => node.TrySend(Numbered(2)), "it is back");
            lengths.Add(MonotonicClock.Now - off);
        }

        // The delay is 1 s and then 2 s, each cut by chance by up to half.
        Assert.True(lengths[0] >= 0.45.Seconds, $"{lengths[0]}");
        Assert.True(lengths[1] >= 0.95.Seconds, $"{lengths[1]}");
        Assert.Equal(Numbered(2), Next(nodes[1]).Frame);
    }

    [Fact]
    public void A_bus_off_after_half_a_minute_of_peace_counts_as_the_first()
    {
        var node = nodes[0];
        using var peace = new PollSet(node);
        GoOff(times: 1);
        Eventually.Holds(() => node.TrySend(Numbered(1)), "it is back");
        // Nobody speaks; in the guest's time this costs nothing.
        peace.Wait(31.Seconds);
        GoOff(times: 2);
        var off = MonotonicClock.Now;

        Eventually.Holds(() => node.TrySend(Numbered(2)), "it is back again");

        // A second bus-off in a row lasts a second at the least.
        Assert.InRange(MonotonicClock.Now - off, 0.45.Seconds, 1.Seconds + 100.Milliseconds);

        void GoOff(int times)
        {
            bus.Send(VirtualBus.BusOff);
            Eventually.Holds(
                () => !node.TryReceive(out CanFrame _, out _) && node.BusOffs == times, "the error frame is seen");
        }
    }

    [Fact]
    public void An_interface_that_is_taken_down_while_it_is_bus_off_comes_back_when_it_is_up()
    {
        var node = nodes[0];
        bus.Send(VirtualBus.BusOff);
        Eventually.Holds(() => !node.TryReceive(out CanFrame _, out _) && node.BusOffs == 1, "the error frame is seen");
        bus.IsUp = false;
        Eventually.Holds(
            () => !node.TryReceive(out CanFrame _, out _) && node.Trouble == CanTrouble.Down, "the loss is seen");
        Assert.False(node.TrySend(Numbered(1)));

        bus.IsUp = true;

        Eventually.Holds(() => !nodes[1].TryReceive(out CanFrame _, out _) && nodes[1].IsUp, "the other is up");
        Eventually.Holds(() => node.TrySend(Numbered(2)), "it sends again");
        Assert.Equal(Numbered(2), Next(nodes[1]).Frame);
    }

    [Fact]
    public void Passive_and_unacknowledged_are_counted_and_close_nothing()
    {
        bus.Send("20000004#0020000000000000");
        bus.Send("20000020#0000000000000000");

        Eventually.Holds(
            () => !nodes[0].TryReceive(out CanFrame _, out _) && nodes[0] is { Passives: 1, Unacknowledged: 1 },
            "both are counted");
        Assert.True(nodes[0].IsUp);
    }

    [Fact]
    public void An_interface_that_goes_down_and_up_is_survived()
    {
        bus.IsUp = false;
        Eventually.Holds(() => !nodes[0].TryReceive(out CanFrame _, out _) && !nodes[0].IsUp, "the loss is seen");
        Assert.Equal(CanTrouble.Down, nodes[0].Trouble);
        Assert.Contains($"'{Interface}' is down", nodes[0].TroubleText, StringComparison.Ordinal);
        Assert.Equal(-1, nodes[0].Descriptor);
        Assert.False(nodes[0].TrySend(Numbered(1)));

        bus.IsUp = true;

        Eventually.Holds(() => !nodes[1].TryReceive(out CanFrame _, out _) && nodes[1].IsUp, "the other is up");
        Eventually.Holds(() => nodes[0].TrySend(Numbered(2)), "it sends again");
        Assert.Equal(Numbered(2), Next(nodes[1]).Frame);
        Assert.Equal(1, nodes[0].Losses);
    }

    [Fact]
    public void An_interface_that_is_removed_and_comes_back_is_survived()
    {
        Shell.Do($"ip link del {Interface}");
        Eventually.Holds(() => !nodes[0].TryReceive(out CanFrame _, out _) && !nodes[0].IsUp, "the loss is seen");
        Eventually.Holds(() => !nodes[0].TryReceive(out CanFrame _, out _) && nodes[0].Trouble == CanTrouble.Missing,
            "it is missing");

        Shell.Do($"ip link add {Interface} type vcan && ip link set {Interface} mtu 72 up");

        Eventually.Holds(() => !nodes[1].TryReceive(out CanFrame _, out _) && nodes[1].IsUp, "the other is up");
        Eventually.Holds(() => nodes[0].TrySend(Numbered(2)), "it sends again");
        Assert.Equal(Numbered(2), Next(nodes[1]).Frame);
    }

    [Fact]
    public void A_thread_that_waits_is_woken_by_the_loss_of_its_interface()
    {
        using var set = new PollSet(nodes[1]);

        bus.IsUp = false;

        Assert.Equal(WaitOutcome.Readable, set.Wait(20.Seconds));
        Assert.False(nodes[1].TryReceive(out CanFrame _, out _));
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void What_is_wrong_at_the_start_is_an_error_that_names_the_interface()
    {
        Shell.Do("ip link add vcan8 type vcan");
        try
        {
            Expect(CanTrouble.Missing, () => new SocketCanBus("vcan99"), "'vcan99' does not exist");
            Expect(CanTrouble.Down, () => new SocketCanBus("vcan8"), "'vcan8' is down");
            Expect(CanTrouble.NotCan, () => new SocketCanBus("lo"), "'lo' is no CAN interface");
            Shell.Do("ip link set vcan8 mtu 16 up");
            Expect(CanTrouble.ClassicOnly, () =>
                new SocketCanBus("vcan8", withFd: true), "'vcan8' carries no FD frames");
        }
        finally
        {
            Shell.Do("ip link del vcan8");
        }
    }

    [Fact]
    public void A_flood_that_nobody_takes_costs_frames_that_are_counted_and_nothing_else()
    {
        for (var i = 0; i < 2000; i++) Assert.True(nodes[0].TrySend(Numbered(i)));

        var taken = 0;
        while (nodes[1].TryReceive(out CanFrame _, out _)) taken++;
        nodes[0].TrySend(Numbered(7));
        Assert.Equal(Numbered(7), Next(nodes[1]).Frame);

        Assert.InRange(taken, 100, 1999);
        Assert.Equal(2000 - taken, nodes[1].Dropped);
    }

    [Fact]
    public void The_guard_notices_a_second_station_that_sends_the_chargers_frames()
    {
        var ids = new CanIds(
            [CanIdRule.Standard(0x102, 100.Milliseconds)], [CanIdRule.Standard(0x109, 100.Milliseconds)]);
        using var guarded = new GuardedCanBus(new SocketCanBus(Interface, ids), ids);
        Assert.True(guarded.TrySend(new CanFrame(0x109, [1])));
        Assert.False(guarded.TryReceive(out _, out _));
        Assert.Equal(0, guarded.Faults);

        bus.Send("109#02");

        Eventually.Holds(() => !guarded.TryReceive(out _, out _) && guarded.Faults == 1, "it is noticed");
        Assert.Equal(CanFaultKind.OwnIdentifier, guarded.LastFault.Kind);
    }

    private static void Expect(CanTrouble trouble, Func<SocketCanBus> open, string words)
    {
        var error = Assert.Throws<CanException>(open);
        Assert.Equal(trouble, error.Trouble);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
