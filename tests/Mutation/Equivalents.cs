namespace ChargeScape.Edge.Tests.Mutation;

/// <summary>
/// What no test can show, each with the reason: a line is file, key and reason with a tab between them; # is a comment.
/// The key is a mutant's, or the text of a source line.
/// </summary>
public sealed class Equivalents
{
    private readonly Dictionary<(string File, string Key), string> reasons = [];

    public IEnumerable<string> Files => reasons.Keys.Select(listed => listed.File);

    /// <exception cref="FormatException">A line is not one, has no reason, or is there twice.</exception>
    public static Equivalents Read(IEnumerable<string> lines)
    {
        var read = new Equivalents();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.Split('\t') is not [var file, var key, var reason] || string.IsNullOrWhiteSpace(reason))
                throw new FormatException($"line {number}: expected file, key and reason with a tab between them");
            if (!read.reasons.TryAdd((file, key), reason))
                throw new FormatException($"line {number}: it is there twice");
        }
        return read;
    }

    /// <summary>Its reason begins with "open": no example is written yet, though one could be.</summary>
    public bool IsOpen(string file, string key) =>
        reasons.TryGetValue((file, key), out var reason) && reason.StartsWith("open", StringComparison.Ordinal);

    public bool Excuse(string file, string key) => reasons.ContainsKey((file, key));

    /// <summary>Those of the files that were judged in whole that no longer are what the list says: killed or taken by
    /// now, or the line is another one.</summary>
    public IEnumerable<string> Stale(IReadOnlySet<string> files, IEnumerable<(string File, string Key)> left)
    {
        var there = left.ToHashSet();
        return reasons.Keys.Where(listed => files.Contains(listed.File) && !there.Contains(listed))
            .Select(listed => $"{listed.File}: {listed.Key}");
    }
}
