using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>From a driver's ring to the events of the control side.</summary>
public sealed class OwnedNewsTests
{
    private readonly EventRing<ControlEvent> events = new(256);
    private readonly Owner owner = new();
    private readonly OwnedNews news;
    private TimeSpan now = 1.Hours;

    public OwnedNewsTests() => news = new(owner, OwnedDevice.Inverter, events);

    [Fact]
    public void What_a_driver_tells_comes_out_as_it_was_told_with_the_order_in_force()
    {
        var told = new OwnershipEvent(OwnershipHappening.NotTaken, 2, 59.Seconds, 260, 5, 6, 0);
        owner.Ownership.Write(told);

        news.PassOne(now, order: 7);

        Assert.True(events.TryTake(out var happened));
        Assert.Equal(
            (told.At, ControlEventKind.Ownership, 7u, OwnedDevice.Inverter, told),
            (happened.At, happened.Kind, happened.Order, happened.Device, happened.Ownership));
    }

    [Fact]
    public void Two_masters_who_fight_fill_ten_events_a_second_and_no_more_and_what_is_lost_is_counted()
    {
        for (var i = 0; i < 1000; i++, now += 10.Milliseconds)
        {
            owner.Ownership.Write(default);
            news.PassOne(now, order: 0);
        }

        Assert.Equal(100, Taken());
        news.PassAll();
        Assert.Equal(1000u - 100 - IOwnsRegisters.EventsKept, events.Dropped);
    }

    [Fact]
    public void At_the_end_everything_that_is_left_is_passed_on()
    {
        for (var i = 0; i < 5; i++) owner.Ownership.Write(default);

        news.PassAll();

        Assert.Equal(5, Taken());
    }

    [Fact]
    public void A_device_that_owns_nothing_tells_nothing_and_none_of_it_allocates()
    {
        var none = new OwnedNews(null, OwnedDevice.Inverter, events);
        Pass();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Pass();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(101, Taken());

        void Pass()
        {
            owner.Ownership.Write(default);
            none.PassOne(now, order: 0);
            news.PassOne(now += 1.Seconds, order: 0);
        }
    }

    private int Taken()
    {
        var count = 0;
        while (events.TryTake(out _)) count++;
        return count;
    }

    private sealed class Owner : IPolledDevice, IOwnsRegisters
    {
        public EventRing<OwnershipEvent> Ownership { get; } = new(IOwnsRegisters.EventsKept);
        public TimeSpan NextDue => TimeSpan.MaxValue;
        public bool Read(TimeSpan now) => false;
        public void Write(TimeSpan now) { }
    }
}
