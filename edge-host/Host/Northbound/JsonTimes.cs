using System.Globalization;
using System.Text.Json;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>Times as the contract writes them: RFC 3339 in UTC with the letter Z and at most six decimals.</summary>
internal static class JsonTimes
{
    private static readonly string[] forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.f'Z'", "yyyy-MM-dd'T'HH:mm:ss.ff'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.ffff'Z'", "yyyy-MM-dd'T'HH:mm:ss.fffff'Z'", "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'",
    ];

    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } known) json.WriteString(name, Text(known));
        else json.WriteNull(name);
    }

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        // Years 2000–2099, as in the schema.
        return text.StartsWith("20", StringComparison.Ordinal)
            && DateTimeOffset.TryParseExact(
                text, forms, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }
}
