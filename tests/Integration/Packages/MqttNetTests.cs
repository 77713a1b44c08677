using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Packages.Mqtt;
using ChargeScape.Edge.Tests.Integration.Mqtt;

namespace ChargeScape.Edge.Tests.Integration.Packages;

public sealed class MqttNetClientTests : MqttClientContract
{
    private protected override IMqtt New(MqttSettings settings) => new MqttNetClient(settings);

    [Fact]
    public void No_more_is_under_way_than_the_broker_takes()
    {
        using var broker = Broker.Start(isPersistent: false, "max_inflight_messages 5");
        using var receiver = Connected(broker, "receiver");
        using var inbox = new Inbox(receiver, "t");
        using var sender = Connected(broker, "sender");

        for (var i = 0; i < 200; i++) Assert.True(sender.TryPublish(new MqttMessage("t", new byte[] { (byte)'1' })));

        for (var i = 0; i < 200; i++) inbox.Next();
        Eventually.Is(() => sender.InFlight == 0, "all are acknowledged");
        Assert.True(sender.IsConnected);
    }
}

public sealed class MqttNetOutageTests : MqttOutageContract
{
    private protected override IMqtt New(MqttSettings settings) => new MqttNetClient(settings);
}

public sealed class MqttNetPeerTests : MqttPeerContract
{
    private protected override IMqtt New(MqttSettings settings) => new MqttNetClient(settings);
}
