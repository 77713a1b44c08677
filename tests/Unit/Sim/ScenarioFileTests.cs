using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Unit.Sim;

public class ScenarioFileTests
{
    private const string Good = """
        about: a charge order is followed
        site: site.json
        length: 60 s
        home:
          house: { base_w: [400, 300], appliances: { oven: { w: 5000 } } }
          car: { plugged: true, soc_pct: 55 }
        events:
          - { at: 20 s, switch_on: oven }
          - { at: 5 s, as: charge, order: { kind: setpoint, p_evse_w: 7000, ttl_s: 50 } }
        expect:
          - { claim: it charges, of: evse_w, from: 40 s, between: [6800, 7100] }
          - { claim: it is taken, answer: { to: charge, stage: received } }
        """;

    [Fact]
    public void A_folder_without_a_scenario_is_named_since_nothing_would_be_judged_there()
    {
        var folder = Directory.CreateTempSubdirectory("chargescape-scenarios-");
        try
        {
            Assert.Equal([folder.FullName], ScenarioFiles.EmptyFolders([folder.FullName, "upper-soc"]));
            File.WriteAllText(Path.Combine(folder.FullName, "one.yaml"), Good);
            Assert.Empty(ScenarioFiles.EmptyFolders([folder.FullName]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_scenario_is_read_with_its_events_in_order_of_time()
    {
        var (scenario, errors) = ScenarioFile.Parse(Good, "x/good.yaml");

        Assert.Empty(errors);
        Assert.Equal("good", scenario!.Name);
        Assert.Equal([5.Seconds, 20.Seconds], scenario.Events.Select(e => e.At));
        var order = Assert.IsType<ScenarioEvent.Order>(scenario.Events[0].Event);
        Assert.Equal("""{"kind":"setpoint","p_evse_w":7000,"ttl_s":50}""", order.Json);
        Assert.Equal(55, scenario.Home.Battery.Soc.Percent);
    }

    [Theory]
    [InlineData("soc_pct: 55", "soc: 55", 6, "unknown key 'soc'")]
    [InlineData("length: 60 s", "length: 60", 3, "must be a time")]
    [InlineData("switch_on: oven", "switch_on: sauna", 8, "no appliance 'sauna'")]
    [InlineData("of: evse_w", "of: evse_kw", 11, "unknown quantity 'evse_kw'")]
    [InlineData("between: [6800, 7100]", "between: [7100, 6800]", 11, "the smaller first")]
    [InlineData("{ at: 20 s, switch_on: oven }", "{ at: 20 s }", 8, "one thing that happens")]
    [InlineData("about: a charge order is followed", "title: x", 1, "'about' is missing")]
    [InlineData("at: 20 s", "at: 70 s", 8, "after the end")]
    [InlineData("site: site.json", "guards: []", 1, "'site' is missing")]
    public void What_is_wrong_in_a_file_is_named_with_its_line(string good, string bad, int line, string message)
    {
        var (scenario, errors) = ScenarioFile.Parse(Good.Replace(good, bad, StringComparison.Ordinal), "bad.yaml");

        Assert.Null(scenario);
        Assert.Contains(
            errors, error => error.Line == line && error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1, 2]")]
    [InlineData("a: [1")]
    [InlineData("a: 1\na: 2")]
    [InlineData(":\n{\nr")]
    [InlineData(":\0[]*a")]
    [InlineData("events:\n- {at,! order: {}}")]
    [InlineData("events:\n- {at: 1s, as: a, order: {{a: b}: c}}")]
    public void A_file_that_is_no_mapping_is_an_error_and_not_an_exception(string text)
    {
        var (scenario, errors) = ScenarioFile.Parse(text, "bad.yaml");

        Assert.Null(scenario);
        Assert.NotEmpty(errors);
    }
}
