using System.Globalization;
using ChargeScape.Edge.Hal.Configuration;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>Reads one line of <c>fields</c>, and what a line of <c>writes</c> shares with it.</summary>
internal static class MapFieldReader
{
    private const double Exact = 9_007_199_254_740_992;

    public static MapField? Read(ConfigSection section, MapKind kind, string source)
    {
        var name = section.Node.Path[(section.Node.Path.LastIndexOf('.') + 1)..];
        var table = section.Choice("table", ("holding", RegisterTable.Holding), ("input", RegisterTable.Input));
        var codec = Codec(section, out var asks);
        var (min, max) = Range(section);
        var unit = section.Text("unit", "a unit of at most 12 characters", text => text.Length <= 12);
        var known = MapWords.Roles(kind).GetValueOrDefault(name);
        if (known is not null && section.AreGood("unit") && unit != known)
            section.ErrorAt("unit", $"the driver takes {name} in \"{known}\"");
        var absent = Absent(section, codec);
        var field = new MapField
        {
            Name = name,
            Table = table,
            Codec = codec ?? new(0, Encoding.U16),
            Absent = absent,
            Unit = unit,
            Min = min,
            Max = max,
            OneOf = Numbers(section, "oneOf"),
            Sure = section.Choice("sure", MapWords.Surenesses),
            Source = section.Text("source", "the document or project", MapWords.IsLine, source),
            IsReversed = section.Node.Member("positive") is { Kind: ConfigNodeKind.Text, Text: "reversed" },
            AsksSign = asks,
            Moves = section.Flag("moves", false),
            ValidIn = ValidIn(section),
        };
        section.Text("note", "text for people", _ => true, "");
        section.RefuseUnknown();
        return codec is null ? null : field;
    }

    /// <summary>Register, type, word order, scale and sign; null when one of them is wrong.</summary>
    public static Field? Codec(ConfigSection section, out bool asks)
    {
        var register = section.Integer("register", 0, 65_535);
        var encoding = section.Choice("type", MapWords.Encodings);
        var order = MapWords.Choice(
            section, "words", WordOrder.HighFirst, ("high-first", WordOrder.HighFirst),
            ("low-first", WordOrder.LowFirst));
        var scale = section.Number("scale", -1e6, 1e6, 1);
        var sign = MapWords.Choice(section, "positive", 0, ("ours", 0), ("reversed", 1), ("ask", 2));
        asks = sign == 2;
        if (section.AreGood("scale") && Math.Abs(scale) < 1e-9)
            section.ErrorAt("scale", "a count is worth at least 1e-9");
        var width = new Field(0, encoding).Width;
        if (register + width > 65_536) section.ErrorAt("register", "the number does not end before address 65536");
        return section.AreGood("register", "type", "words", "scale", "positive")
            ? new((ushort)register, encoding, scale, null, sign == 1 ? Sign.Reversed : Sign.AsOurs, order)
            : null;
    }

    /// <summary>The declared range.</summary>
    public static (double Min, double Max) Range(ConfigSection section)
    {
        var min = section.Number("min", -1e15, 1e15);
        var max = section.Number("max", -1e15, 1e15);
        if (section.AreGood("min", "max") && max < min) section.ErrorAt("max", "below min");
        return (min, max);
    }

    // Raw register values that mean "no value": whole numbers, or "0x8000…" where a JSON number is not exact.
    private static List<Field> Absent(ConfigSection section, Field? codec)
    {
        var absent = new List<Field>();
        if (section.Raw("notAvailable", "an array", isRequired: false) is not { } found) return absent;
        if (found.Kind != ConfigNodeKind.Array || found.Items.Count > 8)
        {
            section.Wrong(found, "an array of at most 8 raw values");
            return absent;
        }
        foreach (var item in found.Items)
        {
            if (Raw(item) is not { } raw || codec is null)
            {
                if (Raw(item) is null) section.Wrong(item, "a whole number, or \"0x\" and hexadecimal digits");
                continue;
            }
            var fits = codec.Width == 4 || (raw >= -(1L << (16 * codec.Width - 1)) && raw < 1L << (16 * codec.Width));
            if (fits) absent.Add(new(codec.Address, codec.Encoding, 1, raw, Sign.AsOurs, codec.WordOrder));
            else section.Wrong(item, $"a value that fits {codec.Width} registers");
        }
        return absent;
    }

    private static long? Raw(ConfigNode item) => item.Kind switch
    {
        ConfigNodeKind.Number when item.Number == Math.Floor(item.Number) && Math.Abs(item.Number) <= Exact =>
            (long)item.Number,
        ConfigNodeKind.Text when item.Text.StartsWith("0x", StringComparison.Ordinal) && item.Text.Length <= 18
            && ulong.TryParse(
                item.Text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
            => (long)bits,
        _ => null,
    };

    private static List<double> Numbers(ConfigSection section, string name)
    {
        if (section.Raw(name, "an array of numbers", isRequired: false) is not { } found) return [];
        if (found.Kind == ConfigNodeKind.Array && found.Items.Count is > 0 and <= 64
            && found.Items.All(item => item.Kind == ConfigNodeKind.Number && double.IsFinite(item.Number)))
        {
            return [.. found.Items.Select(item => item.Number)];
        }
        section.Wrong(found, "an array of 1 to 64 numbers");
        return [];
    }

    private static List<EvseSession> ValidIn(ConfigSection section)
    {
        if (section.Raw("validIn", "an array of sessions", isRequired: false) is not { } found) return [];
        var sessions = new List<EvseSession>();
        foreach (var item in found.Items)
        {
            var text = item.Kind == ConfigNodeKind.Text ? item.Text : "";
            var at = Array.FindIndex(MapWords.Sessions, word => word.Word == text);
            if (at >= 0) sessions.Add(MapWords.Sessions[at].Value);
            else section.Wrong(item, "a session");
        }
        if (found.Kind != ConfigNodeKind.Array || found.Items.Count == 0) section.Wrong(found, "an array of sessions");
        return sessions;
    }
}
