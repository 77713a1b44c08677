using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Tests.Unit.Posix;

public sealed class BackoffTests
{
    [Fact]
    public void Each_failure_doubles_the_delay_up_to_the_longest_and_chance_cuts_it_by_up_to_half()
    {
        var backoff = new Backoff(50.Milliseconds, 400.Milliseconds, new Random(3));
        var now = 1.Seconds;
        foreach (var full in new[] { 50, 100, 200, 400, 400, 400 })
        {
            Assert.True(backoff.IsDue(now));
            backoff.Failed(now);

            Assert.False(backoff.IsDue(now + full.Milliseconds * 0.49));
            Assert.True(backoff.IsDue(now + full.Milliseconds));
            now += full.Milliseconds;
        }

        backoff.Reset();
        backoff.Failed(now);
        Assert.True(backoff.IsDue(now + 50.Milliseconds));
    }

    [Fact]
    public void Two_clients_do_not_return_in_step()
    {
        var one = new Backoff(1.Seconds, 1.Seconds, new Random(1));
        var two = new Backoff(1.Seconds, 1.Seconds, new Random(2));
        one.Failed(default);
        two.Failed(default);

        Assert.Contains(Enumerable.Range(500, 500), ms => one.IsDue(ms.Milliseconds) != two.IsDue(ms.Milliseconds));
    }
}
