namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>Arguments that cannot be meant end a verb with a message, never with a stack trace.</summary>
public sealed class VerbArgumentTests
{
    [Theory]
    [InlineData("order setpoint NaN --site-id x --for 5", "finite")]
    [InlineData("order envelope 0 1e400 --site-id x --for 5", "finite")]
    [InlineData("order setpoint 1 --ramp Infinity --site-id x --for 5", "finite")]
    [InlineData("order idle --site-id x --for 5 --wait -1", "--wait")]
    [InlineData("order idle --site-id x --for 5 --wait NaN", "--wait")]
    [InlineData("order cancel 3e0f1f86-6c8f-4a37-8d02-8d1c41c3c7a5 --site-id x --wait 1e300", "--wait")]
    [InlineData("faults", "--socket")]
    [InlineData("order setpoint abc --site-id x --for 5", "WATTS: expected a number of watts, found 'abc'")]
    [InlineData("order setpoint --site-id x --for 5", "WATTS: missing")]
    [InlineData("order idle --site-id x --for 1.5", "--for: expected a whole number of seconds, found '1.5'")]
    [InlineData("order cancel abc --site-id x", "ORDER: expected an id such as")]
    [InlineData("order idle --site-id x --for 5 --start tomorrow", "--start: expected a time in UTC such as 20")]
    [InlineData("order idle --site-id x --end 2026-07-14", "--end: expected a time in UTC such as 20")]
    [InlineData("bench nix", "expected one of: scan, device, ")]
    public void What_cannot_be_meant_ends_with_2_and_names_it(string line, string message)
    {
        var (code, output, error) = EdgeProcess.Command(line.Split(' '));

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("exception", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_socket_path_longer_than_an_address_holds_ends_with_2()
    {
        var (code, _, error) = EdgeProcess.Command("faults", "list", "--socket", new string('a', 200));

        Assert.Equal(2, code);
        Assert.Contains("107 bytes", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_controller_runs_the_faults_end_with_4_and_say_that_the_socket_is_missing()
    {
        var (code, output, error) = EdgeProcess.Command("faults", "--json", "--socket", "/nowhere/host.sock");

        Assert.Equal((4, ""), (code, output));
        Assert.Contains("there is no such socket", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sunspec --image /", "it is a directory")]
    [InlineData("chademo --log /", "it is a directory")]
    [InlineData("chademo --log /dev/null", "/dev/null: no CAN frame in it")]
    [InlineData("sunspec --image /proc/version", "/proc/version: not JSON")]
    public void A_recording_with_nothing_in_it_ends_with_1_and_says_so(string line, string message)
    {
        var (code, output, error) = EdgeProcess.Command(["bench", .. line.Split(' ')]);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
