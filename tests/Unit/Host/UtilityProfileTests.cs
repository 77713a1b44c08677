using System.Text;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal.Configuration;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class UtilityProfileTests
{
    private static readonly string folder = Path.Combine(SiteText.Root, "edge-host/contract/utility-profiles");

    [Fact]
    public void Every_file_of_the_room_ships_under_its_own_name()
    {
        var files = Directory.GetFiles(folder, "*.json").Select(Path.GetFileNameWithoutExtension)
            .Where(name => name != "profile.schema").Order(StringComparer.Ordinal);

        Assert.Equal(files, UtilityProfiles.All.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Category_iii_is_what_the_brief_says()
    {
        var profile = UtilityProfiles.All["ieee1547-cat-iii"].Profile;

        Assert.Equal([new(88, 21), new(50, 2)], profile.UnderVoltage.Corners);
        Assert.Equal([new(110, 13), new(120, 0.16)], profile.OverVoltage.Corners);
        Assert.Equal([new(58.5, 300), new(56.5, 0.16)], profile.UnderFrequency.Corners);
        Assert.Equal([new(61.2, 300), new(62, 0.16)], profile.OverFrequency.Corners);
        var rule = profile.EnterService;
        Assert.Equal((91.7, 105.0, 59.5, 60.1, 300.0, 300.0), (rule.LowVoltagePercent, rule.HighVoltagePercent,
            rule.LowFrequency.Value, rule.HighFrequency.Value, rule.Delay.TotalSeconds, rule.Ramp.TotalSeconds));
        Assert.Null(profile.Warning);
    }

    [Theory]
    [InlineData("de-vde-ar-n-4105-2018")]
    [InlineData("uk-g98-g99")]
    public void An_unverified_one_warns_whoever_chooses_it(string name)
    {
        var site = SiteText.DemoWith("grid.utilityProfile", name);
        site["service"]!["nominalLegVoltageV"] = 230;

        var read = SiteFile.Parse(SiteText.Bytes(site), "site.json", []);

        Assert.Empty(read.Errors);
        Assert.Contains(read.Site!.Warnings, warning => warning.Contains("Unverified", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("underVoltage.0.voltagePct", 40, "expected further out and faster")]
    [InlineData("underVoltage.1.seconds", 30, "expected further out and faster")]
    [InlineData("underVoltage.0.source", null, "missing")]
    [InlineData("enterService.delayS.value", 601, "from 0 to 600")]
    [InlineData("nominalHz", 55, "expected 50 or 60")]
    public void A_profile_with_a_mistake_is_refused(string path, int? value, string expected)
    {
        var file = Path.Combine(folder, "ieee1547-cat-iii.json");
        var root = SiteText.Strict(file);
        JsonNode node = root;
        var steps = path.Split('.');
        foreach (var step in steps[..^1]) node = int.TryParse(step, out var index) ? node[index]! : node[step]!;
        if (value is null) node.AsObject().Remove(steps[^1]);
        else node[steps[^1]] = value.Value;
        var errors = new List<ConfigError>();

        var read = UtilityProfiles.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "x.json", errors);

        Assert.Null(read);
        Assert.Contains(errors, error => error.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_site_that_may_discharge_must_say_whose_grid_it_feeds()
    {
        Expect(SiteText.DemoWith("grid", null), "$.grid", "missing");
        var chargeOnly = SiteText.DemoWith("grid", null);
        chargeOnly["evse"]!["dischargeRatingW"] = 0;
        Assert.Null(Read(chargeOnly).Site!.Limits.Grid);
        var none = SiteText.DemoWith("grid", JsonNode.Parse("""{"utilityProfile": "none"}"""));
        Assert.Null(Read(none).Site!.Limits.Grid);
    }

    [Fact]
    public void A_profile_of_another_region_is_refused()
    {
        Expect(SiteText.DemoWith("grid.utilityProfile", "uk-g98-g99"), "$.grid.utilityProfile", "is for 50 Hz");
        Expect(SiteText.DemoWith("service.nominalLegVoltageV", 230), "$.grid.utilityProfile", "is for 60 Hz");
    }

    [Fact]
    public void A_charger_that_tells_no_settings_cannot_be_read_back() => Expect(
        SiteText.DemoWith("grid.inverterSettings", "read-back"), "$.grid.inverterSettings",
        "tells no grid-code settings");

    [Fact]
    public void Another_delay_than_the_profile_s_is_taken_and_warned_of()
    {
        var read = Read(SiteText.Demo());

        Assert.Equal(2, read.Site!.Limits.Grid!.Profile.EnterService.Delay.TotalSeconds);
        Assert.Contains(read.Site.Warnings, warning => warning.Contains("only as agreed", StringComparison.Ordinal));
    }

    private static ConfigResult Read(JsonNode site) => SiteFile.Parse(SiteText.Bytes(site), "site.json", []);

    private static void Expect(JsonNode site, string path, string message) => Assert.Contains(
        Read(site).Errors, error => error.Path == path && error.Message.Contains(message, StringComparison.Ordinal));
}
