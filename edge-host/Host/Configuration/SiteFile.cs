using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads a site file: strictly, with every error at once.</summary>
public static class SiteFile
{
    private const int MostErrors = 200;

    /// <summary>Reads a file from disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Values that replace the file's, as <c>buses.meter.port=1502</c>; validated the same
    /// way.</param>
    public static ConfigResult Read(string path, IReadOnlyList<string> overrides)
    {
        byte[] text;
        try
        {
            if (Directory.Exists(path)) throw new IOException("it is a directory");
            using var file = File.OpenRead(path);
            // A pipe has no length, so the length is not asked for.
            text = new byte[ConfigTree.MaxBytes + 1];
            text = text[..file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)];
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return new(null, [new(path, 1, "$", $"the file cannot be read: {trouble.Message}")]);
        }
        return Parse(text, path, overrides);
    }

    /// <summary>Reads the text of a site file.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="name">What errors call the file.</param>
    /// <param name="overrides">As for <see cref="Read"/>.</param>
    public static ConfigResult Parse(ReadOnlySpan<byte> text, string name, IReadOnlyList<string> overrides)
    {
        var errors = new List<ConfigError>();
        var root = ConfigTree.Parse(text, name, errors);
        if (root is null) return new(null, errors);
        if (root.Kind != ConfigNodeKind.Object)
        {
            errors.Add(new(name, root.Line, "$", $"expected an object, found {root.Found}"));
            return new(null, errors);
        }
        foreach (var assignment in overrides) ConfigTree.Override(root, assignment, errors);

        var site = SiteReader.Read(new(root, name, errors));
        if (errors.Count == 0) return new(site, errors);
        // Files that this one names come after it.
        var inOrder = errors.OrderBy(error => error.Line != 0 && error.File != name).ThenBy(error => error.Line)
            .Take(MostErrors).ToList();
        if (errors.Count > MostErrors) inOrder.Add(new(name, 1, "$", $"and {errors.Count - MostErrors} more errors"));
        return new(null, inOrder);
    }
}
