using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Integration.Mqtt;

/// <summary>What a client does while its broker is there.</summary>
public abstract class MqttClientContract : MqttContract
{
    [Fact]
    public void A_message_with_properties_arrives_as_it_was_sent()
    {
        using var broker = Broker.Start();
        using var sender = Connected(broker, "sender");
        using var receiver = Connected(broker, "receiver");
        using var inbox = new Inbox(receiver, "site/+/cmd");

        sender.TryPublish(new MqttMessage(
            "site/a/cmd", "{\"a\":1}"u8.ToArray(), QualityOfService: 1, ExpirySeconds: 120,
            UserProperties: [new("sig", "eyJ..x"), new("sig", "zwei ü")]));

        var got = inbox.Next();
        Assert.Equal("site/a/cmd", got.Topic);
        Assert.Equal("{\"a\":1}", got.Text);
        Assert.Equal(1, got.QualityOfService);
        Assert.False(got.IsRetained);
        Assert.Equal([new("sig", "eyJ..x"), new("sig", "zwei ü")], got.UserProperties);
        Assert.InRange(got.ExpirySeconds!.Value, 1u, 120u);
        Eventually.Is(() => sender.InFlight == 0, "the publish is acknowledged");
    }

    [Fact]
    public void A_message_without_properties_has_none()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "both");
        using var inbox = new Inbox(client, "plain");

        client.TryPublish(new MqttMessage("plain", ReadOnlyMemory<byte>.Empty, QualityOfService: 0));

        var got = inbox.Next();
        Assert.Equal("", got.Text);
        Assert.Equal(0, got.QualityOfService);
        Assert.Empty(got.UserProperties);
        Assert.Null(got.ExpirySeconds);
    }

    [Fact]
    public void The_payload_is_copied_before_TryPublish_returns()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "both");
        using var inbox = new Inbox(client, "t");
        var buffer = "first"u8.ToArray();

        client.TryPublish(new MqttMessage("t", buffer));
        "later"u8.CopyTo(buffer);

        Assert.Equal("first", inbox.Next().Text);
    }

    [Fact]
    public void The_retain_flag_is_seen_on_a_live_message_and_on_a_stored_one()
    {
        using var broker = Broker.Start();
        using var sender = Connected(broker, "sender");
        using var early = Connected(broker, "early");
        using var live = new Inbox(early, "cmd");

        sender.TryPublish(new MqttMessage("cmd", "x"u8.ToArray(), Retain: true));

        Assert.True(live.Next().IsRetained);
        using var late = Connected(broker, "late");
        using var stored = new Inbox(late, "cmd", sendsMarker: false);
        Assert.True(stored.Next().IsRetained);
    }

    [Fact]
    public void A_message_over_the_bound_arrives_marked_and_without_its_payload()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "both", s => s with { MaximumPayloadBytes = 1000 });
        using var inbox = new Inbox(client, "t");

        client.TryPublish(new MqttMessage("t", new byte[1001]));
        client.TryPublish(new MqttMessage("t", new byte[1000]));

        var large = inbox.Next();
        Assert.True(large.IsTooLarge);
        Assert.Equal(0, large.Length);
        var whole = inbox.Next();
        Assert.False(whole.IsTooLarge);
        Assert.Equal(1000, whole.Length);
    }

    [Fact]
    public void The_broker_drops_what_is_grossly_over_the_bound_and_the_rest_goes_on()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "both", s => s with { MaximumPayloadBytes = 1000 });
        using var inbox = new Inbox(client, "t");

        client.TryPublish(new MqttMessage("t", new byte[100_000]));
        client.TryPublish(new MqttMessage("t", "small"u8.ToArray()));

        Assert.Equal("small", inbox.Next().Text);
    }

    [Fact]
    public void A_handler_that_throws_costs_one_message_and_is_told()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "both");
        var complaints = new List<string>();
        var handled = 0;
        client.Troubled += text =>
        {
            lock (complaints) complaints.Add(text);
        };
        client.Subscribe("t", (in MqttReceived m) =>
        {
            if (m.Payload.SequenceEqual("bad"u8)) throw new InvalidOperationException("no such thing");
            Interlocked.Increment(ref handled);
        });

        client.TryPublish(new MqttMessage("t", "bad"u8.ToArray()));
        client.TryPublish(new MqttMessage("t", "good"u8.ToArray()));

        Eventually.Is(() => Volatile.Read(ref handled) == 1, "the second message is handled");
        lock (complaints) Assert.Contains("no such thing", Assert.Single(complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_may_publish()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "both");
        using var inbox = new Inbox(client, "answer");
        client.Subscribe(
            "cmd", (in MqttReceived m) => client.TryPublish(new MqttMessage("answer", m.Payload.ToArray())));

        client.TryPublish(new MqttMessage("cmd", "17"u8.ToArray()));

        Assert.Equal("17", inbox.Next().Text);
    }

    [Fact]
    public void A_publish_that_the_library_refuses_is_told_and_leaves_nothing_in_flight()
    {
        using var broker = Broker.Start(isPersistent: false, "max_packet_size 2000");
        using var client = Connected(broker, "c");
        var complaints = 0;
        client.Troubled += _ => Interlocked.Increment(ref complaints);

        client.TryPublish(new MqttMessage("t", new byte[5000]));

        Eventually.Is(() => Volatile.Read(ref complaints) == 1, "the refusal is told");
        Assert.Equal(0, client.InFlight);
    }

    [Fact]
    public void A_subscription_that_cannot_be_is_told()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "c");
        var complaints = 0;
        client.Troubled += _ => Interlocked.Increment(ref complaints);

        client.Subscribe("a/#/b", (in MqttReceived _) => { });

        Eventually.Is(() => Volatile.Read(ref complaints) == 1, "the refusal is told");
        Assert.True(client.IsConnected);
    }

    [Fact]
    public void Publishing_to_a_wildcard_is_a_bug_of_the_caller()
    {
        using var client = New(Settings(1, "c"));

        Assert.Throws<ArgumentException>(() => client.TryPublish(new MqttMessage("a/#", default)));
        Assert.Throws<ArgumentException>(() => client.TryPublish(new MqttMessage("", default)));
    }

    [Fact]
    public void A_TLS_file_that_is_not_there_is_named_at_construction()
    {
        var settings = Settings(1, "c") with { Tls = new MqttTls("no-such-ca.pem", "c.pem", "k.pem") };

        var error = Assert.Throws<FileNotFoundException>(() => New(settings));

        Assert.Contains("no-such-ca.pem", error.Message, StringComparison.Ordinal);
    }
}
