using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Demo;
using ChargeScape.Edge.Sim.Plant;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Unit.Demo;

/// <summary>The truth file as the simulator writes it and the demo reads it.</summary>
public sealed class TruthLogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-truth-").FullName;

    private string TruthFile => Path.Combine(folder, "truth.jsonl");

    [Fact]
    public void What_the_simulator_writes_is_read_as_it_was()
    {
        var plant = new HomePlant(new() { Battery = new() { Soc = new(61.5) } }, seed: 1);
        using var writer = new TruthWriter(TruthFile)
        {
            Clock = () => 7.Seconds, Levels = () => [("d1", true), ("d2", false), ("k", null)],
        };
        using var log = new TruthLog(TruthFile);

        plant.Advance(10.Milliseconds);
        writer.Did("plug in");
        writer.See(Truth.Of(plant));
        log.Follow();

        var line = Assert.Single(log.Lines);
        Assert.Equal((10.Milliseconds, 7.Seconds), (line.At, line.Monotonic));
        Assert.Equal(plant.Service.Total.Value, line.Grid, 0);
        Assert.Equal((61.5, false), (line.Soc, line.IsClosed));
        Assert.Equal(["d1"], line.ActiveLines);
        Assert.Equal(["plug in"], line.Did);
    }

    [Fact]
    public void A_line_that_is_half_written_waits_for_its_end()
    {
        var whole = Line(100);
        File.WriteAllText(TruthFile, whole + whole[..20]);
        using var log = new TruthLog(TruthFile);

        log.Follow();
        var before = log.Lines.Count;
        File.AppendAllText(TruthFile, whole[20..]);
        log.Follow();

        Assert.Equal((1, 2), (before, log.Lines.Count));
    }

    [Fact]
    public void What_was_done_lies_after_the_line_before()
    {
        File.WriteAllText(TruthFile, Line(100) + Line(200) + Line(300, "oven on") + Line(400));
        using var log = new TruthLog(TruthFile);
        log.Follow();

        Assert.Equal(200.Milliseconds, log.Before("oven on"));
        Assert.Null(log.Before("oven off"));
        Assert.Equal(300.Milliseconds, log.At(1201.Milliseconds));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // The machine's clock is a second ahead of the plant's.
    private static string Line(int milliseconds, string? did = null)
    {
        const string numbers = """
            "grid_w":[1,2],"grid_a":[3,4],"house_w":5,"pv_w":6,"evse_w":7,"dc_v":8,"dc_a":9,"soc_pct":10
            """;
        var done = did is null ? "" : $",\"did\":[\"{did}\"]";
        var seconds = FormattableString.Invariant($"{milliseconds / 1000.0}");
        return $"{{\"t_s\":{seconds},\"mono_ns\":{(milliseconds + 1000) * 1_000_000L},{numbers},"
            + $"\"contactor_closed\":true,\"lines\":{{}}{done}}}\n";
    }
}
