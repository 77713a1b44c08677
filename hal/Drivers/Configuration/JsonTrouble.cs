using System.Text.Json;

namespace ChargeScape.Edge.Hal.Configuration;

/// <summary>Why a text is no JSON, in words for the person who wrote it.</summary>
public static class JsonTrouble
{
    /// <summary>What was found, without its place.</summary>
    public static string What(JsonException trouble)
    {
        ArgumentNullException.ThrowIfNull(trouble);
        var end = trouble.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var what = end < 0 ? trouble.Message : trouble.Message[..end];
        // The framework's sentence about a text without any token speaks of its own API.
        return what.Contains("any JSON tokens", StringComparison.Ordinal) ? "there is nothing in it" : what;
    }

    /// <summary>What was found, and its line and byte, both from 1.</summary>
    public static string Where(JsonException trouble) =>
        $"{What(trouble)} (line {trouble.LineNumber + 1}, byte {trouble.BytePositionInLine + 1})";
}
