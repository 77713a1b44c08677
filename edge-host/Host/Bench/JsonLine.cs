using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChargeScape.Edge.Host.Bench;

/// <summary>How the bench verbs print JSON: one object a line, keys in snake case, the same keys every time.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        // A value that is none is null here, never a made-up number.
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>One line, without its end.</summary>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, form);
}
