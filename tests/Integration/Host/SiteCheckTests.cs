using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Tests.Integration.Host;

public sealed class SiteCheckTests
{
    [Fact]
    public void A_valid_site_file_ends_with_0()
    {
        var check = EdgeProcess.Command("check", "--site", EdgeProcess.DemoSite);

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("valid", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_is_printed_with_its_path_and_ends_with_2()
    {
        var check = EdgeProcess.Command(
            "check", "--site", EdgeProcess.DemoSite, "--set", "buses.meter.port=0", "--set",
            "vehicle.reserveSocPct=99");
        var run = EdgeProcess.Command("run", "--site", EdgeProcess.DemoSite, "--set", "buses.meter.port=0");

        Assert.Equal((2, 2), (check.ExitCode, run.ExitCode));
        Assert.Contains(
            "$.buses.meter.port: expected a whole number from 1 to 65535, found 0", check.Error,
            StringComparison.Ordinal);
        Assert.Contains(
            "$.vehicle.reserveSocPct: 99.0 % is not below upperSocPct", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void As_JSON_it_is_one_object_with_the_same_errors_and_warnings()
    {
        var good = EdgeProcess.Command("check", "--json", "--site", EdgeProcess.DemoSite);
        var bad = EdgeProcess.Command(
            "check", "--json", "--site", EdgeProcess.DemoSite, "--set", "buses.meter.port=0");

        Assert.Equal((0, 2, "", ""), (good.ExitCode, bad.ExitCode, good.Error, bad.Error));
        var (isGood, isBad) = (JsonNode.Parse(good.Output)!, JsonNode.Parse(bad.Output)!);
        Assert.Equal((true, "demo-home"), ((bool)isGood["valid"]!, (string?)isGood["site"]));
        Assert.NotEmpty(isGood["warnings"]!.AsArray());
        Assert.False((bool)isBad["valid"]!);
        Assert.Equal("$.buses.meter.port", (string?)Assert.Single(isBad["errors"]!.AsArray())!["path"]);
    }

    [Fact]
    public void A_missing_file_and_a_wrong_verb_end_with_2_and_say_why()
    {
        var missing = EdgeProcess.Command("check", "--site", "nowhere.json");
        var verb = EdgeProcess.Command("chekc");

        Assert.Equal((2, 2), (missing.ExitCode, verb.ExitCode));
        Assert.Contains("cannot be read", missing.Error, StringComparison.Ordinal);
        Assert.NotEmpty(verb.Error);
    }
}
