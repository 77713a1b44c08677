using System.Text;
using System.Text.Json;

namespace ChargeScape.Edge.Hal.Configuration;

/// <summary>
/// Parses the text of a site file into nodes with line and path. Comments and trailing commas are allowed; a member
/// given twice is an error. Size and depth are bounded, so a hostile file costs no more than its bytes.
/// </summary>
internal static class ConfigTree
{
    public const int MaxBytes = 1 << 20;
    public const int MaxDepth = 16;
    // Names are compared one by one; a file of a million names must not take a day.
    public const int MaxMembers = 200;

    public static ConfigNode? Parse(ReadOnlySpan<byte> text, string file, List<ConfigError> errors)
    {
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        if (text.Length > MaxBytes)
        {
            errors.Add(new(file, 1, "$", $"the file is larger than {MaxBytes} bytes"));
            return null;
        }
        var reader = new Utf8JsonReader(text, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            MaxDepth = MaxDepth,
        });
        var parser = new Parser(text, file, errors);
        try
        {
            reader.Read();
            var root = parser.Value(ref reader, "$");
            while (reader.Read()) { }
            return root;
        }
        catch (JsonException wrong)
        {
            var line = (int)(wrong.LineNumber ?? 0) + 1;
            errors.Add(new(file, line, parser.Path, $"not valid JSON: {JsonTrouble.What(wrong)}"));
            return null;
        }
    }

    private ref struct Parser(ReadOnlySpan<byte> text, string file, List<ConfigError> errors)
    {
        private readonly ReadOnlySpan<byte> text = text;
        private int counted;
        private int line = 1;

        public string Path { get; private set; } = "$";

        public ConfigNode Value(ref Utf8JsonReader reader, string path)
        {
            Path = path;
            var at = LineOf(reader.TokenStartIndex);
            return reader.TokenType switch
            {
                JsonTokenType.StartObject => Object(ref reader, path, at),
                JsonTokenType.StartArray => Array(ref reader, path, at),
                JsonTokenType.String => new(ConfigNodeKind.Text, at, path) { Text = TextOf(ref reader, path, at) },
                JsonTokenType.Number => new(ConfigNodeKind.Number, at, path) { Number = NumberOf(ref reader) },
                JsonTokenType.True => new(ConfigNodeKind.Flag, at, path) { Flag = true },
                JsonTokenType.False => new(ConfigNodeKind.Flag, at, path),
                _ => new(ConfigNodeKind.Null, at, path),
            };
        }

        private ConfigNode Object(ref Utf8JsonReader reader, string path, int at)
        {
            var node = new ConfigNode(ConfigNodeKind.Object, at, path);
            var isFull = false;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var nameLine = LineOf(reader.TokenStartIndex);
                var name = TextOf(ref reader, path, nameLine);
                var memberPath = $"{path}.{name}";
                reader.Read();
                var value = Value(ref reader, memberPath);
                if (node.Member(name) is { } first)
                    errors.Add(new(file, nameLine, memberPath, $"given twice; first on line {first.Line}"));
                else if (node.Members.Count < MaxMembers)
                    node.Members.Add(new(name, value));
                else if (!isFull)
                {
                    isFull = true;
                    errors.Add(new(file, nameLine, path, $"more than {MaxMembers} fields"));
                }
            }
            return node;
        }

        private ConfigNode Array(ref Utf8JsonReader reader, string path, int at)
        {
            var node = new ConfigNode(ConfigNodeKind.Array, at, path);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                node.Items.Add(Value(ref reader, $"{path}[{node.Items.Count}]"));
            return node;
        }

        private readonly string TextOf(ref Utf8JsonReader reader, string path, int at)
        {
            try
            {
                return reader.GetString() ?? "";
            }
            catch (InvalidOperationException)
            {
                // Bytes that are no UTF-8, or half of a surrogate pair.
                errors.Add(new(file, at, path, "text that is not valid Unicode"));
                return "";
            }
        }

        // A number too large for a double becomes infinite here and is refused where a finite one is expected.
        private static double NumberOf(ref Utf8JsonReader reader) =>
            reader.TryGetDouble(out var number) ? number : double.NaN;

        private int LineOf(long index)
        {
            line += text[counted..(int)index].Count((byte)'\n');
            counted = (int)index;
            return line;
        }
    }

    /// <summary>Puts a value given on the command line (<c>buses.meter.port=1502</c>) in place of the file's.</summary>
    public static void Override(ConfigNode root, string assignment, List<ConfigError> errors)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            errors.Add(new("--set", 0, "$", $"expected PATH=VALUE, found \"{assignment}\""));
            return;
        }
        var steps = assignment[..equals].Split('.');
        var node = root;
        for (var i = 0; i < steps.Length - 1; i++)
        {
            if (Step(node, steps[i]) is { } next)
            {
                node = next;
                continue;
            }
            errors.Add(new("--set", 0, $"$.{assignment[..equals]}", $"there is no \"{steps[i]}\" in {node.Path}"));
            return;
        }
        var path = $"{node.Path}.{steps[^1]}";
        if (node.Kind != ConfigNodeKind.Object)
        {
            errors.Add(new("--set", 0, path, $"{node.Path} is not an object"));
            return;
        }
        // "none" is the word for a number that is not there, so a number may take its place.
        var replacesText = node.Member(steps[^1]) is { Kind: ConfigNodeKind.Text, Text: not "none" };
        var value = ValueOf(assignment[(equals + 1)..], path, replacesText);
        node.Members.RemoveAll(member => member.Key == steps[^1]);
        node.Members.Add(new(steps[^1], value));
    }

    // Items of an array are found by their "name".
    private static ConfigNode? Step(ConfigNode node, string step) =>
        node.Kind == ConfigNodeKind.Array
            ? node.Items.Find(item => item.Member("name") is { Kind: ConfigNodeKind.Text } name && name.Text == step)
            : node.Member(step);

    // The value as it would stand at another place, without a line.
    private static ConfigNode At(ConfigNode node, string path)
    {
        var moved = node with { Line = 0, Path = path };
        for (var i = 0; i < moved.Items.Count; i++) moved.Items[i] = At(moved.Items[i], $"{path}[{i}]");
        for (var i = 0; i < moved.Members.Count; i++)
            moved.Members[i] = new(moved.Members[i].Key, At(moved.Members[i].Value, $"{path}.{moved.Members[i].Key}"));
        return moved;
    }

    private static ConfigNode ValueOf(string text, string path, bool replacesText)
    {
        if (!replacesText)
        {
            var ignored = new List<ConfigError>();
            if (Parse(Encoding.UTF8.GetBytes(text), "--set", ignored) is { } parsed && ignored.Count == 0)
                return At(parsed, path);
        }
        return new(ConfigNodeKind.Text, 0, path) { Text = text };
    }
}
