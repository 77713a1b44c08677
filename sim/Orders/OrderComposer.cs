using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Sim.Orders;

/// <summary>
/// An issuer of orders: fills in what a scenario leaves out (version, id, issuer, sequence, issue time). Deterministic:
/// the id follows from the order's name. What is no JSON object goes out as it is.
/// </summary>
internal sealed class OrderComposer(string issuer)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private long sequence;

    public string Issuer => issuer;

    /// <summary>The id that an order of this name gets.</summary>
    public Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}/{name}")).AsSpan(0, 16));

    /// <summary>The payload of an order, and its id as the answers will carry it.</summary>
    /// <param name="name">What the issuer calls it.</param>
    /// <param name="body">The contract's JSON; fields that stand in it are kept. <c>cancels</c> may hold a
    /// name.</param>
    /// <param name="utc">Issue time.</param>
    public (byte[] Payload, string Id) Compose(string name, string body, DateTimeOffset utc)
    {
        var id = IdOf(name).ToString();
        JsonObject order;
        try
        {
            if (JsonNode.Parse(body) is not JsonObject read) return (Encoding.UTF8.GetBytes(body), id);
            order = read;
        }
        catch (JsonException)
        {
            // Rubbish on purpose: the controller must answer to it.
            return (Encoding.UTF8.GetBytes(body), id);
        }
        Default(order, "v", 1);
        Default(order, "id", id);
        Default(order, "issuer", issuer);
        Default(order, "seq", ++sequence);
        Default(order, "issued_at", utc.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        if (order["cancels"] is JsonValue cancels && cancels.TryGetValue<string>(out var named)
            && !Guid.TryParse(named, out _))
            order["cancels"] = IdOf(named).ToString();
        var isText = order["id"] is JsonValue value && value.TryGetValue<string>(out _);
        return (Encoding.UTF8.GetBytes(order.ToJsonString()), isText ? order["id"]!.GetValue<string>() : id);
    }

    private static void Default(JsonObject order, string field, JsonNode value)
    {
        if (!order.ContainsKey(field)) order[field] = value;
    }
}
