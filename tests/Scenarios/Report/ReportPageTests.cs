using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Report;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Scenarios.Report;

public partial class ReportPageTests
{
    private const string Oven = """
        about: An oven & a <script>alert(1)</script> come on while the car charges.
        site: demo-split-phase.json
        length: 40 s
        home:
          house: { base_w: [3300, 3000], appliances: { oven: { w: 5000 } } }
          car: { plugged: true, soc_pct: 60 }
        events:
          - { at: 2 s, as: "<b>charge", order: { kind: setpoint, p_evse_w: 9600, ttl_s: 36 } }
          - { at: 3 s, as: rubbish, order: "<<<" }
          - { at: 30 s, switch_on: oven }
          - { at: 36 s, meter: silent }
        premise:
          - { claim: the oven really drew, while: switch_on oven, of: house_w, at_least: 11000 }
        expect:
          - { claim: it charges, served: charge, at_least: 10 }
          - { claim: what cannot be, of: evse_w, once: true, at_least: 100000 }
        """;

    [Fact]
    public void A_page_needs_nothing_but_itself()
    {
        var page = Page(Oven, seeds: 1);

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(Outside(), page);
    }

    [Fact]
    public void What_a_file_says_stands_on_the_page_as_text()
    {
        var page = Page(Oven, seeds: 1);

        Assert.Contains("An oven &amp; a &lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("order “&lt;b&gt;charge”: charge with 9.6 kW for 36 s", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>charge", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_picture_is_well_formed_and_names_what_binds_and_what_was_over()
    {
        var page = Page(Oven, seeds: 1);

        var pictures = Picture().Matches(page).Select(match => XElement.Parse(match.Value)).ToList();
        Assert.Equal(2, pictures.Count);
        var run = pictures[1].ToString();
        Assert.Contains("main breaker, continuous: 80 A", run, StringComparison.Ordinal);
        Assert.Contains("meter: silent", run, StringComparison.Ordinal);
        Assert.Contains("main_breaker_l1_import#1", run, StringComparison.Ordinal);
        Assert.Equal(4, pictures[1].Descendants().Count(e => (string?)e.Attribute("class") == "event"));
    }

    [Fact]
    public void Each_premise_claim_and_limit_has_its_row_and_the_failure_is_said_first()
    {
        var page = Page(Oven, seeds: 3);

        string[] rows =
            ["the oven really drew", "it charges", "what cannot be", "emergency contactor", "0 of 3", "3 of 3"];
        Assert.All(rows, row => Assert.Contains(row, page, StringComparison.Ordinal));
        Assert.Contains("3 did not hold", page, StringComparison.Ordinal);
        Assert.Contains("Seeds that did not hold: 1, 2, 3", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_story_tells_what_was_done_and_what_held_the_power_back()
    {
        var page = Page(Oven, seeds: 1);

        Assert.Contains("oven is switched on", page, StringComparison.Ordinal);
        Assert.Contains("Power is held back by the main breaker", page, StringComparison.Ordinal);
        Assert.Contains("The session stands: power may flow", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_departure_has_its_line_in_the_state_of_charge_and_its_end()
    {
        var page = Page("""
            about: The driver says when the car leaves.
            site: demo-split-phase.json
            site_set: ['vehicle.departure={"capacityKwh": 40, "efficiency": 0.9, "marginMin": 0}']
            length: 60 s
            home:
              car: { plugged: true, soc_pct: 60 }
            events:
              - { at: 1 s, needed_soc_pct: 61 }
              - { at: 2 s, leaves_in_s: 50 }
              - { at: 3 s, as: charge, order: { kind: setpoint, p_evse_w: 9600, ttl_s: 50 } }
            expect:
              - { claim: it charges, served: charge, at_least: 10 }
            """, seeds: 1);

        var picture = XElement.Parse(Picture().Matches(page).Last().Value);
        var line = picture.Descendants().Single(e => (string?)e.Attribute("class") == "departure");
        var heights = ((string)line.Attribute("points")!).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(point => double.Parse(point.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))
            .ToList();
        Assert.True(heights.Count > 100, $"{heights.Count} points");
        Assert.Contains("leaves with 61 %", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_without_anything_to_react_to_says_so() =>
        Assert.Contains("Nothing had to be reacted to", Page("""
            about: nothing
            site: demo-split-phase.json
            length: 5 s
            expect:
              - { claim: nothing flows, of: evse_w, between: [-60, 60] }
            """, seeds: 1), StringComparison.Ordinal);

    private static string Page(string yaml, int seeds)
    {
        var scenario = Shipped.Parse(yaml);
        var site = Shipped.SiteOf(scenario);
        var page = new ReportPage();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var recorder = new Recorder(scenario.Length);
            var report = ScenarioRun.Run(scenario, site, RuleSet.All, (ulong)seed, new() { Recorder = recorder });
            page.Add(scenario, site, report, recorder);
        }
        return page.Html();
    }

    [GeneratedRegex(@"https?:|src=|url\(|@import|<link", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Picture();
}
