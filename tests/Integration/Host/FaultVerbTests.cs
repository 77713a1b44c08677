using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Tests.Integration.Host;

public sealed class FaultVerbTests : IDisposable
{
    private readonly Broker broker = Broker.Start(isPersistent: false);

    public void Dispose() => broker.Dispose();

    [Fact]
    public void An_emergency_stop_is_cleared_by_hand_after_it_was_released_and_only_as_the_one_that_was_seen()
    {
        using var edge = EdgeProcess.Run(broker);
        edge.Panel.Press();
        var fault = WaitForStop();
        var occurrence = $"{fault["occurrence"]}";

        var whilePressed = Faults("clear", "emergency_stop", occurrence);
        edge.Panel.Release();
        var another = Faults("clear", "emergency_stop", "77");
        var cleared = ClearWhenReleased(occurrence);
        var after = Faults("list", "--json");

        Assert.True((bool)fault["clearable"]!);
        Assert.Equal((3, "refused: its cause is still present\n"), (whilePressed.ExitCode, whilePressed.Output));
        Assert.Equal(3, another.ExitCode);
        Assert.Equal((0, "cleared\n"), (cleared.ExitCode, cleared.Output));
        Assert.DoesNotContain("emergency_stop", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_latch_outlives_a_kill_and_the_kill_counts_as_a_crash()
    {
        var state = $"stateFile={broker.Folder}/kept.state";
        using (var killed = EdgeProcess.Run(broker, state))
        {
            killed.Panel.Press();
            WaitForStop();
            WaitForStored($"{broker.Folder}/kept.state");
            killed.Kill();
        }

        using var again = EdgeProcess.Run(broker, state);
        again.Panel.Release();
        var stop = WaitForStop();
        var crash = Fault("crash");

        Assert.Equal("f3", (string?)stop["class"]);
        Assert.Equal("f2", (string?)crash!["class"]);
        Assert.NotEmpty((string?)stop["household"] ?? "");
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void The_socket_is_the_owners_alone()
    {
        using var edge = EdgeProcess.Run(broker);
        WaitForSocket();

        var mode = File.GetUnixFileMode(EdgeProcess.LocalSocket(broker));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
    }

    [Fact]
    public void Without_a_controller_it_says_so()
    {
        var list = Faults("list");
        var nothing = EdgeProcess.Command("faults");

        Assert.Equal((4, 2), (list.ExitCode, nothing.ExitCode));
        Assert.Contains("no controller answers", list.Error, StringComparison.Ordinal);
    }

    private JsonObject WaitForStop()
    {
        JsonObject? found = null;
        Eventually.Is(() => (found = Fault("emergency_stop")) is not null, "the emergency stop is listed");
        return found!;
    }

    private JsonObject? Fault(string trip) =>
        Faults("list", "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject()).FirstOrDefault(fault => (string?)fault["trip"] == trip);

    // The name of a trip is folded; what shows from outside is that the file has come to rest after the latch.
    private static void WaitForStored(string path)
    {
        var (last, since) = (Array.Empty<byte>(), Environment.TickCount64);
        Eventually.Is(
            () =>
            {
                var now = File.Exists(path) ? File.ReadAllBytes(path) : [];
                if (!now.AsSpan().SequenceEqual(last)) (last, since) = (now, Environment.TickCount64);
                return now.Length > 0 && Environment.TickCount64 - since > 1000;
            },
            "the state file has come to rest");
    }

    // The line's edge takes a moment through two processes.
    private (int ExitCode, string Output, string Error) ClearWhenReleased(string occurrence)
    {
        (int ExitCode, string Output, string Error) last = default;
        Eventually.Is(
            () => (last = Faults("clear", "emergency_stop", occurrence)).ExitCode == 0, "the stop is cleared");
        return last;
    }

    private void WaitForSocket() => Eventually.Is(() => Faults("list").ExitCode == 0, "the controller answers");

    private (int ExitCode, string Output, string Error) Faults(params string[] arguments) =>
        EdgeProcess.Command(["faults", .. arguments, "--socket", EdgeProcess.LocalSocket(broker)]);
}
