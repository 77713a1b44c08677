using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Bench.Scan;

namespace ChargeScape.Edge.Host.Commissioning;

/// <summary>
/// Asks for the devices and their buses. What a scan found is offered; which fields a device has is said by its
/// family's line in the <see cref="DeviceCatalog"/>, so a new family is asked for without a change here.
/// </summary>
internal sealed class DeviceInterview(IAnswers answers, IReadOnlyList<ScanFinding> findings, JsonObject service)
{
    private const string None = "none", ByHand = "by-hand";

    /// <summary>Buses by name.</summary>
    public JsonObject Buses { get; } = [];

    /// <summary>Devices.</summary>
    public JsonArray Devices { get; } = [];

    /// <summary>Legs of a wiring; 3 where it is not known.</summary>
    public static int Legs(string? wiring) => wiring switch { "single-phase" => 1, "split-phase" => 2, _ => 3 };

    /// <summary>Asks.</summary>
    public void Run()
    {
        Found<MeterFamily>("meter", isOptional: false);
        Found<InverterFamily>("inverter", isOptional: true);
        if (Found<EvseFamily>("charger", isOptional: false) is { } charger
            && DeviceCatalog.Find((string)charger["family"]!) is EvseFamily { NeedsStage: true })
        {
            ByFamily<StageFamily>("stage", isOptional: false);
            charger["stage"] = "stage";
        }
        ByFamily<SiteLinesFamily>("lines", isOptional: false);
        Found<HomeBatteryFamily>("battery", isOptional: true);
    }

    // A role that a scan can fill: the finding is chosen, or the device is described by hand.
    private JsonObject? Found<TFamily>(string role, bool isOptional) where TFamily : DeviceFamily
    {
        var fitting = new List<(string Word, ScanFinding Finding, string Family)>();
        foreach (var finding in findings)
        {
            foreach (var family in finding.Families)
                if (DeviceCatalog.Find(family) is TFamily && SiteSnippet.Device(finding, family) is not null)
                    fitting.Add(($"{finding.Where}/{finding.Unit}", finding, family));
        }
        if (fitting.Count == 0) return ByFamily<TFamily>(role, isOptional);
        List<string> words = [.. fitting.Select(found => found.Word), ByHand];
        if (isOptional) words.Add(None);
        // One that is there alone is most likely the one; two are a question.
        var usual = fitting.Count == 1 ? words[0] : null;
        var word = (string?)answers.To(Question.Word(role, $"Which device is the {role}", words, usual));
        if (word is null or None) return null;
        if (word == ByHand) return ByFamily<TFamily>(role, isOptional: false);
        var (_, chosen, name) = fitting.First(found => found.Word == word);
        return Describe(role, DeviceCatalog.Find(name)!, SiteSnippet.Device(chosen, name)!, SiteSnippet.Bus(chosen));
    }

    private JsonObject? ByFamily<TFamily>(string role, bool isOptional) where TFamily : DeviceFamily
    {
        List<string> words = [.. DeviceCatalog.Families.OfType<TFamily>().Select(family => family.Name)];
        if (words.Count == 0 && isOptional) return null;
        var usual = isOptional ? None : words.Count == 1 ? words[0] : null;
        if (isOptional) words.Add(None);
        var word = (string?)answers.To(Question.Word($"{role}.family", $"Family of the {role}", words, usual));
        if (word is null or None || DeviceCatalog.Find(word) is not { } family) return null;
        return Describe(role, family, new() { ["name"] = null, ["family"] = word }, null);
    }

    private JsonObject Describe(string role, DeviceFamily family, JsonObject device, JsonObject? foundBus)
    {
        device["name"] = role;
        foreach (var use in family.Buses)
        {
            // The first bus is the one that the scan came over; a second one is another kind of wire.
            var isFound = foundBus is not null && use == family.Buses[0];
            var bus = isFound ? foundBus : (JsonObject?)answers.To(new(
                $"{role}.{use.Field}", $"{role}: {use.Kind} bus \"{use.Field}\"", BusText.Expected, ReadBus));
            device[use.Field] = bus is null ? null : NameOf(bus, use.Field == "bus" ? role : $"{role}-{use.Field}");
        }
        foreach (var spec in family.Settings)
        {
            // What the scan saw and what has a usual value is not asked for, but an answers file may say it.
            var usual = device[spec.Name]
                ?? (spec.Default is null ? Suggestion(spec.Name) : JsonValue.Create(spec.Default));
            if (spec.Default is not null && answers is not FileAnswers) continue;
            if (spec.Default is "") usual = JsonValue.Create("");
            var known = device[spec.Name];
            var said = answers.To(Question.Setting(role, spec, known ?? usual));
            if (spec.Default is null || known is not null || !JsonNode.DeepEquals(said, usual))
                device[spec.Name] = said;
        }
        Devices.Add(device);
        return device;
    }

    // Physically possible at this service: twice what it can carry, 1.5 × its voltage.
    private JsonNode? Suggestion(string field)
    {
        if (service["mainBreakerA"] is not { } breaker || service["nominalLegVoltageV"] is not { } volts) return null;
        var (a, v) = ((double)breaker, (double)volts);
        return field switch
        {
            "maxPowerW" => JsonValue.Create(Math.Round(2 * a * v * Legs((string?)service["wiring"]))),
            "maxVoltageV" => JsonValue.Create(Math.Round(1.5 * v)),
            "maxCurrentA" => JsonValue.Create(Math.Round(2 * a)),
            "pollMs" => JsonValue.Create(100),
            _ => null,
        };
    }

    private static JsonNode? ReadBus(JsonNode answer) => answer is JsonObject said
        ? said.DeepClone()
        : Question.TextOf(answer) is { } text ? BusText.Parse(text) : null;

    // Two devices on one wire share its entry.
    private string NameOf(JsonObject bus, string wanted)
    {
        foreach (var (name, known) in Buses)
            if (JsonNode.DeepEquals(known, bus)) return name;
        Buses[wanted] = bus.DeepClone();
        return wanted;
    }
}
