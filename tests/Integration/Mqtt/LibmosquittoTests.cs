using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Mqtt;

namespace ChargeScape.Edge.Tests.Integration.Mqtt;

public sealed class LibmosquittoClientTests : MqttClientContract
{
    private protected override IMqtt New(MqttSettings settings) => new LibmosquittoClient(settings);

    [Fact]
    public void Receiving_allocates_next_to_nothing()
    {
        const int Warm = 1000, Count = 10_000;
        using var broker = Broker.Start(isPersistent: false, "max_queued_messages 0");
        using var receiver = Connected(broker, "receiver");
        var (seen, before, allocated) = (0, 0L, -1L);
        receiver.Subscribe("t/#", (in MqttReceived m) =>
        {
            var now = GC.GetAllocatedBytesForCurrentThread();
            if (++seen == Warm) before = now;
            if (seen == Count) Volatile.Write(ref allocated, now - before);
        });
        using var subscribed = new Inbox(receiver, "subscribed");

        broker.MosquittoPub("-t", "t/abc", "-m", "twelve bytes", "-q", "1", "--repeat", $"{Count}");

        Eventually.Is(() => Volatile.Read(ref allocated) >= 0, "all arrive");
        Assert.InRange(Volatile.Read(ref allocated), 0, Count);     // under one byte a message
    }
}

public sealed class LibmosquittoOutageTests : MqttOutageContract
{
    private protected override IMqtt New(MqttSettings settings) => new LibmosquittoClient(settings);
}

public sealed class LibmosquittoPeerTests : MqttPeerContract
{
    private protected override IMqtt New(MqttSettings settings) => new LibmosquittoClient(settings);
}
