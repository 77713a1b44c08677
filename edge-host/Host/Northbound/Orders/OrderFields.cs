using System.Text.Json;
using System.Text.Unicode;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>A top-level field of a message: its type and, for a scalar, its value.</summary>
internal readonly record struct OrderField(string Name, JsonTokenType Type, string Text, double Number, long? Whole);

/// <summary>
/// First pass over a message: one JSON object, no key twice at any level, bounded depth. What the fields mean comes
/// later, so that a wrong version or kind is named before a wrong field.
/// </summary>
internal sealed class OrderFields
{
    private const int MaxDepth = 4;
    // No kind has more than 15; what is far above is not an order.
    private const int MaxFields = 64;

    private readonly Dictionary<string, OrderField> fields = [];

    public IEnumerable<string> Names => fields.Keys;

    public OrderField? this[string name] => fields.TryGetValue(name, out var field) ? field : null;

    /// <summary>Null, and what is wrong, when the bytes are not one proper JSON object.</summary>
    public static OrderFields? Parse(ReadOnlySpan<byte> payload, out string problem)
    {
        problem = "";
        if (!Utf8.IsValid(payload))
        {
            problem = "not UTF-8";
            return null;
        }
        try
        {
            return Read(payload, ref problem);
        }
        catch (JsonException wrong)
        {
            problem = $"not JSON, line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}";
        }
        catch (InvalidOperationException)
        {
            // The reader's way of saying that an escape is half of a surrogate pair.
            problem = "text that is not Unicode";
        }
        return null;
    }

    private static OrderFields? Read(ReadOnlySpan<byte> payload, ref string problem)
    {
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problem = "not a JSON object";
            return null;
        }
        var read = new OrderFields();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!read.fields.TryAdd(name, Field(ref reader, name)))
                problem = "a key twice";
            else if (read.fields.Count > MaxFields)
                problem = "too many fields";
            else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                && !SkipUnique(ref reader))
                problem = "a key twice";
            if (problem.Length > 0) return null;
        }
        // Throws on anything that follows the object.
        reader.Read();
        return read;
    }

    private static OrderField Field(ref Utf8JsonReader reader, string name) => reader.TokenType switch
    {
        JsonTokenType.String => new(name, JsonTokenType.String, reader.GetString()!, 0, null),
        JsonTokenType.Number => new(
            name, JsonTokenType.Number, "",
            reader.TryGetDouble(out var number) ? number : double.NaN,
            reader.TryGetInt64(out var whole) ? whole : null),
        _ => new(name, reader.TokenType, "", 0, null),
    };

    // Skips a nested value; false when one of its objects has a key twice.
    private static bool SkipUnique(ref Utf8JsonReader reader)
    {
        var keys = reader.TokenType == JsonTokenType.StartObject ? new HashSet<string>() : null;
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            if (reader.TokenType == JsonTokenType.PropertyName && !keys!.Add(reader.GetString()!)) return false;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && !SkipUnique(ref reader))
                return false;
        }
        return true;
    }
}
