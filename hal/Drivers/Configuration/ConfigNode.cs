namespace ChargeScape.Edge.Hal.Configuration;

/// <summary>What a node of the site file is.</summary>
internal enum ConfigNodeKind : byte
{
    Object,
    Array,
    Text,
    Number,
    Flag,
    Null,
}

/// <summary>A node of the site file that remembers where it stands.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">Line in the file, from 1; 0 = given on the command line.</param>
/// <param name="Path">JSON path, <c>$.buses.meter.port</c>.</param>
internal sealed record ConfigNode(ConfigNodeKind Kind, int Line, string Path)
{
    public string Text { get; init; } = "";
    public double Number { get; init; }
    public bool Flag { get; init; }
    public List<KeyValuePair<string, ConfigNode>> Members { get; init; } = [];
    public List<ConfigNode> Items { get; init; } = [];

    /// <summary>How an error names what was found.</summary>
    public string Found => Kind switch
    {
        ConfigNodeKind.Object => "an object",
        ConfigNodeKind.Array => "an array",
        ConfigNodeKind.Text => Text.Length <= 40 ? $"\"{Text}\"" : $"\"{Text[..40]}…\"",
        ConfigNodeKind.Number => Number.ToString("R"),
        ConfigNodeKind.Flag => Flag ? "true" : "false",
        _ => "null",
    };

    public ConfigNode? Member(string name)
    {
        foreach (var member in Members)
            if (member.Key == name) return member.Value;
        return null;
    }
}
