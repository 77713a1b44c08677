using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class EventRingTests
{
    private readonly EventRing ring = new();

    [Fact]
    public void Events_come_out_in_the_order_in_which_they_went_in()
    {
        for (var i = 1u; i <= 10; i++) ring.Write(Numbered(i));

        Assert.Equal(Enumerable.Range(1, 10).Select(i => (uint)i), TakeAll());
    }

    [Fact]
    public void What_finds_no_room_is_counted_and_the_oldest_stay()
    {
        for (var i = 1u; i <= EventRing.Capacity + 7; i++) ring.Write(Numbered(i));

        Assert.Equal(7u, ring.Dropped);
        Assert.Equal(EventRing.Capacity, TakeAll().Count);
    }

    [Fact]
    public void Taking_makes_room_again()
    {
        for (var i = 1u; i <= EventRing.Capacity; i++) ring.Write(Numbered(i));
        TakeAll();

        ring.Write(Numbered(1000));

        Assert.Equal([1000u], TakeAll());
        Assert.Equal(0u, ring.Dropped);
    }

    private static ControlEvent Numbered(uint number) => default(ControlEvent) with { Occurrence = number };

    private List<uint> TakeAll()
    {
        var taken = new List<uint>();
        while (ring.TryTake(out var happened)) taken.Add(happened.Occurrence);
        return taken;
    }
}
