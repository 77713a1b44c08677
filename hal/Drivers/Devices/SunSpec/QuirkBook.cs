using System.Reflection;
using System.Text.Json;
using ChargeScape.Edge.Hal.Configuration;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// The facts of <c>quirks.json</c>, validated when read: an unknown name, a value of the wrong kind, a missing source
/// or mark, or an unsure fact that names no setting is an error with its place.
/// </summary>
public sealed class QuirkBook
{
    private const string Resource = "SunSpec.quirks.json";
    private readonly List<DeviceFact> facts = [];
    private readonly List<Func<DeviceQuirks, DeviceQuirks>> effects = [];

    private QuirkBook()
    {
    }

    /// <summary>The book that belongs to this version.</summary>
    public static QuirkBook Shipped { get; } = LoadShipped();

    /// <summary>Every fact.</summary>
    public IReadOnlyList<DeviceFact> Facts => facts;

    /// <summary>Reads a book. Null and what is wrong with it, all at once, when it is none.</summary>
    public static QuirkBook? Read(string json, out IReadOnlyList<string> errors)
    {
        var found = new List<string>();
        errors = found;
        var book = new QuirkBook();
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("quirks", out var list)
                || list.ValueKind != JsonValueKind.Array)
            {
                found.Add("expected an object with an array \"quirks\"");
                return null;
            }
            var number = 0;
            foreach (var entry in list.EnumerateArray()) book.Add(entry, $"quirks[{number++}]", found);
        }
        catch (JsonException trouble)
        {
            found.Add($"not JSON: {JsonTrouble.Where(trouble)}");
        }
        return found.Count == 0 ? book : null;
    }

    /// <summary>What is known of a device; later lines win over earlier ones.</summary>
    public DeviceQuirks For(SunSpecIdentity identity)
    {
        var known = new List<DeviceFact>();
        var quirks = DeviceQuirks.None;
        for (var i = 0; i < facts.Count; i++)
        {
            var fact = facts[i];
            if (fact.Maker != "*" && !identity.Maker.StartsWith(fact.Maker, StringComparison.OrdinalIgnoreCase))
                continue;
            if (!identity.Model.StartsWith(fact.Device, StringComparison.OrdinalIgnoreCase)) continue;
            known.Add(fact);
            if (fact.IsApplied) quirks = effects[i](quirks);
        }
        return quirks with { Facts = known };
    }

    private static QuirkBook LoadShipped()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in the assembly");
        using var text = new StreamReader(file);
        return Read(text.ReadToEnd(), out var errors)
            ?? throw new InvalidDataException($"{Resource}: {string.Join("; ", errors)}");
    }

    private void Add(JsonElement entry, string place, List<string> errors)
    {
        var before = errors.Count;
        if (entry.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"{place}: expected an object");
            return;
        }
        foreach (var property in entry.EnumerateObject())
            if (property.Name is not ("maker" or "device" or "quirk" or "value" or "sure" or "setting" or "source"))
                errors.Add($"{place}: unknown field \"{property.Name}\"");
        var (maker, name, source) = (Text("maker"), Text("quirk"), Text("source"));
        var sure = Mark(Text("sure"));
        if (sure is null) errors.Add($"{place}: \"sure\" is one of R, 2, 1, ?, X");
        var setting = entry.TryGetProperty("setting", out _) ? Text("setting") : null;
        if (sure is Sureness.Weak or Sureness.Disputed && setting is null && name != "hint")
            errors.Add($"{place}: what is not sure needs a \"setting\" that decides");
        var device = entry.TryGetProperty("device", out _) ? Text("device") : "";
        Func<DeviceQuirks, DeviceQuirks>? effect = null;
        if (!entry.TryGetProperty("value", out var value)) errors.Add($"{place}: \"value\" is missing");
        else if ((effect = Effect(name, value, out var expected)) is null)
            errors.Add($"{place}: {(expected is null ? $"unknown quirk \"{name}\"" : $"\"{name}\" takes {expected}")}");
        if (errors.Count > before) return;
        facts.Add(new(maker, device, name, Shown(value), sure!.Value, source, setting));
        effects.Add(effect!);

        string Text(string field)
        {
            if (entry.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String
                && text.GetString() is { Length: > 0 } said) return said;
            errors.Add($"{place}: \"{field}\" is missing or no text");
            return "";
        }
    }

    private static string Shown(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static Sureness? Mark(string mark) => mark switch
    {
        "R" => Sureness.Recorded,
        "2" => Sureness.Confirmed,
        "1" => Sureness.SingleSource,
        "?" => Sureness.Weak,
        "X" => Sureness.Disputed,
        _ => null,
    };

    /// <summary>What a fact does to the driver; null, and what it would take, when the value does not fit.</summary>
    private static Func<DeviceQuirks, DeviceQuirks>? Effect(string name, JsonElement value, out string? expected)
    {
        expected = null;
        switch (name)
        {
            case "hint":
                expected = "a text";
                return value.ValueKind == JsonValueKind.String ? quirks => quirks : null;
            case "readBack":
                expected = "\"none\"";
                return Is("none") ? quirks => quirks with { CannotReadBack = true } : null;
            case "writes":
                expected = "\"single\" or \"multiple\"";
                if (Is("single")) return quirks => quirks with { Writes = WriteFunction.Single };
                return Is("multiple") ? quirks => quirks with { Writes = WriteFunction.Multiple } : null;
            case "scaleMayVary":
                expected = "true";
                return value.ValueKind == JsonValueKind.True ? quirks => quirks with { MayScaleVary = true } : null;
            case "minimumLimitPct":
                expected = "a number from 0 to 50";
                return Number(0, 50) is { } least ? quirks => quirks with { MinimumLimitPercent = least } : null;
            case "limitPercentOf":
                // Disputed, so only the site file decides; the book keeps the fact for a person.
                expected = "\"WMax\" or \"WRtg\"";
                return Is("WMax") || Is("WRtg") ? quirks => quirks : null;
            case "negativeRateForces":
                expected = "\"charge\"";
                return Is("charge") ? quirks => quirks with { NegativeRateCharges = true } : null;
            case "periodMsAtLeast":
                expected = "a number from 1 to 60000";
                return Number(1, 60_000) is { } period
                    ? quirks => quirks with { LeastPeriod = TimeSpan.FromMilliseconds(period) }
                    : null;
            case "transientExceptions":
                expected = "an array of exception codes from 1 to 255";
                return Numbers(1, 255) is { } codes ? quirks => quirks with { TransientExceptions = codes } : null;
            default:
                return null;
        }

        bool Is(string text) => value.ValueKind == JsonValueKind.String && value.GetString() == text;

        double? Number(double low, double high) =>
            value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= low
            && number <= high ? number : null;

        IReadOnlyList<int>? Numbers(int low, int high)
        {
            if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0) return null;
            var numbers = new List<int>();
            foreach (var item in value.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var number) || number < low
                    || number > high) return null;
                numbers.Add(number);
            }
            return numbers;
        }
    }
}
