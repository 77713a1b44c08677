using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>A scenario that was read, or everything that is wrong with its file.</summary>
public sealed record ScenarioResult(Scenario? Scenario, IReadOnlyList<ScenarioError> Errors);

/// <summary>Reads scenario files: strictly, with every error at once and its line.</summary>
public static class ScenarioFile
{
    private const string DefaultBegin = "2026-07-14T18:00:00Z";

    /// <summary>Reads a file from disk.</summary>
    public static ScenarioResult Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return new(null, [new(path, 1, $"the file cannot be read: {trouble.Message}")]);
        }
    }

    /// <summary>Reads the text of a scenario.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="path">Where it stands; the site file is relative to it.</param>
    public static ScenarioResult Parse(string text, string path)
    {
        var errors = new List<ScenarioError>();
        try
        {
            var stream = Load(text);
            if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
                return new(null, [new(path, 1, "expected one YAML document that is a mapping")]);
            var scenario = Read(new YamlSection(root, path, errors), path);
            return new(errors.Count == 0 ? scenario : null, [.. errors.OrderBy(error => error.Line)]);
        }
        catch (YamlException trouble)
        {
            return new(null, [new(path, (int)trouble.Start.Line, trouble.InnerException?.Message ?? trouble.Message)]);
        }
    }

    private static YamlStream Load(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
            return stream;
        }
        // What YamlDotNet 16 throws instead of its own exception, as of "{" with a line end in a plain word after it,
        // and of an alias in the place of a document's end. Found by fuzzing.
        catch (Exception lost) when (lost is InvalidOperationException or ArgumentException)
        {
            throw new YamlException("not readable as YAML");
        }
    }

    private static Scenario Read(YamlSection root, string path)
    {
        var (home, meter, charger, der, isPlugged) = HomeReader.Read(root.Section("home"));
        var site = root.RequiredText("site");
        var begins = root.Text("begins") ?? DefaultBegin;
        if (!DateTimeOffset.TryParse(begins, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var utc))
            root.Error($"'begins' must be a time as '{DefaultBegin}', not '{begins}'");
        var length = root.RequiredDuration("length");
        var appliances = home.House.Appliances.Keys;
        TimedEvent[] events = [.. root.Sections("events")
            .Select(section => Event(section, length, [.. appliances])).OfType<TimedEvent>().OrderBy(e => e.At)];
        var reader = new ExpectationReader(length, events);
        var scenario = new Scenario
        {
            Name = Path.GetFileNameWithoutExtension(path),
            About = root.RequiredText("about"),
            SiteFile = SitePath(path, site),
            SiteOverrides = root.Texts("site_set"),
            Length = length,
            Begins = utc,
            Home = home,
            Meter = meter,
            Charger = charger,
            Der = der,
            IsPlugged = isPlugged,
            Events = events,
            Premises = [.. root.Sections("premise").Select(reader.Premise).OfType<Expectation>()],
            Expectations = [.. root.Sections("expect").Select(reader.Read).OfType<Expectation>()],
            Guards = root.Texts("guards"),
        };
        if (scenario.Expectations.Count == 0)
            root.Error("'expect' is empty: a scenario that expects nothing shows nothing");
        root.RefuseUnknown();
        return scenario;
    }

    // Beside the scenario, or one that ships with the simulator.
    private static string SitePath(string scenario, string site)
    {
        // Whole before it is taken apart: a bare file name has the folder "", and no site is an error told elsewhere.
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(scenario)) ?? ".", site);
        var shipped = Path.Combine(AppContext.BaseDirectory, "sites", site);
        return !File.Exists(beside) && File.Exists(shipped) ? shipped : beside;
    }

    private static TimedEvent? Event(YamlSection section, TimeSpan length, string[] appliances)
    {
        var at = section.RequiredDuration("at");
        if (at > length) section.Error($"the event is after the end of the scenario ({length.TotalSeconds:0.#} s)");
        var names = section.Keys.Where(key => key is not ("at" or "as")).ToList();
        if (names.Count != 1)
        {
            section.Error($"an event is 'at' and one thing that happens, found: {string.Join(", ", names)}");
            return null;
        }
        var what = names[0];
        ScenarioEvent? happening = what switch
        {
            "order" => Order(section),
            "flood" => Flood(section, length),
            "sun" when section.Take(what) is YamlMappingNode =>
                new ScenarioEvent.NewSun(HomeReader.Sun(section.Section(what)!)),
            _ => Change(section, what, appliances),
        };
        section.RefuseUnknown();
        return happening is null ? null : new(at, happening, section.Line);
    }

    private static ScenarioEvent.Change? Change(YamlSection section, string what, string[] appliances)
    {
        var value = section.RequiredText(what);
        if (Changes.Complaint(what, value, appliances) is not { } complaint) return new(what, value);
        section.Error(complaint);
        return null;
    }

    private static ScenarioEvent.Flood? Flood(YamlSection section, TimeSpan length)
    {
        var name = section.RequiredText("as");
        if (section.Section("flood") is not { } flood) return null;
        var (every, until) = (flood.RequiredDuration("every"), flood.Duration("until", length));
        if (every < TimeSpan.FromMilliseconds(1)) flood.Error("'every' is 1 ms at least");
        var orders = flood.Take("orders") is YamlSequenceNode list ? list.Select(ToJson).ToList() : [];
        if (orders.Count == 0) flood.Error("'orders' is a list of one order at least");
        flood.RefuseUnknown();
        return new(name, orders, every, until);
    }

    // Text is taken as it is (to send rubbish); a mapping is the contract's JSON written as YAML.
    private static ScenarioEvent.Order? Order(YamlSection section)
    {
        var name = section.RequiredText("as");
        if (section.Take("order") is { } node)
            return new(name, node is YamlScalarNode { Value: { } raw } ? raw : ToJson(node));
        // A key with a tag of its own ("!x order") has the name and is not found by it.
        section.Error("the order cannot be read");
        return null;
    }

    private static string ToJson(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                return "{" + string.Join(",", mapping.Children.Select(pair =>
                    $"{JsonSerializer.Serialize((pair.Key as YamlScalarNode)?.Value ?? "")}:{ToJson(pair.Value)}"))
                        + "}";
            case YamlSequenceNode sequence:
                return "[" + string.Join(",", sequence.Select(ToJson)) + "]";
            default:
                var scalar = (YamlScalarNode)node;
                var isPlain = scalar.Style == ScalarStyle.Plain;
                var isBare = isPlain && (scalar.Value is "true" or "false" or "null"
                    || double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
                return isBare ? scalar.Value! : JsonSerializer.Serialize(scalar.Value);
        }
    }
}
