namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>Finds scenario files: by path, by folder, or by the name of one that ships with the simulator.</summary>
public static class ScenarioFiles
{
    private const string Ending = ".yaml";

    /// <summary>The folder of scenarios that ships with the simulator.</summary>
    public static string Shipped => Path.Combine(AppContext.BaseDirectory, "scenarios");

    /// <summary>The rows of the hazard table among them.</summary>
    public static IReadOnlyList<string> Hazards => [.. In(Path.Combine(Shipped, "hazards"))];

    /// <summary>Every scenario that ships with the simulator.</summary>
    public static IReadOnlyList<string> All => [.. In(Shipped), .. Hazards];

    /// <summary>The files that the words mean; without words all that ship.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> words) =>
        words.Count == 0 ? All : [.. words.SelectMany(Find)];

    /// <summary>The folders among the words that hold no scenario; nothing would be judged there.</summary>
    public static IReadOnlyList<string> EmptyFolders(IReadOnlyList<string> words) =>
        [.. words.Where(word => Directory.Exists(word) && !Find(word).Any())];

    private static IEnumerable<string> Find(string word)
    {
        if (Directory.Exists(word)) return In(word);
        if (File.Exists(word)) return [word];
        if (word == "hazards") return Hazards;
        var hazard = Path.Combine(Shipped, "hazards", word + Ending);
        var shipped = File.Exists(hazard) ? hazard : Path.Combine(Shipped, word + Ending);
        // A path that does not exist is reported by the reader, with its name as it was given.
        return [word.Contains('/', StringComparison.Ordinal) || !File.Exists(shipped) ? word : shipped];
    }

    private static IEnumerable<string> In(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Ending).Order(StringComparer.Ordinal);
}
