namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>The order verb when what it follows cannot be followed to its end.</summary>
public sealed class OrderFollowTests : IDisposable
{
    private readonly Broker broker = Broker.Start(isPersistent: false);

    public void Dispose() => broker.Dispose();

    [Fact]
    public void A_broker_that_dies_while_an_order_is_followed_ends_the_verb_with_4_and_says_so()
    {
        using var edge = EdgeProcess.Run(broker);
        using var order = EdgeProcess.Begin(
            "order", "idle", "--for", "600", "--wait", "2", "--site-id", "demo-home", "--broker",
            $"127.0.0.1:{broker.Port}");
        var first = order.StandardOutput.ReadLine();

        broker.Kill();

        Assert.StartsWith("received", first, StringComparison.Ordinal);
        Assert.True(order.WaitForExit(Eventually.Deadline), "the verb did not end");
        Assert.Equal(4, order.ExitCode);
        Assert.Contains("did not come back within 2 s", order.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }
}
