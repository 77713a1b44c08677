using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Integration.Contract;

public class MqttContractTests
{
    private static readonly string[] Messages = ["answer", "capability", "event", "order", "state", "tele"];

    [Fact]
    public void Every_schema_is_a_schema_and_its_references_lead_somewhere()
    {
        var (code, lines, _) = MqttContract.Validate("", "--schemas");

        Assert.Empty(lines);
        Assert.Equal(0, code);
    }

    [Fact]
    public void Every_example_is_valid()
    {
        var examples = Examples().Select(e => (e.Schema, e.Text)).ToArray();

        Assert.Empty(MqttContract.Complaints(examples));
    }

    [Fact]
    public void There_is_an_example_of_every_message_and_kind()
    {
        var seen = Examples().Select(e => $"{e.Schema} {(JsonNode.Parse(e.Text)!)[KindField(e.Schema)]}").ToHashSet();

        foreach (var (schema, field) in Messages.Select(m => (m, KindField(m))))
            foreach (var kind in Enumerated(schema, field))
                Assert.Contains($"{schema} {kind}", seen);
    }

    [Fact]
    public void The_AsyncAPI_file_resolves_and_names_the_schemas_of_the_folder()
    {
        var file = Path.Combine(MqttContract.Folder, "asyncapi.yaml");

        var (code, lines, error) = MqttContract.Validate("", "--asyncapi", file);

        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Equal(Messages.Select(m => $"{m}.schema.json"), lines);
        Assert.Equal(
            [.. Messages.Append("common").Select(m => $"{m}.schema.json").Order()],
            Directory.GetFiles(Path.Combine(MqttContract.Folder, "schemas")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_page_and_the_schemas_have_the_same_reasons()
    {
        var page = File.ReadAllText(Path.Combine(MqttContract.Folder, "README.md"));
        var rows = Regex.Matches(page, @"^\| `([a-z_]+)` \| (R?) ?\| (D?) ?\|", RegexOptions.Multiline);

        Assert.Equal(Marked(2).Order(), Definition("rejected_reason").Order());
        Assert.Equal(Marked(3).Order(), Definition("deviating_reason").Order());

        IEnumerable<string> Marked(int column) =>
            rows.Where(r => r.Groups[column].Length > 0).Select(r => r.Groups[1].Value);

        static IEnumerable<string> Definition(string name) => Strings(Schema("answer")["$defs"]![name]!["enum"]!);
    }

    [Fact]
    public void The_page_and_the_schemas_have_the_same_fields_of_an_order()
    {
        var page = File.ReadAllText(Path.Combine(MqttContract.Folder, "README.md"));
        var rows = Regex.Matches(page, @"^\| ((?:`[a-z0-9_]+`(?:, )?)+) \| (all|[SEIC ]+) \|", RegexOptions.Multiline);
        var fields = rows.SelectMany(
            row => row.Groups[1].Value.Split(", ").Select(f => (Field: f.Trim('`'), Kinds: row.Groups[2].Value)));

        (char Letter, string Kind)[] kinds = [('S', "setpoint"), ('E', "envelope"), ('I', "idle"), ('C', "cancel")];
        foreach (var (letter, kind) in kinds)
            Assert.Equal(
                fields.Where(f => f.Kinds == "all" || f.Kinds.Contains(letter)).Select(f => f.Field).Order(),
                Allowed(kind).Order());

        static IEnumerable<string> Allowed(string kind)
        {
            var cases = Schema("order")["allOf"]!.AsArray();
            var ours = cases.Single(c => (string)c!["if"]!["properties"]!["kind"]!["const"]! == kind);
            return Strings(ours!["then"]!["propertyNames"]!["enum"]!);
        }
    }

    [Fact]
    public void Names_on_the_wire_are_those_of_the_code()
    {
        Assert.Equal(Snake<LimitId>().Except(["none"]).Order(), Names("limit").Order());
        Assert.Equal(Snake<TripId>().Except(["none"]).Order(), Names("trip").Order());
        Assert.Equal(Snake<TripClass>().Order(), Names("trip_class").Order());
        Assert.Equal(Snake<ModeKind>().Order(), Names("mode").Order());
        Assert.Equal(Snake<OnExpire>().Order(), Names("on_expire").Order());
        Assert.Equal(Snake<OrderKind>().Append("cancel").Order(), Names("kind").Order());
        var session = Schema("tele")["properties"]!["evse"]!["properties"]!["session"]!["enum"]!;
        Assert.Equal(
            Snake<EvseSession>().Order(), session.AsArray().OfType<JsonNode>().Select(n => (string)n!).Order());

        var happening = Schema("event")["$defs"]!["ownership_happening"]!["enum"]!;
        Assert.Equal(Snake<OwnershipHappening>().Order(), Strings(happening).Order());
        Assert.Equal(Snake<OwnedDevice>().Order(), Strings(Schema("event")["properties"]!["device"]!["enum"]!).Order());

        static IEnumerable<string> Names(string part) => Strings(Schema("common")["$defs"]![part]!["enum"]!);

        static IEnumerable<string> Snake<T>() where T : struct, Enum => Enum.GetNames<T>().Select(
            name => Regex.Replace(name, "(?<=[a-z])[A-Z]", m => "_" + m.Value).ToLowerInvariant());
    }

    [Fact]
    public void Every_broken_message_is_refused()
    {
        (string Schema, string What, string Text)[] broken =
        [
            .. Breakages.All.Select(
                b => (b.Example.Split('.')[0], $"{b.Example}, {b.What}", Broken(b.Example, b.Edit))),
            ("order", "not JSON", "{"),
            ("order", "not an object", "[]"),
            ("state", "a key twice", """{"v":1,"v":1,"online":false}"""),
            ("answer", "not a number", """{"v":NaN}"""),
        ];

        var complaints = MqttContract.Complaints(broken.Select(b => (b.Schema, b.Text)));

        var refused = complaints.Select(c => int.Parse(c[5..c.IndexOf(':', StringComparison.Ordinal)])).ToHashSet();
        Assert.Empty(broken.Where((_, i) => !refused.Contains(i + 1)).Select(b => b.What));
    }

    private static string Broken(string example, Action<JsonObject> edit)
    {
        var path = Path.Combine(MqttContract.Folder, "examples", $"{example}.json");
        var message = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        edit(message);
        return message.ToJsonString();
    }

    private static IEnumerable<(string Schema, string Text)> Examples() =>
        Directory.GetFiles(Path.Combine(MqttContract.Folder, "examples")).Order()
            .Select(path => (Path.GetFileName(path).Split('.')[0], File.ReadAllText(path)));

    private static string KindField(string schema) => schema switch
    {
        "answer" => "stage",
        "state" => "online",
        "order" or "event" => "kind",
        _ => "v",
    };

    private static IEnumerable<string> Enumerated(string schema, string field) => field switch
    {
        "online" => ["true", "false"],
        "v" => ["1"],
        _ when schema == "order" => Strings(Schema("common")["$defs"]!["kind"]!["enum"]!),
        _ => Strings(Schema(schema)["properties"]![field]!["enum"]!),
    };

    private static JsonNode Schema(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(MqttContract.Folder, "schemas", $"{name}.schema.json")))!;

    private static IEnumerable<string> Strings(JsonNode array) => array.AsArray().Select(n => (string)n!);
}
