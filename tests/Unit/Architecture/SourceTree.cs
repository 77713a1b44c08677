namespace ChargeScape.Edge.Tests.Unit.Architecture;

/// <summary>The files that people wrote: without build output and recordings.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = ["bin", "obj", "artifacts", ".git", "data", "models"];

    public static IEnumerable<string> Files(string pattern) => Files(new DirectoryInfo(RepositoryRoot.Path), pattern);

    private static IEnumerable<string> Files(DirectoryInfo folder, string pattern) =>
        folder.EnumerateFiles(pattern).Select(file => file.FullName).Concat(
            folder.EnumerateDirectories().Where(child => !NotOurs.Contains(child.Name))
                .SelectMany(child => Files(child, pattern)));
}
