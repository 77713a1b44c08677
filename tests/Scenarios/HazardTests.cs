using System.Globalization;
using System.Text.RegularExpressions;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Scenarios;

/// <summary>The rows of the hazard table, each with many seeds and phases: a flaky one has failed.</summary>
public partial class HazardTests
{
    private const int Rows = 60;
    private const ulong Seeds = 20;

    public static TheoryData<string> Names() =>
        [.. ScenarioFiles.Hazards.Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_holds_with_every_seed_and_phase(string name)
    {
        var (scenario, site) = Shipped.Read(name);

        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var report = ScenarioRun.Run(scenario, site, RuleSet.All, seed);

            Assert.True(report.Held, Shipped.Failures(report));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_says_what_pressure_it_needs(string name) =>
        Assert.NotEmpty(Shipped.Read(name).Scenario.Premises);

    [Fact]
    public void Every_row_of_the_table_has_a_scenario_or_stands_among_the_open_ones()
    {
        var shown = ScenarioFiles.Hazards
            .Select(file => int.Parse(Path.GetFileName(file)[..2], CultureInfo.InvariantCulture)).ToHashSet();
        var lines = File.ReadAllLines(Path.Combine(ScenarioFiles.Shipped, "hazards", "OPEN.md"));
        var open = lines.Where(line => OpenRow().IsMatch(line)).SelectMany(line => Numbers(line.Split('|')[1])).ToList();

        Assert.Equal(Enumerable.Range(1, Rows), shown.Concat(open).Order());
    }

    private static IEnumerable<int> Numbers(string cell) =>
        cell.Split(',').Select(word => int.Parse(word, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\| \d")]
    private static partial Regex OpenRow();
}
