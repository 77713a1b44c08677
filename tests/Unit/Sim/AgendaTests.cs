using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Tests.Unit.Sim;

/// <summary>What is due next in virtual time, and in which order among what is due at once.</summary>
public sealed class AgendaTests
{
    private readonly Agenda agenda = new(20);

    [Fact]
    public void The_earliest_is_next_and_of_equals_the_lowest_slot()
    {
        agenda.Set(3, 2.Seconds);
        agenda.Set(19, 1.Seconds);
        agenda.Set(7, 1.Seconds);

        Assert.Equal((7, 1.Seconds), Next());
        agenda.Clear(7);
        Assert.Equal((19, 1.Seconds), Next());
        agenda.Clear(19);
        Assert.Equal((3, 2.Seconds), Next());
    }

    [Fact]
    public void Nothing_is_due_while_nothing_is_set_or_what_is_set_is_never()
    {
        agenda.Set(5, TimeSpan.MaxValue);

        Assert.Equal(TimeSpan.MaxValue, Next().At);
    }

    [Fact]
    public void What_is_hastened_never_moves_back()
    {
        agenda.Set(4, 2.Seconds);

        agenda.Hasten(4, 3.Seconds);
        Assert.Equal((4, 2.Seconds), Next());
        agenda.Hasten(4, 1.Seconds);
        Assert.Equal((4, 1.Seconds), Next());
    }

    private (int Slot, TimeSpan At) Next()
    {
        var slot = agenda.Next(out var at);
        return (slot, at);
    }
}
