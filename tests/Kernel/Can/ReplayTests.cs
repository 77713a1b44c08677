using ChargeScape.Edge.Tests.Integration;

namespace ChargeScape.Edge.Tests.Kernel.Can;

/// <summary>The shipped program plays a log on a CAN interface of the kernel.</summary>
public sealed class ReplayTests : IDisposable
{
    private const string Interface = "vcan8";

    private static readonly string program =
        RepositoryRoot.File("edge-host", "Host", "bin", "Release", "net10.0", "chargescape-edge");

    private static readonly string log =
        RepositoryRoot.File("tests", "data", "chademo", "v2x-evse_leaf24_start-charge-stop.candump.log");

    private readonly VirtualBus bus = new(Interface);

    public void Dispose() => bus.Dispose();

    [Fact]
    public void candump_sees_the_frames_of_a_log_in_their_order()
    {
        string[] car = [" 100#", " 101#", " 102#"];
        // Fewer than the kernel keeps for a candump that the guest's one processor leaves waiting.
        string[] lines = [.. File.ReadLines(log).Take(200)];
        var part = Path.GetTempFileName();
        File.WriteAllLines(part, lines);
        var logged = lines.Where(line => car.Any(id => line.Contains(id, StringComparison.Ordinal)))
            .Select(line => line.Split(' ')[2]).ToList();
        using var dump = bus.Dump();

        var (code, summary, said) = Shell.Try(
            program, "bench", "replay", part, "--interface", Interface, "--only", "100,101,102", "--json");
        File.Delete(part);

        Assert.True(code == 0, said);
        Assert.Contains($"\"sent\":{logged.Count},\"lost\":0", summary, StringComparison.Ordinal);
        foreach (var frame in logged) Assert.EndsWith($" {Interface} {frame}", dump.Next(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_that_is_down_is_named()
    {
        bus.IsUp = false;

        var (code, _, said) = Shell.Try(program, "bench", "replay", log, "--interface", Interface);

        Assert.Equal(1, code);
        Assert.Contains(Interface, said, StringComparison.Ordinal);
        Assert.Contains("down", said, StringComparison.Ordinal);
    }
}
