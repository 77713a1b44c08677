namespace ChargeScape.Edge.Tests.Kernel.Machine;

public sealed class WatchdogTests : IDisposable
{
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void A_killed_controller_lets_the_machine_restart_and_begins_tripped_by_power_up_with_every_drive_off()
    {
        var (code, output, error) = bench.Run(
            ["--boots", "2", "--virtual-time"], RepositoryRoot.File("tests", "Kernel", "Machine", "watchdog-job"),
            RepositoryRoot.File("edge-host", "Host", "bin", "Release", "net10.0", "chargescape-edge"),
            RepositoryRoot.File("tests", "Kernel", "Home", "kernel-home.json"),
            RepositoryRoot.File("tests", "Kernel", "peers", "service_manager.py"));

        string[] files = ["trouble-1", "log-1", "trouble-2", "log-2"];
        var told = string.Join('\n', files.Select(bench.Left));
        Assert.True(code == 0, $"ended with {code} in start {bench.Left("boots")}: {output}{error}\n{told}");
        Assert.Contains("power_up", bench.Left("faults-2"), StringComparison.Ordinal);
        Assert.Equal("0\n0\n0\n", bench.Left("drives-2"));
    }
}
