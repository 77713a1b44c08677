using System.Text;
using System.Text.RegularExpressions;

namespace ChargeScape.Edge.Tests.Unit.Firmware.Gate;

/// <summary>
/// The public types and members of nanoFramework 1.x (tests/data/nanoframework/surface.txt), as C# that compiles into one
/// reference assembly of members that only throw. A member that is not there does not exist for the firmware either.
/// </summary>
internal static partial class NanoSurface
{
    private static readonly Dictionary<string, string> keywords = new()
    {
        ["System.Void"] = "void", ["System.Byte"] = "byte", ["System.SByte"] = "sbyte", ["System.Int16"] = "short",
        ["System.UInt16"] = "ushort", ["System.Int32"] = "int", ["System.UInt32"] = "uint", ["System.Int64"] = "long",
        ["System.UInt64"] = "ulong", ["System.Object"] = "object", ["System.String"] = "string",
    };

    private static readonly Dictionary<string, string> operators = new()
    {
        ["op_Addition"] = "+", ["op_Subtraction"] = "-", ["op_UnaryNegation"] = "-", ["op_UnaryPlus"] = "+",
        ["op_Equality"] = "==", ["op_Inequality"] = "!=", ["op_LessThan"] = "<", ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThan"] = ">", ["op_GreaterThanOrEqual"] = ">=",
    };

    /// <summary>The source of the reference assembly.</summary>
    /// <param name="rows">Rows <c>assembly|type|member</c>.</param>
    public static string Source(IEnumerable<string> rows)
    {
        var types = rows.Select(row => row.Split('|')).GroupBy(row => row[1], row => row[2])
            .ToDictionary(type => type.Key, type => type.ToList());
        var source = new StringBuilder();
        foreach (var name in types.Keys.Where(name => !name.Contains('+')))
        {
            var dot = name.LastIndexOf('.');
            source.Append($"namespace {name[..dot]} {{ ");
            Write(name, types, source);
            source.Append("}\n");
        }
        return source.ToString();
    }

    private static void Write(string name, Dictionary<string, List<string>> types, StringBuilder source)
    {
        var members = types[name];
        var own = name[(name.LastIndexOfAny(['.', '+']) + 1)..];
        var head = Bare(members.Single(member => member.StartsWith("type ", StringComparison.Ordinal)))[5..];
        if (head == "delegate")
        {
            var invoke =
                Invoke().Match(members.Single(member => member.StartsWith("invoke ", StringComparison.Ordinal))).Groups;
            source.Append($"public delegate {Type(invoke["type"].Value)} {own}({Parameters(invoke["in"].Value)});");
            return;
        }
        var (kind, bases) = head.Split(" : ") is [var k, var b] ? (k, b) : (head, "");
        source.Append($"public {kind} {own}{Bases(kind, name, bases, types)} {{ ");
        if (kind == "enum")
        {
            foreach (var value in members.Where(member => member.StartsWith("enum-value ", StringComparison.Ordinal)))
                source.Append($"{Bare(value)[11..]}, ");
        }
        else
        {
            foreach (var member in members) Write(member, own, kind, source);
            // So that what derives from it compiles; out of the firmware's sight.
            var isMade = members.Any(member => member.EndsWith(" ()", StringComparison.Ordinal));
            if (kind.Contains("class") && !kind.Contains("static") && !isMade)
                source.Append($"internal {own}() {{ }} ");
        }
        foreach (var nested in types.Keys.Where(other => other.StartsWith($"{name}+", StringComparison.Ordinal)))
            Write(nested, types, source);
        source.Append('}');
    }

    // Interfaces that a class implements out of sight have no rows; without them nobody misses anything but a cast.
    private static string Bases(string kind, string name, string bases, Dictionary<string, List<string>> types)
    {
        var kept = bases.Split(", ", StringSplitOptions.RemoveEmptyEntries).Where(other =>
            kind == "enum" || kind == "interface" || !IsInterface(other, types) || Implements(name, other, types));
        var list = string.Join(", ", kept.Select(Type));
        return list.Length == 0 ? "" : $" : {list}";
    }

    private static bool IsInterface(string name, Dictionary<string, List<string>> types) =>
        types[name].Any(member => member.StartsWith("type interface", StringComparison.Ordinal));

    private static bool Implements(string name, string other, Dictionary<string, List<string>> types)
    {
        var own = types[name].Select(Shape).ToHashSet();
        var asked = types[other].Where(member => !member.StartsWith("type ", StringComparison.Ordinal));
        return asked.All(member => own.Contains(Shape(member)));
    }

    private static string Shape(string member) =>
        Modifiers().Replace(Bare(member), "").Replace(" set;", "", StringComparison.Ordinal);

