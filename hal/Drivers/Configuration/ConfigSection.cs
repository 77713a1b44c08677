namespace ChargeScape.Edge.Hal.Configuration;

/// <summary>
/// Takes the members of one object of the site file, each exactly once, and notes every error instead of stopping at
/// the first. A getter that found an error returns a harmless value: the result is thrown away then.
/// </summary>
internal sealed class ConfigSection(ConfigNode node, string file, List<ConfigError> errors)
{
    private readonly HashSet<string> known = [];

    public ConfigNode Node { get; } = node;

    public void Error(string message) => errors.Add(new(file, Node.Line, Node.Path, message));

    public void ErrorAt(string name, string message)
    {
        var at = Node.Member(name) ?? Node;
        errors.Add(new(file, at.Line, $"{Node.Path}.{name}", message));
    }

    /// <summary>Something inside this object is wrong.</summary>
    public bool HasErrors => errors.Exists(error =>
        error.Path == Node.Path || error.Path.StartsWith($"{Node.Path}.", StringComparison.Ordinal));

    public bool Has(string name) => Node.Member(name) is not null;

    /// <summary>Every one of these fields was read without error, so that comparing them makes sense.</summary>
    public bool AreGood(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var path = $"{Node.Path}.{name}";
            if (errors.Exists(error => error.Path == path)) return false;
        }
        return true;
    }

    public double Number(string name, double min, double max, double? absent = null)
    {
        if (Take(name, $"a number {Range(min, max)}", absent is null) is not { } found) return absent ?? min;
        if (found.Kind == ConfigNodeKind.Number && found.Number >= min && found.Number <= max) return found.Number;
        Wrong(found, $"a number {Range(min, max)}");
        return min;
    }

    public int Integer(string name, int min, int max, int? absent = null)
    {
        if (Take(name, $"a whole number {Range(min, max)}", absent is null) is not { } found) return absent ?? min;
        if (found.Kind == ConfigNodeKind.Number && found.Number >= min && found.Number <= max
            && found.Number == Math.Floor(found.Number))
        {
            return (int)found.Number;
        }
        Wrong(found, $"a whole number {Range(min, max)}");
        return min;
    }

    /// <summary>A number, or the word "none" for null: absent is an error, because a forgotten cap is not "no
    /// cap".</summary>
    public double? NumberOrNone(string name, double min, double max)
    {
        var expected = $"a number {Range(min, max)}, or \"none\"";
        if (Take(name, expected, isRequired: true) is not { } found) return null;
        if (found is { Kind: ConfigNodeKind.Text, Text: "none" }) return null;
        if (found.Kind == ConfigNodeKind.Number && found.Number >= min && found.Number <= max) return found.Number;
        Wrong(found, expected);
        return null;
    }

    public string Text(string name, string expected, Func<string, bool> fits, string? absent = null)
    {
        if (Take(name, expected, absent is null) is not { } found) return absent ?? "";
        if (found.Kind == ConfigNodeKind.Text && fits(found.Text)) return found.Text;
        Wrong(found, expected);
        return "";
    }

    /// <summary>
    /// A name, or a path relative to this file, which comes back whole; what is wrong in the file itself is noted with
    /// its own name.
    /// </summary>
    public string NamedFile(
        string name, string expected, Func<string, bool> fits, Func<string, IReadOnlyList<ConfigError>>? check)
    {
        var named = Text(name, expected, fits);
        if (named.EndsWith(".json", StringComparison.Ordinal))
            named = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "", named);
        if (named.Length == 0 || check?.Invoke(named) is not { Count: > 0 } wrong) return named;
        ErrorAt(name, $"{named} cannot be used; what is wrong with it follows");
        errors.AddRange(wrong);
        return named;
    }

    public bool Flag(string name, bool? absent)
    {
        if (Take(name, "true or false", absent is null) is not { } found) return absent ?? false;
        if (found.Kind == ConfigNodeKind.Flag) return found.Flag;
        Wrong(found, "true or false");
        return false;
    }

    public T Choice<T>(string name, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var words = new List<string>();
        foreach (var (word, _) in choices) words.Add($"\"{word}\"");
        var expected = string.Join(" or ", words);
        var first = choices[0].Value;
        if (Take(name, expected, isRequired: true) is not { } found) return first;
        foreach (var (word, value) in choices)
            if (found.Kind == ConfigNodeKind.Text && found.Text == word) return value;
        Wrong(found, expected);
        return first;
    }

    public ConfigSection? Section(string name, bool isRequired = true)
    {
        if (Take(name, "an object", isRequired) is not { } found) return null;
        if (found.Kind == ConfigNodeKind.Object) return new(found, file, errors);
        Wrong(found, "an object");
        return null;
    }

    /// <summary>An object, or the word "none" for null: absent is an error, as for a number.</summary>
    public ConfigSection? SectionOrNone(string name)
    {
        const string Expected = "an object, or \"none\"";
        if (Take(name, Expected, isRequired: true) is not { } found) return null;
        if (found is { Kind: ConfigNodeKind.Text, Text: "none" }) return null;
        if (found.Kind == ConfigNodeKind.Object) return new(found, file, errors);
        Wrong(found, Expected);
        return null;
    }

    public IReadOnlyList<ConfigSection> Sections(string name)
    {
        if (Take(name, "an array of objects", isRequired: true) is not { } found) return [];
        if (found.Kind != ConfigNodeKind.Array)
        {
            Wrong(found, "an array of objects");
            return [];
        }
        var sections = new List<ConfigSection>();
        foreach (var item in found.Items)
        {
            if (item.Kind == ConfigNodeKind.Object) sections.Add(new(item, file, errors));
            else Wrong(item, "an object");
        }
        return sections;
    }

    /// <summary>The node itself, for a value with a form of its own.</summary>
    public ConfigNode? Raw(string name, string expected, bool isRequired = true) => Take(name, expected, isRequired);

    public void Wrong(ConfigNode found, string expected) =>
        errors.Add(new(file, found.Line, found.Path, $"expected {expected}, found {found.Found}"));

    /// <summary>Takes every field as it is, when nobody can tell which ones belong here.</summary>
    public void TakeAll()
    {
        foreach (var (name, _) in Node.Members) known.Add(name);
    }

    /// <summary>Call last: whatever nobody took is unknown.</summary>
    public void RefuseUnknown()
    {
        foreach (var (name, value) in Node.Members)
        {
            if (known.Contains(name)) continue;
            var near = Nearest(name);
            var hint = near is null ? "" : $"; did you mean \"{near}\"?";
            errors.Add(new(file, value.Line, value.Path, $"unknown field{hint}"));
        }
    }

    private ConfigNode? Take(string name, string expected, bool isRequired)
    {
        known.Add(name);
        var found = Node.Member(name);
        if (found is null && isRequired)
            errors.Add(new(file, Node.Line, $"{Node.Path}.{name}", $"missing: expected {expected}"));
        return found;
    }

    private string? Nearest(string name)
    {
        string? nearest = null;
        var best = 1 + name.Length / 3;
        foreach (var candidate in known)
        {
            var distance = Distance(name, candidate);
            if (distance > best || Has(candidate)) continue;
            best = distance;
            nearest = candidate;
        }
        return nearest;
    }

    // Levenshtein over two rows; names longer than a line of text are not worth a suggestion.
    private static int Distance(string a, string b)
    {
        if (a.Length > 80) return int.MaxValue;
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var isSame = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                var replaced = previous[j - 1] + (isSame ? 0 : 1);
                current[j] = Math.Min(replaced, 1 + Math.Min(previous[j], current[j - 1]));
            }
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }

    private static string Range(double min, double max) => (min, max) switch
    {
        (double.MinValue, double.MaxValue) => "(finite)",
        (_, double.MaxValue) => $"of at least {min:R}",
        _ => $"from {min:R} to {max:R}",
    };
}
