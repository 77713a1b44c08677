using System.Globalization;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Commissioning;

/// <summary>Something that only a person knows.</summary>
/// <param name="Key">Its name in an answers file: the field of the site file, or <c>role.field</c> of a
/// device.</param>
/// <param name="Text">The question.</param>
/// <param name="Expected">What an answer looks like.</param>
/// <param name="Read">The answer as the site file holds it; null when it is none.</param>
/// <param name="Usual">Taken when nothing is said; null where safety rests on the answer.</param>
internal sealed record Question(
    string Key, string Text, string Expected, Func<JsonNode, JsonNode?> Read, JsonNode? Usual = null)
{
    public static Question Number(
        string key, string text, double min, double max, double? usual = null, bool isWhole = false) =>
        new(key, text, Span(min, max, isWhole), answer => InRange(answer, min, max, isWhole),
            usual is { } number ? JsonValue.Create(number) : null);

    /// <summary>A number, or the word "none".</summary>
    public static Question NumberOrNone(string key, string text, double max, double min = 0) =>
        new(key, text, $"{Span(min, max, false)}, or none",
            answer => TextOf(answer) == "none" ? JsonValue.Create("none") : InRange(answer, min, max, false));

    public static Question Word(string key, string text, IReadOnlyList<string> words, string? usual = null) =>
        new(key, text, string.Join(" or ", words),
            answer => TextOf(answer) is { } word && words.Contains(word) ? JsonValue.Create(word) : null,
            usual is null ? null : JsonValue.Create(usual));

    public static Question Free(
        string key, string text, string expected, Func<string, bool> fits, string? usual = null) =>
        new(key, text, expected, answer => TextOf(answer) is { } said && fits(said) ? JsonValue.Create(said) : null,
            usual is null ? null : JsonValue.Create(usual));

    /// <summary>A field of a device, as its family declares it.</summary>
    public static Question Setting(string role, SettingSpec spec, JsonNode? usual)
    {
        var (key, text) = ($"{role}.{spec.Name}", $"{role}: {spec.Name}");
        var question = spec.Kind switch
        {
            SettingKind.Integer => Number(key, text, spec.Min, spec.Max, isWhole: true),
            SettingKind.Number => Number(key, text, spec.Min, spec.Max),
            SettingKind.Flag => new(key, text, "true or false", Flag),
            _ when spec.Choices is { } choices => Word(key, text, choices),
            _ => Free(key, text, Words.LineExpected, Words.IsLine),
        };
        return question with { Usual = usual };
    }

    /// <summary>A text, or what a person typed; null for another kind of value.</summary>
    public static string? TextOf(JsonNode answer) =>
        answer is JsonValue value && value.TryGetValue<string>(out var text) ? text.Trim() : null;

    private static JsonNode? Flag(JsonNode answer) => answer is JsonValue value && value.TryGetValue<bool>(out var flag)
        ? JsonValue.Create(flag)
        : TextOf(answer) switch
        {
            "true" or "yes" => JsonValue.Create(true), "false" or "no" => JsonValue.Create(false), _ => null,
        };

    private static JsonNode? InRange(JsonNode answer, double min, double max, bool isWhole)
    {
        var isNumber = (answer is JsonValue value && value.TryGetValue<double>(out var number))
            || double.TryParse(TextOf(answer), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        var fits = isNumber && number >= min && number <= max && (!isWhole || number == Math.Floor(number));
        return fits ? JsonValue.Create(number) : null;
    }

    private static string Span(double min, double max, bool isWhole) => string.Create(
        CultureInfo.InvariantCulture, $"a {(isWhole ? "whole " : "")}number from {min:0.###} to {max:0.###}");
}
