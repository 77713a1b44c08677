namespace ChargeScape.Edge.Tests;

/// <summary>Where the sources and the recorded data lie, found from where the tests run.</summary>
internal static class RepositoryRoot
{
    /// <summary>The folder with ChargeScape.Edge.sln.</summary>
    public static readonly string Path = Find();

    /// <summary>A path below the root.</summary>
    public static string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (System.IO.File.Exists(System.IO.Path.Combine(at.FullName, "ChargeScape.Edge.sln"))) return at.FullName;
        throw new InvalidOperationException($"no ChargeScape.Edge.sln above {AppContext.BaseDirectory}");
    }
}
