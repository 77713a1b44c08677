using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Tests.Unit.Can;

/// <summary>A driver that hears 102 every 100 ms and answers from 0F0 by a mask, and sends 109.</summary>
public sealed class GuardedCanBusTests : IDisposable
{
    private static readonly CanIds Ids = new(
        [CanIdRule.Standard(0x102, 100.Milliseconds), CanIdRule.Extended(0x0000_F000, mask: 0xFF00)],
        [CanIdRule.Standard(0x109, 100.Milliseconds)]);

    private readonly InMemoryCanEndpoint device;
    private readonly GuardedCanBus guarded;
    private TimeSpan now = 100.Seconds;

    public GuardedCanBusTests()
    {
        var bus = new InMemoryCanBus(() => now);
        device = bus.Attach();
        guarded = new GuardedCanBus(bus.Attach(), Ids, () => now);
    }

    public void Dispose() => guarded.Dispose();

    [Fact]
    public void Only_the_drivers_identifiers_reach_it()
    {
        foreach (var frame in new[]
        {
            new CanFrame(0x103, []), new CanFrame(0x102, [], isExtended: true), new CanFrame(0x7F0, []),
            new CanFrame(0x029A_3FF0, [], isExtended: true), new CanFrame(0x102, [1]),
            new CanFrame(0x0283_F03F, [2], isExtended: true),
        }) device.TrySend(frame);

        Assert.Equal([new(0x102, [1]), new(0x0283_F03F, [2], isExtended: true)], Heard());
        Assert.Equal(4, guarded.Strange);
    }

    [Fact]
    public void The_driver_can_send_nothing_but_its_identifiers()
    {
        Assert.False(guarded.TrySend(new CanFrame(0x108, [])));
        Assert.False(guarded.TrySend(new CanFrame(0x109, [], isExtended: true)));
        Assert.True(guarded.TrySend(new CanFrame(0x109, [])));

        Assert.True(device.TryReceive(out var frame, out _));
        Assert.Equal(0x109u, frame.Id);
        Assert.False(device.TryReceive(out _, out _));
        Assert.Equal(2, guarded.Unsendable);
    }

    [Fact]
    public void A_source_at_its_pace_with_its_jitter_and_a_late_reader_is_no_fault()
    {
        var heard = 0;
        for (var i = 0; i < 200; i++)
        {
            device.TrySend(new CanFrame(0x102, [(byte)i]));
            now += (90 + i * 7 % 20).Milliseconds;
            // Now and then the thread does not come round for half a second, and takes five frames at once.
            if (i % 50 is not (>= 20 and < 25)) heard += Heard().Count;
        }

        Assert.Equal(200, heard + Heard().Count);
        Assert.Equal(0, guarded.Faults);
    }

    [Fact]
    public void A_second_source_of_a_periodic_identifier_is_a_fault_and_its_frames_are_withheld_for_the_hold()
    {
        for (var i = 0; i < 20; i++)
        {
            device.TrySend(new CanFrame(0x102, [1]));
            now += 40.Milliseconds;
            device.TrySend(new CanFrame(0x102, [2]));
            now += 60.Milliseconds;
            Heard();
        }
        var last = now;

        Assert.Equal((CanFaultKind.TwoSources, 0x102u), (guarded.LastFault.Kind, guarded.LastFault.Id));
        Assert.Empty(Heard());
        while (now < last + GuardedCanBus.Hold - 1.Seconds) Assert.Empty(Once());
        // The window still held frames of both for a while.
        now = last + GuardedCanBus.Hold + 1.6.Seconds;
        Assert.Single(Once());
    }

    [Fact]
    public void Other_identifiers_pass_while_one_is_withheld()
    {
        for (var i = 0; i < 40; i++)
        {
            device.TrySend(new CanFrame(0x102, []));
            now += 50.Milliseconds;
            Heard();
        }
        device.TrySend(new CanFrame(0x102, []));
        device.TrySend(new CanFrame(0x0283_F03F, [], isExtended: true));

        Assert.Equal(0x0283_F03Fu, Assert.Single(Heard()).Id);
    }

