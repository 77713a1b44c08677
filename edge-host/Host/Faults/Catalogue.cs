using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Northbound;

namespace ChargeScape.Edge.Host.Faults;

/// <summary>
/// The closed list of everything that stops, limits or refuses: edge-host/contract/catalogue.json, from which docs,
/// verbs, logs and page take their texts.
/// </summary>
public static class Catalogue
{
    private static readonly JsonDocument document = Load();

    /// <summary>Trips.</summary>
    public static IReadOnlyList<CatalogueEntry> Trips { get; } = Section("trips");
    /// <summary>Limits.</summary>
    public static IReadOnlyList<CatalogueEntry> Limits { get; } = Section("limits");
    /// <summary>Fault bits of an EVSE; the class is that of the trip that they raise.</summary>
    public static IReadOnlyList<CatalogueEntry> EvseFaults { get; } = Section("evse_faults");
    /// <summary>Reasons in answers to orders.</summary>
    public static IReadOnlyList<CatalogueEntry> Reasons { get; } = Section("reasons");

    /// <summary>What it says of a trip.</summary>
    public static CatalogueEntry Of(TripId trip) => Find(Trips, WireWord<TripId>.Of(trip));

    /// <summary>What it says of a limit.</summary>
    public static CatalogueEntry Of(LimitId limit) => Find(Limits, WireWord<LimitId>.Of(limit));

    /// <summary>Everything under a word, in any section.</summary>
    public static IEnumerable<CatalogueEntry> Named(string word) =>
        Trips.Concat(Limits).Concat(EvseFaults).Concat(Reasons).Where(entry => entry.Id == word);

    private static CatalogueEntry Find(IReadOnlyList<CatalogueEntry> section, string word)
    {
        foreach (var entry in section)
            if (entry.Id == word) return entry;
        throw new ArgumentException($"the catalogue has no {word}", nameof(word));
    }

    private static CatalogueEntry[] Section(string name) =>
    [
        .. document.RootElement.GetProperty(name).EnumerateArray().Select(entry => new CatalogueEntry(
            Text(entry, "id"), Text(entry, "class"), Text(entry, "household"), Text(entry, "installer"))),
    ];

    private static string Text(JsonElement entry, string field) => entry.GetProperty(field).GetString()!;

    private static JsonDocument Load()
    {
        using var file = typeof(Catalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        return JsonDocument.Parse(file);
    }
}
