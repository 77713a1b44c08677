using ChargeScape.Edge.Sim.Serve;

namespace ChargeScape.Edge.Tests.Unit.Demo;

/// <summary>What can be said to a served home.</summary>
public sealed class HomeCommandTests
{
    private static readonly string[] appliances = ["oven"];

    [Theory]
    [InlineData("plug in", "plug", "in")]
    [InlineData("oven on", "switch_on", "oven")]
    [InlineData("oven off", "switch_off", "oven")]
    [InlineData("meter silent", "meter", "silent")]
    [InlineData("meter back", "meter", "healthy")]
    [InlineData("emergency-stop press", "emergency_stop", "pressed")]
    [InlineData("emergency-stop release", "emergency_stop", "released")]
    [InlineData("permit off", "permit", "withdrawn")]
    [InlineData("soc 27.5", "soc_pct", "27.5")]
    [InlineData("contactor  welded", "contactor", "welded")]
    public void What_a_person_says_is_a_change_of_the_scenario_files(string line, string what, string value) =>
        Assert.Equal(new HomeCommand(what, value, null), HomeCommand.Parse(line, appliances));

    [Theory]
    [InlineData("oven")]
    [InlineData("oven warm")]
    [InlineData("toaster on")]
    [InlineData("soc full")]
    [InlineData("soc NaN")]
    [InlineData("plug in now")]
    [InlineData("broker down")]
    [InlineData("faults clear")]
    public void What_means_nothing_here_is_refused_with_a_reason(string line)
    {
        var command = HomeCommand.Parse(line, appliances);

        Assert.Null(command.What);
        Assert.NotNull(command.Complaint);
    }

    [Fact]
    public void Help_fits_on_one_line_and_names_the_appliances()
    {
        var help = HomeCommand.Help(appliances);

        Assert.DoesNotContain('\n', help);
        Assert.Contains("oven on|off", help, StringComparison.Ordinal);
        Assert.DoesNotContain("broker", help, StringComparison.Ordinal);
    }
}
