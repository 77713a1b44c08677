using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Mqtt;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Sim.Orders;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>An order as the demo's cloud has sent it.</summary>
/// <param name="Name">What the demo calls it.</param>
/// <param name="Power">The power it asks for, W.</param>
/// <param name="Id">Its id.</param>
/// <param name="PublishedAt">The machine's monotonic clock just before it was handed to the broker.</param>
internal sealed record SentOrder(string Name, double Power, string Id, TimeSpan PublishedAt);

/// <summary>
/// The other side of the contract: publishes orders as a cloud would and takes in what the site says, for the display
/// and for the reason of a refusal. No other check looks at it.
/// </summary>
internal sealed class Cloud : IDisposable
{
    private const int MostBytes = 65_536;
    private readonly LibmosquittoClient mqtt;
    private readonly Topics topics;
    private readonly OrderComposer composer = new("demo.vpp");
    private readonly ConcurrentQueue<(string Topic, byte[] Payload)> inbox = new();
    private readonly Dictionary<string, SentOrder> sent = [];
    private readonly Dictionary<string, List<SeenAnswer>> answers = [];

    /// <summary>Starts to connect.</summary>
    /// <exception cref="NativeLibraryMissingException">libmosquitto is not there.</exception>
    public Cloud(int port, string siteId)
    {
        topics = new Topics(siteId);
        mqtt = new LibmosquittoClient(new(
            "127.0.0.1", port, $"demo-cloud-{Environment.ProcessId}", KeepAlive: 30.Seconds,
            ReconnectMin: 100.Milliseconds, ReconnectMax: 1.Seconds, Will: null, MostBytes));
        foreach (var topic in new[] { topics.Answer, topics.State, topics.Tele, topics.Event })
            mqtt.Subscribe(topic, Received);
        mqtt.Start();
    }

    /// <summary>The mode that the site is in; null while it is not online.</summary>
    public string? Mode { get; private set; }

    /// <summary>What the site said last about itself; null before.</summary>
    public SiteWord? Newest { get; private set; }

    /// <summary>The order that the site says is in force, and when it ends; null for none.</summary>
    public (SentOrder Order, DateTimeOffset? End)? InForce { get; private set; }

    /// <summary>Publishes a setpoint.</summary>
    /// <param name="name">What the demo calls it; each name once.</param>
    /// <param name="power">AC at the EVSE, W.</param>
    /// <param name="ttl">How long it shall hold.</param>
    public SentOrder Order(string name, double power, TimeSpan ttl)
    {
        var body = FormattableString.Invariant(
            $$"""{"kind":"setpoint","p_evse_w":{{power}},"ttl_s":{{(int)ttl.TotalSeconds}}}""");
        var (payload, id) = composer.Compose(name, body, DateTimeOffset.UtcNow);
        var order = sent[id] = new(name, power, id, MonotonicClock.Now);
        mqtt.TryPublish(new(topics.Cmd, payload));
        return order;
    }

    /// <summary>The answers to an order so far.</summary>
    public IReadOnlyList<SeenAnswer> AnswersTo(SentOrder order) => answers.GetValueOrDefault(order.Id) ?? [];

    /// <summary>Takes in what has come; what is worth telling is told.</summary>
    public void Follow(Action<string> tell)
    {
        while (inbox.TryDequeue(out var message))
        {
            try
            {
                Take(message.Topic, message.Payload, tell);
            }
            catch (Exception odd) when (odd is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                tell($"the site said what is not of the contract: {Encoding.UTF8.GetString(message.Payload)}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => mqtt.Dispose();

    private void Received(in MqttReceived message) => inbox.Enqueue((message.Topic, message.Payload.ToArray()));

    private void Take(string topic, byte[] payload, Action<string> tell)
    {
        if (topic == topics.Answer)
        {
            TakeAnswer(payload, tell);
            return;
        }
        using var json = JsonDocument.Parse(payload);
        var root = json.RootElement;
        if (topic == topics.State)
        {
            TakeState(root);
            return;
        }
        if (topic == topics.Tele) Newest = SiteWord.Parse(root);
        else if (SiteWord.Event(root) is { } happened) tell(happened);
    }

    private void TakeAnswer(byte[] payload, Action<string> tell)
    {
        if (AnswerReader.Read(payload, MonotonicClock.Now) is not var (id, answer)) return;
        if (!answers.TryGetValue(id, out var all)) answers[id] = all = [];
        all.Add(answer);
        tell($"the site answers to the order '{sent.GetValueOrDefault(id)?.Name ?? id}': {answer}");
    }

    private void TakeState(JsonElement root)
    {
        (Mode, InForce) = (null, null);
        if (!root.GetProperty("online").GetBoolean()) return;
        Mode = root.GetProperty("mode").GetString();
        var order = root.GetProperty("order");
        if (order.ValueKind != JsonValueKind.Object) return;
        if (!sent.TryGetValue(order.GetProperty("order_id").GetString()!, out var known)) return;
        var end = order.GetProperty("end");
        InForce = (known, end.ValueKind == JsonValueKind.String ? end.GetDateTimeOffset() : null);
    }
}
