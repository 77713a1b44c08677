using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Integration.Demo;

/// <summary>What moves in real time is not tested beside anything else.</summary>
[CollectionDefinition(nameof(InRealTime), DisableParallelization = true)]
public sealed class InRealTime;

/// <summary>The demo as a new user runs it, and what it leaves behind when it is cut short.</summary>
[Collection(nameof(InRealTime))]
public sealed class DemoTests(ITestOutputHelper output)
{
    private static readonly TimeSpan shortEnd = TimeSpan.FromSeconds(40);

    // Both at once, each with its own broker, home and controller. The Quasar's times are those that owners measured, so
    // it cannot be hurried.
    [Fact]
    public void Every_check_of_the_demo_holds_with_either_charger_and_nothing_is_left()
    {
        using var chademo = new DemoProcess("--seconds", "60");
        using var quasar = new DemoProcess("--site", "quasar", "--seconds", "180");

        ExpectHeld(chademo, TimeSpan.FromMinutes(5));
        ExpectHeld(quasar, TimeSpan.FromMinutes(10));
    }

    [Theory]
    [InlineData(DemoProcess.SignalInterrupt, 130)]
    [InlineData(DemoProcess.SignalTerminate, 143)]
    public void Interrupted_in_the_middle_it_ends_all_that_it_started(int signal, int exitCode)
    {
        using var demo = new DemoProcess();
        demo.WaitUntilPrinted("the cloud orders");
        Assert.True(demo.Running().Count >= 4, "demo, broker, home and controller run");

        demo.Signal(signal);
        demo.WaitForEnd(shortEnd);

        Assert.Equal(exitCode, demo.ExitCode);
        Assert.Empty(demo.Running());
        Assert.Empty(demo.FoldersLeft);
    }

    [Fact]
    public void Killed_in_the_middle_it_leaves_no_process_and_no_folder()
    {
        using var demo = new DemoProcess();
        demo.WaitUntilPrinted("the cloud orders");
        Assert.True(demo.Running().Count >= 4, "demo, broker, home and controller run");

        demo.Signal(DemoProcess.SignalKill);

        Eventually.Is(() => demo.Running().Count == 0, "all processes of the demo are gone");
        Eventually.Is(() => demo.FoldersLeft.Count == 0, "its folder is gone");
    }

    [Theory]
    [InlineData("mosquitto -c", "mosquitto (the broker) has ended")]
    [InlineData("chargescape-edge run", "chargescape-edge run (the controller) has ended")]
    [InlineData("chargescape-sim serve", "chargescape-sim serve (the simulated home) has ended")]
    public void When_one_of_its_processes_dies_the_demo_says_which_and_ends_the_others(string command, string said)
    {
        using var demo = new DemoProcess();
        demo.WaitUntilPrinted("the cloud orders");

        demo.SignalTo(command, DemoProcess.SignalKill);
        demo.WaitForEnd(shortEnd);

        Assert.Equal(1, demo.ExitCode);
        Assert.Contains(said, demo.Printed, StringComparison.Ordinal);
        Assert.Empty(demo.Running());
        Assert.Empty(demo.FoldersLeft);
    }

    [Fact]
    public void A_site_that_is_not_there_is_refused_with_those_that_are()
    {
        using var demo = new DemoProcess("--site", "tesla");

        demo.WaitForEnd(shortEnd);

        Assert.Equal(2, demo.ExitCode);
        Assert.Contains("known: chademo, quasar", demo.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_demo_that_is_too_short_is_refused()
    {
        using var demo = new DemoProcess("--seconds", "59");

        demo.WaitForEnd(shortEnd);

        Assert.Equal(2, demo.ExitCode);
        Assert.Contains("--seconds takes a whole number from 60", demo.Printed, StringComparison.Ordinal);
    }

    private void ExpectHeld(DemoProcess demo, TimeSpan atMost)
    {
        demo.WaitForEnd(atMost);
        output.WriteLine(demo.Printed);

        Assert.Equal("demo: 10 checks held, 0 failed", demo.LastLine);
        Assert.Equal(0, demo.ExitCode);
        Assert.Empty(demo.Running());
        Assert.Empty(demo.FoldersLeft);
    }
}
