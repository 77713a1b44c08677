using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>A cloud's side of one site: publishes with mosquitto_pub and reads with mosquitto_sub.</summary>
internal sealed class Wire : IDisposable
{
    private const string Root = "chargescape/v1/demo-home/";
    private readonly Broker broker;
    private readonly PeerLines lines;
    private static long lastSeq = 1000;

    public Wire(Broker broker)
    {
        this.broker = broker;
        lines = broker.MosquittoSub("-t", Root + "#", "-F", "%t %p");
    }

    /// <summary>Everything seen so far, with the last part of its topic.</summary>
    public List<(string Topic, string Message)> Seen { get; } = [];

    /// <summary>Skips to the first message that fits; fails when none comes in time.</summary>
    public JsonObject Next(string topic, Predicate<JsonObject> fits)
    {
        while (true)
        {
            var (of, message) = Take(lines.Next());
            if (of == topic && message is not null && fits(message)) return message;
        }
    }

    public JsonObject NextAnswer(JsonObject order, string stage) => Next("answer", answer =>
        (string?)answer["order_id"] == (string?)order["id"] && (string?)answer["stage"] == stage);

    public JsonObject NextAnswer(JsonObject order) =>
        Next("answer", answer => (string?)answer["order_id"] == (string?)order["id"]);

    public JsonObject NextRejected(string? orderId = null) => Next("answer", answer =>
        (string?)answer["stage"] == "rejected" && (string?)answer["order_id"] == orderId);

    /// <summary>Fields of an idle order for a minute; null takes one out.</summary>
    public static JsonObject Order(params (string Name, JsonNode? Value)[] changes)
    {
        var order = new JsonObject
        {
            ["v"] = 1,
            ["id"] = Guid.NewGuid().ToString(),
            ["kind"] = "idle",
            ["issuer"] = "vpp.example",
            ["seq"] = Interlocked.Increment(ref lastSeq),
            ["issued_at"] = Utc(TimeSpan.Zero),
            ["ttl_s"] = 60,
        };
        foreach (var (name, value) in changes)
        {
            order.Remove(name);
            if (value is not null) order[name] = value;
        }
        return order;
    }

    public static string Utc(TimeSpan ahead) => (DateTime.UtcNow + ahead).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    public JsonObject Send(JsonObject order, params string[] options)
    {
        Send(order.ToJsonString(), options);
        return order;
    }

    public void Send(string text, params string[] options) =>
        broker.MosquittoPub(["-q", "1", "-t", Root + "cmd", "-m", text, .. options]);

    /// <summary>Takes a retained order out of the broker's store.</summary>
    public void ClearRetained() => broker.MosquittoPub("-t", Root + "cmd", "-r", "-n");

    public void Dispose() => lines.Dispose();

    private (string Topic, JsonObject? Message) Take(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (topic, text) = (line[..space][Root.Length..], line[(space + 1)..]);
        Seen.Add((topic, text));
        // What was sent to "cmd" may be anything.
        if (topic == "cmd") return (topic, null);
        return (topic, JsonSerializer.Deserialize<JsonObject>(text));
    }
}
