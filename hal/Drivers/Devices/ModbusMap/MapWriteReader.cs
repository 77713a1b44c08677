using ChargeScape.Edge.Hal.Configuration;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>Reads <c>writes</c>, the allow-list, and <c>commands</c>, the sequences over it.</summary>
internal static class MapWriteReader
{
    private const int MostSteps = 16;
    private const double LongestMs = 86_400_000;

    public static MapWrite? Read(ConfigSection section, string source)
    {
        var name = section.Node.Path[(section.Node.Path.LastIndexOf('.') + 1)..];
        var codec = MapFieldReader.Codec(section, out var asks);
        if (asks) section.ErrorAt("positive", "what is written has a known sign: \"ours\" or \"reversed\"");
        var (min, max) = MapFieldReader.Range(section);
        section.Text("unit", "a unit of at most 12 characters", text => text.Length <= 12);
        var function = MapWords.Choice(
            section, "function", WriteFunction.Any, ("any", WriteFunction.Any), ("6", WriteFunction.Single),
            ("16", WriteFunction.Multiple));
        var proof = section.Choice(
            "proof", ("read-back", WriteProof.ReadBack), ("effect", WriteProof.Effect),
            ("both", WriteProof.ReadBack | WriteProof.Effect), ("none", WriteProof.None));
        var isAction = section.Flag("action", false);
        var reversion = section.Number("reversionMs", 0, LongestMs, 0);
        var within = section.Number("effectWithinMs", 1, LongestMs, 5000);
        var handBack = HandBack(section, out var leaves);
        var moves = section.Flag("moves", false);
        var waits = section.Flag("waitsForEarlier", false);
        var sure = section.Choice("sure", MapWords.Surenesses);
        var from = section.Text("source", "the document or project", MapWords.IsLine, source);
        section.Text("note", "text for people", _ => true, "");
        section.RefuseUnknown();
        if (isAction && (proof != WriteProof.None || reversion > 0 || handBack is not null || waits))
            section.ErrorAt("action", "an action has the proof \"none\", and is not refreshed or handed back");
        if (handBack is { } value && section.AreGood("min", "max") && (value < min || value > max))
            section.ErrorAt("handBack", "outside min and max");
        if (codec is null) return null;
        var rules = new OwnedBlock(name, new(codec.Address, (ushort)codec.Width))
        {
            Function = function,
            Proof = proof,
            Reversion = TimeSpan.FromMilliseconds(reversion),
            EffectWithin = TimeSpan.FromMilliseconds(within),
            HandBack = leaves ? [] : null,
            WaitsForEarlier = waits,
            IsAction = isAction,
        };
        return new(name, codec, min, max, moves, rules, handBack, sure, from);
    }

    public static MapCommands? Commands(ConfigSection root, List<MapWrite> writes)
    {
        if (root.Section("commands") is not { } section) return null;
        var commands = new MapCommands(
            Steps(section, "takeOver", writes), Steps(section, "start", writes), Steps(section, "charge", writes),
            Steps(section, "discharge", writes), Steps(section, "hold", writes), Steps(section, "stop", writes));
        section.RefuseUnknown();
        if (commands.Stop.Count == 0) section.ErrorAt("stop", "there must be a way to stop");
        if (commands.Hold.Count == 0) section.ErrorAt("hold", "zero must always be possible");
        return commands;
    }

    // "found" (default) restores what stood there, "leave" leaves ours, a number is written.
    private static double? HandBack(ConfigSection section, out bool leaves)
    {
        leaves = false;
        const string expected = "\"found\", \"leave\" or a number";
        if (section.Raw("handBack", expected, isRequired: false) is not { } found) return null;
        leaves = found is { Kind: ConfigNodeKind.Text, Text: "leave" };
        if (leaves || found is { Kind: ConfigNodeKind.Text, Text: "found" }) return null;
        if (found.Kind == ConfigNodeKind.Number && double.IsFinite(found.Number)) return found.Number;
        section.Wrong(found, expected);
        return null;
    }

    private static List<MapStep> Steps(ConfigSection section, string name, List<MapWrite> writes)
    {
        var steps = new List<MapStep>();
        var sections = section.Sections(name);
        if (sections.Count > MostSteps) section.ErrorAt(name, $"more than {MostSteps} steps");
        foreach (var step in sections.Take(MostSteps))
        {
            var known = string.Join(", ", writes.Select(write => $"\"{write.Name}\""));
            var word = step.Text("write", $"one of {known}", text => writes.Exists(write => write.Name == text));
            var index = writes.FindIndex(write => write.Name == word);
            var (kind, number) = Value(step);
            step.RefuseUnknown();
            if (step.HasErrors || index < 0) continue;
            var write = writes[index];
            if (kind == MapValueKind.Number && (number < write.Min || number > write.Max))
                step.ErrorAt("value", $"outside what \"{write.Name}\" may be: {write.Min:R} to {write.Max:R}");
            else if (kind == MapValueKind.Number && !IsEncodable(write, number))
                step.ErrorAt("value", $"does not fit the registers of \"{write.Name}\"");
            if (kind != MapValueKind.Number && (name is not ("charge" or "discharge") || write.Rules.IsAction))
                step.ErrorAt("value", "a power is written by charge and discharge, and never by an action");
            steps.Add(new(index, kind, number));
        }
        return steps;
    }

    private static bool IsEncodable(MapWrite write, double number)
    {
        Span<ushort> registers = stackalloc ushort[4];
        return write.Codec.TryEncode(number, registers, write.Codec.Address);
    }

    private static (MapValueKind Kind, double Number) Value(ConfigSection step)
    {
        const string expected = "a number, \"power\" or \"magnitude\"";
        switch (step.Raw("value", expected))
        {
            case null: return default;
            case { Kind: ConfigNodeKind.Number } number when double.IsFinite(number.Number):
                return (default, number.Number);
            case { Kind: ConfigNodeKind.Text, Text: "power" }: return (MapValueKind.Power, 0);
            case { Kind: ConfigNodeKind.Text, Text: "magnitude" }: return (MapValueKind.Magnitude, 0);
            case { } other:
                step.Wrong(other, expected);
                return default;
        }
    }
}
