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
    public void A_missing_file_and_a_wrong_verb_end_with_2_and_say_why()
    {
        var missing = EdgeProcess.Command("check", "--site", "nowhere.json");
        var verb = EdgeProcess.Command("chekc");

        Assert.Equal((2, 2), (missing.ExitCode, verb.ExitCode));
        Assert.Contains("cannot be read", missing.Error, StringComparison.Ordinal);
        Assert.NotEmpty(verb.Error);
    }
}
