using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class EventRingTests
{
    private const int Capacity = 256;

    private readonly EventRing<ControlEvent> ring = new(Capacity);

    [Fact]
    public void Events_come_out_in_the_order_in_which_they_went_in()
    {
        for (var i = 1u; i <= 10; i++) ring.Write(Numbered(i));

        Assert.Equal(Enumerable.Range(1, 10).Select(i => (uint)i), TakeAll());
    }

    [Fact]
    public void What_finds_no_room_is_counted_and_the_oldest_stay()
    {
        for (var i = 1u; i <= Capacity + 7; i++) ring.Write(Numbered(i));

        Assert.Equal(7u, ring.Dropped);
        Assert.Equal(Capacity, TakeAll().Count);
    }

    [Fact]
    public void Taking_makes_room_again()
    {
        for (var i = 1u; i <= Capacity; i++) ring.Write(Numbered(i));
        TakeAll();

        ring.Write(Numbered(1000));

        Assert.Equal([1000u], TakeAll());
        Assert.Equal(0u, ring.Dropped);
    }

    [Fact]
    public void A_look_shows_each_event_once_and_takes_none()
    {
        uint next = 0;
        for (var i = 1u; i <= 3; i++) ring.Write(Numbered(i));
        Assert.Equal([1u, 2u, 3u], Looked());
        ring.TryTake(out _);
        ring.Write(Numbered(4));
        Assert.Equal([4u], Looked());

        Assert.Equal([2u, 3u, 4u], TakeAll());
        ring.Write(Numbered(5));
        TakeAll();
        ring.Write(Numbered(6));
        Assert.Equal([6u], Looked());

        List<uint> Looked()
        {
            var seen = new List<uint>();
            while (ring.TryLook(ref next, out var happened)) seen.Add(happened.Occurrence);
            return seen;
        }
    }

    [Fact]
    public void What_was_lost_before_it_came_here_counts_as_lost()
    {
        ring.CountDropped(3);

        Assert.Equal(3u, ring.Dropped);
    }

    private static ControlEvent Numbered(uint number) => default(ControlEvent) with { Occurrence = number };

    private List<uint> TakeAll()
    {
        var taken = new List<uint>();
        while (ring.TryTake(out var happened)) taken.Add(happened.Occurrence);
        return taken;
    }
}
