using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Unit.Sim;

public class ScenarioReadmeTests
{
    private static readonly string Readme = File.ReadAllText(RepositoryRoot.File("sim", "scenarios", "README.md"));

    [Fact]
    public void Every_event_and_its_values_stand_in_the_readme()
    {
        var words = Changes.All.SelectMany(change => change.Value.Append(change.Key))
            .Where(word => word is not ("*" or "#"));

        Assert.All(words, word => Assert.Contains($"`{word}`", Readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_quantity_stands_in_the_readme() =>
        Assert.All(Quantity.Names, name => Assert.Contains($"`{name}`", Readme, StringComparison.Ordinal));

    [Fact]
    public void The_example_in_the_readme_is_a_scenario()
    {
        var begin = Readme.IndexOf("```yaml", StringComparison.Ordinal) + "```yaml".Length;
        var example = Readme[begin..Readme.IndexOf("```", begin, StringComparison.Ordinal)];

        var (scenario, errors) = ScenarioFile.Parse(example, "example.yaml");

        Assert.Empty(errors);
        Assert.Equal(2, scenario!.Expectations.Count);
    }
}
