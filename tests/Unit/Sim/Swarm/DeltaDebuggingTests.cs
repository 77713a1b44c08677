using ChargeScape.Edge.Sim.Swarm;

namespace ChargeScape.Edge.Tests.Unit.Sim.Swarm;

public class DeltaDebuggingTests
{
    private static readonly int[] Twenty = [.. Enumerable.Range(0, 20)];

    [Theory]
    [InlineData]
    [InlineData(0)]
    [InlineData(19)]
    [InlineData(7)]
    [InlineData(3, 4)]
    [InlineData(0, 19)]
    [InlineData(2, 11, 17)]
    [InlineData(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)]
    public void What_is_left_is_exactly_what_it_takes_in_its_order(params int[] needed)
    {
        var left = DeltaDebugging.Least(Twenty, some => needed.All(some.Contains));

        Assert.Equal(needed, left);
    }

    [Fact]
    public void Of_two_that_each_suffice_one_is_left()
    {
        var left = DeltaDebugging.Least(Twenty, some => some.Contains(5) || some.Contains(15));

        Assert.Single(left);
    }

    [Fact]
    public void What_is_left_fails_and_without_any_one_of_it_does_not()
    {
        bool Fails(IReadOnlyList<int> some) => some.Sum() >= 90;

        var left = DeltaDebugging.Least(Twenty, Fails);

        Assert.True(Fails(left));
        Assert.All(left, one => Assert.False(Fails([.. left.Where(other => other != one)])));
    }

    [Fact]
    public void Two_of_twenty_are_found_in_few_tries()
    {
        var tries = 0;

        DeltaDebugging.Least(Twenty, some =>
        {
            tries++;
            return some.Contains(4) && some.Contains(13);
        });

        Assert.InRange(tries, 1, 60);
    }
}