    private static void Write(string member, string own, string kind, StringBuilder source)
    {
        var bare = Bare(member);
        var isInterface = kind == "interface";
        var rest = isInterface ? Modifiers().Replace(bare, "") : bare;
        var hasNoBody = isInterface || bare.Contains(" abstract ");
        if (rest.StartsWith("ctor ", StringComparison.Ordinal)) WriteConstructor(rest, own, kind, source);
        else if (rest.StartsWith("field ", StringComparison.Ordinal)) source.Append($"{Type(rest[6..])}; ");
        else if (rest.StartsWith("event ", StringComparison.Ordinal))
            source.Append($"{Event().Replace(Type(rest[6..]), "event $0")} {{ add {{ }} remove {{ }} }} ");
        else if (rest.StartsWith("method ", StringComparison.Ordinal)) WriteMethod(rest[7..], hasNoBody, source);
        else if (rest.StartsWith("property ", StringComparison.Ordinal)) WriteProperty(rest[9..], hasNoBody, source);
    }

    private static void WriteConstructor(string rest, string own, string kind, StringBuilder source)
    {
        var match = Regex.Match(rest, @"^ctor (?<access>\w+) \((?<in>.*)\)$");
        if (kind.Contains("struct") && match.Groups["in"].Length == 0) return;
        var initial = kind.Contains("struct") ? " : this()" : "";
        source.Append(
            $"{match.Groups["access"].Value} {own}({Parameters(match.Groups["in"].Value)}){initial} => throw null; ");
    }

    private static void WriteMethod(string rest, bool hasNoBody, StringBuilder source)
    {
        var match = Signature().Match(rest);
        var (before, name) = (match.Groups["type"].Value, match.Groups["name"].Value);
        var cut = before.LastIndexOf(' ') + 1;
        var (modifiers, type) = (before[..cut], Type(before[cut..]));
        if (name is "op_Implicit" or "op_Explicit")
            source.Append($"{modifiers}{name[3..].ToLowerInvariant()} operator {type}");
        else if (operators.TryGetValue(name, out var symbol)) source.Append($"{modifiers}{type} operator {symbol}");
        else source.Append($"{modifiers}{type} {name}");
        source.Append($"({Parameters(match.Groups["in"].Value)}){(hasNoBody ? ";" : " => throw null;")} ");
    }

    private static void WriteProperty(string rest, bool hasNoBody, StringBuilder source)
    {
        var match = Regex.Match(rest, @"^(?<before>.*) (?<name>\w+)(\[(?<in>.*)\])? \{ (?<accessors>.*) \}$");
        var accessors = match.Groups["accessors"].Value;
        if (!hasNoBody)
            accessors = accessors.Replace(";", " => throw null;", StringComparison.Ordinal);
        var name = match.Groups["name"].Value;
        if (match.Groups["in"].Success)
        {
            if (name != "Item") source.Append($"[System.Runtime.CompilerServices.IndexerName(\"{name}\")] ");
            name = $"this[{Parameters(match.Groups["in"].Value)}]";
        }
        source.Append($"{Type(match.Groups["before"].Value)} {name} {{ {accessors} }} ");
    }

    private static string Parameters(string list) => string.Join(", ", list
        .Split(", ", StringSplitOptions.RemoveEmptyEntries)
        .Select((one, i) => one.Split(" = ") is [var type, var value]
            ? $"{Type(type)} p{i} = {Default(type, value)}" : $"{Type(one)} p{i}"));

    private static string Type(string text) => Name().Replace(text, name =>
        keywords.TryGetValue(name.Value, out var keyword) ? keyword : $"global::{name.Value.Replace('+', '.')}");

    // Of an enum the rows name the number.
    private static string Default(string type, string value) =>
        int.TryParse(value, out _) ? $"({Type(type)})({value})" : Type(value);

    private static string Bare(string member) => Marks().Replace(member, "");

    [GeneratedRegex(@" \[(usage [^\]]*|flags|obsolete[^\]]*)\]")]
    private static partial Regex Marks();

    [GeneratedRegex(@"\b(public|abstract|virtual|override|sealed) ")]
    private static partial Regex Modifiers();

    [GeneratedRegex(@"\b(System|nanoFramework)(\.\w+)+(\+\w+)*")]
    private static partial Regex Name();

    [GeneratedRegex(@"\S+ \S+$")]
    private static partial Regex Event();

    [GeneratedRegex(@"^invoke (?<type>\S+) \((?<in>.*)\)$")]
    private static partial Regex Invoke();

    [GeneratedRegex(@"^(?<type>.*) (?<name>\w+)\((?<in>.*)\)$")]
    private static partial Regex Signature();
}
