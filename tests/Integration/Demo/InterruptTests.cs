using System.Diagnostics;
using ChargeScape.Edge.Tests.Integration.Host;

namespace ChargeScape.Edge.Tests.Integration.Demo;

public sealed class InterruptTests
{
    [Fact]
    public void A_run_of_scenarios_that_is_interrupted_tells_how_far_it_came_and_ends_with_130()
    {
        var sim = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "chargescape-sim"), ["run"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        using var lines = new PeerLines(sim);
        // The first run is through, so the next one is under way.
        lines.Next();

        var code = EdgeProcess.Interrupt(sim);

        Assert.Equal(130, code);
        lines.Next(line => line.StartsWith("error: interrupted: ", StringComparison.Ordinal));
    }
}
