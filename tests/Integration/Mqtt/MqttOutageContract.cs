using System.Text;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Integration.Mqtt;

/// <summary>What a client does when its broker goes, freezes, refuses and returns.</summary>
public abstract class MqttOutageContract : MqttContract
{
    [Fact]
    public void A_client_started_before_its_broker_connects_when_the_broker_comes()
    {
        using var broker = Broker.Start();
        broker.Stop();
        using var client = New(Settings(broker.Port, "early"));
        var changes = new Changes(client);

        client.Start();
        Eventually.Is(() => changes.Any(c => c is (false, var why) && why.Contains("refused")), "the failure is told");
        broker.Start();

        Eventually.Is(() => client.IsConnected, "it is connected");
        Eventually.Is(() => changes.Any(c => c.IsConnected), "the connect is told");
    }

    [Fact]
    public void What_is_published_while_the_broker_is_away_arrives_in_order_when_it_is_back()
    {
        using var broker = Broker.Start(isPersistent: true);
        using var receiver = Connected(broker, "receiver");
        using var inbox = new Inbox(receiver, "t");
        using var sender = Connected(broker, "sender");
        var changes = new Changes(sender);

        broker.Stop();
        Eventually.Is(() => !sender.IsConnected, "the loss is seen");
        for (var i = 0; i < 50; i++) Assert.True(sender.TryPublish(Numbered(i)));
        Assert.False(sender.TryPublish(new MqttMessage("t", "live"u8.ToArray(), QualityOfService: 0)));
        Assert.Equal(50, sender.InFlight);
        broker.Start();

        Assert.Equal(Enumerable.Range(0, 50), inbox.DistinctNumbers(50));
        Eventually.Is(() => sender.InFlight == 0, "all are acknowledged");
        Assert.True(changes.Any(c => !c.IsConnected));
    }

    [Fact]
    public void What_was_in_flight_when_a_frozen_broker_died_arrives_after_its_restart()
    {
        using var broker = Broker.Start(isPersistent: true);
        using var receiver = Connected(broker, "receiver");
        using var inbox = new Inbox(receiver, "t");
        using var sender = Connected(broker, "sender");
        sender.TryPublish(Numbered(0));
        Assert.Equal([0], inbox.DistinctNumbers(1));

        broker.Freeze();
        for (var i = 1; i <= 30; i++) Assert.True(sender.TryPublish(Numbered(i)));
        broker.Kill();
        Eventually.Is(() => !sender.IsConnected, "the loss is seen");
        for (var i = 31; i <= 35; i++) Assert.True(sender.TryPublish(Numbered(i)));
        broker.Start();

        Assert.Equal(Enumerable.Range(1, 35), inbox.DistinctNumbers(35));
        Eventually.Is(() => sender.InFlight == 0, "all are acknowledged");
    }

    [Fact]
    public void A_frozen_broker_is_noticed_by_its_silence_and_all_arrives_when_it_goes_on()
    {
        using var broker = Broker.Start();
        using var receiver = Connected(broker, "receiver");
        using var inbox = new Inbox(receiver, "t");
        using var sender = Connected(broker, "sender");

        broker.Freeze();
        for (var i = 0; i < 10; i++) Assert.True(sender.TryPublish(Numbered(i)));
        Eventually.Is(() => !sender.IsConnected, "the keep-alive runs out");
        broker.Thaw();

        Assert.Equal(Enumerable.Range(0, 10), inbox.DistinctNumbers(10));
    }

    [Fact]
    public void Over_the_bound_nothing_more_is_taken_until_something_is_acknowledged()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "c", s => s with { MaximumInFlight = 3 });
        broker.Freeze();

        var taken = Enumerable.Range(0, 5).Select(i => client.TryPublish(Numbered(i))).ToArray();
        Assert.Equal([true, true, true, false, false], taken);
        broker.Thaw();

        Eventually.Is(() => client.InFlight == 0, "they are acknowledged");
        Assert.True(client.TryPublish(Numbered(9)));
    }

    [Fact]
    public void A_lost_connection_publishes_the_will_and_an_ordered_end_does_not()
    {
        using var broker = Broker.Start();
        using var proxy = new CuttableProxy(broker.Port);
        using var watcher = Connected(broker, "watcher");
        using var inbox = new Inbox(watcher, "state");
        var will = new MqttMessage(
            "state", "{\"v\":1,\"online\":false}"u8.ToArray(), Retain: true, UserProperties: [new("from", "will")]);

        using (Connected(broker, "orderly", s => s with { Will = will })) { }
        using var lost = New(Settings(proxy.Port, "lost") with { Will = will });
        lost.Start();
        Eventually.Is(() => lost.IsConnected, "it is connected");
        proxy.Cut();

        var got = inbox.Next();
        Assert.Equal("{\"v\":1,\"online\":false}", got.Text);
        Assert.True(got.IsRetained);
        Assert.Equal([new("from", "will")], got.UserProperties);
        Assert.Equal(0, inbox.Count);
    }

    [Fact]
    public void Disposing_sends_what_was_just_published()
    {
        using var broker = Broker.Start();
        using var watcher = Connected(broker, "watcher");
        using var inbox = new Inbox(watcher, "t");

        using (var client = Connected(broker, "short"))
            for (var i = 0; i < 20; i++)
                client.TryPublish(Numbered(i));

        Assert.Equal(Enumerable.Range(0, 20), inbox.DistinctNumbers(20));
    }

    [Fact]
    public void Disposing_while_no_broker_is_there_returns()
    {
        var client = New(Settings(Broker.FreePort(), "c"));
        client.Start();

        client.Dispose();

        Assert.False(client.TryPublish(Numbered(1)));
    }

    [Fact]
    public void A_broker_that_refuses_us_is_asked_again_until_it_lets_us_in()
    {
        using var broker = Broker.Start();
        broker.Stop();
        broker.Configure(line => line.Replace("anonymous true", "anonymous false", StringComparison.Ordinal));
        broker.Start();
        using var client = New(Settings(broker.Port, "c"));
        var changes = new Changes(client);

        client.Start();
        Eventually.Is(
            () => changes.Any(c => !c.IsConnected && c.Why.Contains("authori", StringComparison.OrdinalIgnoreCase)),
            "the refusal is told with its reason");
        broker.Stop();
        broker.Configure(line => line.Replace("anonymous false", "anonymous true", StringComparison.Ordinal));
        broker.Start();

        Eventually.Is(() => client.IsConnected, "it is let in");
    }

    [Fact]
    public void A_second_client_with_our_id_throws_us_out_and_that_is_told()
    {
        using var broker = Broker.Start();
        var patience = TimeSpan.FromSeconds(50);
        using var first = Connected(
            broker, "same", s => s with { ReconnectMin = patience, ReconnectMax = patience });
        var changes = new Changes(first);

        using var second = Connected(broker, "same");

        // Mosquitto 2.0.11 does not give MQTT 5's reason for it.
        Eventually.Is(() => changes.Any(c => !c.IsConnected), "the loss is told");
        Assert.True(second.IsConnected);
    }

    private static MqttMessage Numbered(int i) => new("t", Encoding.ASCII.GetBytes($"{i}"));
}