    [Fact]
    public void A_burst_that_a_stalled_link_lets_go_is_no_second_source()
    {
        for (var i = 0; i < 20; i++) Once();
        now += 2.Seconds;
        var stalled = new LateBus([.. Enumerable.Repeat((new CanFrame(0x102, []), now - 2.Seconds), 20)]);
        using var late = new GuardedCanBus(stalled, Ids, () => now);

        var taken = 0;
        while (late.TryReceive(out _, out _)) taken++;

        Assert.Equal(20, taken);
        Assert.Equal(0, late.Faults);
    }

    [Fact]
    public void Hearing_the_drivers_own_identifier_is_a_fault_that_silences_the_bus()
    {
        device.TrySend(new CanFrame(0x109, []));
        device.TrySend(new CanFrame(0x102, []));

        Assert.Empty(Heard());
        Assert.Equal((CanFaultKind.OwnIdentifier, 0x109u), (guarded.LastFault.Kind, guarded.LastFault.Id));
        Assert.Equal(1, guarded.Faults);
        now += GuardedCanBus.Hold;
        Assert.Single(Once());
    }

    [Fact]
    public void A_babbling_identifier_is_capped_and_does_not_hold_the_caller()
    {
        var taken = 0;
        for (var i = 0; i < 1000; i++)
        {
            device.TrySend(new CanFrame(0x0283_F03F, [], isExtended: true));
            if (i % 100 == 99) taken += Heard().Count;
        }

        Assert.Equal(64, taken);
        Assert.Equal(1000 - 64, guarded.Capped);
        now += 100.Milliseconds;
        for (var i = 0; i < 200; i++) device.TrySend(new CanFrame(0x0283_F03F, [], isExtended: true));
        Assert.Equal(50, Heard().Count);
    }

    [Fact]
    public void A_driver_that_sends_without_end_is_capped()
    {
        var sent = Enumerable.Range(0, 1000).Count(_ => guarded.TrySend(new CanFrame(0x109, [])));

        Assert.Equal(64, sent);
    }

    [Fact]
    public void A_flood_of_strange_frames_gives_the_caller_its_turn_back()
    {
        var endless = new EndlessBus();
        using var flooded = new GuardedCanBus(endless, Ids, () => now);

        Assert.False(flooded.TryReceive(out _, out _));

        Assert.Equal(256, endless.Taken);
    }

    [Fact]
    public void Passing_frames_allocates_nothing()
    {
        var passed = 0;

        var bytes = Allocated.By(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                now += 100.Milliseconds;
                device.TrySend(new CanFrame(0x102, []));
                guarded.TrySend(new CanFrame(0x109, []));
                if (guarded.TryReceive(out _, out _)) passed++;
                device.TryReceive(out _, out _);
            }
        });

        Assert.Equal(0, bytes);
        Assert.Equal(400, passed);
    }

    private List<CanFrame> Once()
    {
        device.TrySend(new CanFrame(0x102, []));
        var heard = Heard();
        now += 100.Milliseconds;
        return heard;
    }

    private List<CanFrame> Heard()
    {
        var frames = new List<CanFrame>();
        while (guarded.TryReceive(out var frame, out _)) frames.Add(frame);
        return frames;
    }

    private sealed class LateBus(IEnumerable<(CanFrame Frame, TimeSpan ArrivedAt)> late) : ICanBus
    {
        private readonly Queue<(CanFrame Frame, TimeSpan ArrivedAt)> frames = new(late);

        public int Descriptor => -1;
        public bool IsUp => true;
        public bool TrySend(in CanFrame frame) => true;

        public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
        {
            var isThere = frames.TryDequeue(out var next);
            (frame, arrivedAt) = next;
            return isThere;
        }

        public void Dispose()
        {
        }
    }

    private sealed class EndlessBus : ICanBus
    {
        public int Taken { get; private set; }
        public int Descriptor => -1;
        public bool IsUp => true;
        public bool TrySend(in CanFrame frame) => true;

        public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
        {
            Taken++;
            (frame, arrivedAt) = (new CanFrame(0x7DF, []), TimeSpan.Zero);
            return true;
        }

        public void Dispose()
        {
        }
    }
}
