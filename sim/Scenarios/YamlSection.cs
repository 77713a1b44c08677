using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>One thing that is wrong in a scenario file.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Message">What is expected, and what was found.</param>
public sealed record ScenarioError(string File, int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Message}";
}

/// <summary>
/// A mapping of a scenario file, read strictly: each key is taken once, what nobody took is an error, and every error
/// is collected with its line.
/// </summary>
internal sealed class YamlSection(YamlMappingNode node, string file, List<ScenarioError> errors)
{
    private readonly HashSet<string> known = [];

    public int Line => (int)node.Start.Line;

    public IEnumerable<string> Keys => node.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? "");

    public bool Has(string key) => node.Children.ContainsKey(new YamlScalarNode(key));

    public void Error(string message) => Error(Line, message);

    private void Error(int line, string message) => errors.Add(new(file, line, message));

    public YamlNode? Take(string key)
    {
        known.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    private YamlNode? TakeRequired(string key)
    {
        var value = Take(key);
        if (value is null) Error($"'{key}' is missing");
        return value;
    }

    public YamlSection? Section(string key) => Section(Take(key), key);

    public YamlSection? Section(YamlNode? value, string what)
    {
        if (value is null) return null;
        if (value is YamlMappingNode mapping) return new(mapping, file, errors);
        Error((int)value.Start.Line, $"'{what}' must be a mapping");
        return null;
    }

    public IEnumerable<YamlSection> Sections(string key)
    {
        if (Take(key) is not { } value) yield break;
        if (value is not YamlSequenceNode sequence)
        {
            Error((int)value.Start.Line, $"'{key}' must be a list");
            yield break;
        }
        foreach (var item in sequence)
            if (Section(item, key) is { } section) yield return section;
    }

    public string? Text(string key) => Scalar(Take(key), key);

    public string RequiredText(string key) => Scalar(TakeRequired(key), key) ?? "";

    public double Number(string key, double fallback) => Number(Take(key), key) ?? fallback;

    public double? Number(string key) => Number(Take(key), key);

    public double RequiredNumber(string key) => Number(TakeRequired(key), key) ?? 0;

    public bool Flag(string key)
    {
        var text = Text(key);
        if (text is not (null or "true" or "false")) Error($"'{key}' must be true or false, not '{text}'");
        return text == "true";
    }

    public IReadOnlyList<double>? Numbers(string key)
    {
        if (Take(key) is not { } value) return null;
        if (value is YamlSequenceNode sequence) return [.. sequence.Select(item => Number(item, key) ?? 0)];
        Error((int)value.Start.Line, $"'{key}' must be a list of numbers");
        return null;
    }

    public IReadOnlyList<string> Texts(string key)
    {
        if (Take(key) is not { } value) return [];
        if (value is YamlSequenceNode sequence) return [.. sequence.Select(item => Scalar(item, key) ?? "")];
        return Scalar(value, key) is { } one ? [one] : [];
    }

    public TimeSpan Duration(string key, TimeSpan fallback) => Duration(Take(key), key) ?? fallback;

    public TimeSpan RequiredDuration(string key) => Duration(TakeRequired(key), key) ?? TimeSpan.Zero;

    /// <summary>Every key that nobody asked for is an error.</summary>
    public void RefuseUnknown()
    {
        foreach (var key in node.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (!known.Contains(name))
                Error((int)key.Start.Line, $"unknown key '{name}'; known here: {string.Join(", ", known.Order())}");
        }
    }

    private string? Scalar(YamlNode? value, string key)
    {
        if (value is null) return null;
        if (value is YamlScalarNode { Value: { } text }) return text;
        Error((int)value.Start.Line, $"'{key}' must be a single value");
        return null;
    }

    private double? Number(YamlNode? value, string key)
    {
        if (Scalar(value, key) is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number))
            return number;
        Error((int)value!.Start.Line, $"'{key}' must be a number, not '{text}'");
        return null;
    }

    private TimeSpan? Duration(YamlNode? value, string key)
    {
        if (Scalar(value, key) is not { } text) return null;
        if (Durations.TryParse(text, out var duration)) return duration;
        var line = (int)value!.Start.Line;
        Error(line, $"'{key}' must be a time such as '10 s', '500 ms', '2 min' or '1 h', not '{text}'");
        return null;
    }
}

/// <summary>Durations as scenario files write them.</summary>
internal static class Durations
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2
            || !double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || number < 0 || number > 1e6) return false;
        double? seconds = parts[1] switch { "ms" => 1e-3, "s" => 1, "min" => 60, "h" => 3600, _ => null };
        if (seconds is null) return false;
        duration = TimeSpan.FromSeconds(number * seconds.Value);
        return true;
    }
}
