using ChargeScape.Edge.Hal.Mqtt;

namespace ChargeScape.Edge.Tests.Unit.Mqtt;

public class BackoffTests
{
    private readonly Backoff backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    [Fact]
    public void Each_span_doubles_up_to_the_longest()
    {
        double[] delays = [.. Enumerable.Range(0, 7).Select(_ => backoff.Next(0).TotalSeconds)];

        Assert.Equal([0.5, 1, 2, 4, 5, 5, 5], delays);
    }

    [Fact]
    public void A_delay_lies_in_the_upper_half_of_its_span()
    {
        Assert.Equal(TimeSpan.FromSeconds(0.75), backoff.Next(0.5));
        Assert.InRange(backoff.Next(0.999), TimeSpan.FromSeconds(1.99), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void After_a_reset_it_begins_again()
    {
        backoff.Next(0);
        backoff.Next(0);

        backoff.Reset();

        Assert.Equal(TimeSpan.FromSeconds(0.5), backoff.Next(0));
    }

    [Fact]
    public void The_longest_span_does_not_overflow()
    {
        var patient = new Backoff(TimeSpan.FromDays(1), TimeSpan.MaxValue);

        for (var i = 0; i < 200; i++) Assert.True(patient.Next(0) > TimeSpan.Zero);
    }
}
