using System.Reflection;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.Architecture;

/// <summary>Signs that a file wants another look (style §1), and words that mean it is not finished.</summary>
public sealed partial class TidyTests(ITestOutputHelper output)
{
    private const int LookAgainLines = 300;
    private const int TooManyLines = 400;
    private const int LookAgainColumns = 120;
    private const int TooManyColumns = 140;

    [Fact]
    public void No_source_file_is_far_above_its_measure()
    {
        var tooLong = new List<string>();
        foreach (var file in SourceTree.Files("*.cs"))
        {
            var lines = File.ReadAllLines(file);
            var name = Path.GetRelativePath(RepositoryRoot.Path, file);
            var widest = lines.Max(line => line.Length);
            if (lines.Length > LookAgainLines) output.WriteLine($"{name}: {lines.Length} lines");
            if (widest > LookAgainColumns) output.WriteLine($"{name}: a line of {widest} columns");
            if (lines.Length > TooManyLines || widest > TooManyColumns)
                tooLong.Add($"{name} ({lines.Length} lines, {widest} columns)");
        }

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_source_file_says_that_it_is_unfinished()
    {
        var unfinished = SourceTree.Files("*.cs")
            .Where(file => !file.EndsWith(nameof(TidyTests) + ".cs", StringComparison.Ordinal))
            .Where(file => Unfinished().IsMatch(File.ReadAllText(file)));

        Assert.Empty(unfinished);
    }

    [Fact]
    public void No_type_hides_behind_an_empty_word()
    {
        string[] ours = ["ChargeScape.Edge.Hal.Contracts", "ChargeScape.Edge.Hal.Drivers", "ChargeScape.Edge.Control",
            "chargescape-edge", "chargescape-sim"];
        var types = ours.SelectMany(name => Assembly.Load(name).GetTypes()).Select(type => type.Name);

        Assert.DoesNotContain(types, name => EmptyWord().IsMatch(name));
    }

    [GeneratedRegex(@"NotImplementedException|\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex("(Manager|Helper|Util|Utils|Impl)$")]
    private static partial Regex EmptyWord();
}
