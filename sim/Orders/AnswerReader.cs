using System.Text.Json;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Orders;

/// <summary>Reads an answer from its wire form, as an issuer would.</summary>
internal static class AnswerReader
{
    /// <summary>
    /// The order's id ("" when the answer names none) and what the answer says; null when it is no answer.
    /// </summary>
    public static (string OrderId, SeenAnswer Answer)? Read(ReadOnlyMemory<byte> payload, TimeSpan at)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            var root = json.RootElement;
            var answer = new SeenAnswer(at, Text(root, "stage") ?? "", Text(root, "reason"),
                Text(root, "binding_limit"));
            return (Text(root, "order_id") ?? "", answer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
