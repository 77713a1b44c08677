namespace ChargeScape.Edge.Tests.Integration.Bench;

/// <summary>Recordings and peers of the bench tests.</summary>
internal static class BenchData
{
    public static string SmaImage { get; } =
        Path.Combine(Host.EdgeProcess.Root, "tests/data/sunspec-devices/sma-sb3.6-1av-41_2023-08-10.regs.json");

    public static string ChademoLog { get; } =
        Path.Combine(Host.EdgeProcess.Root, "tests/data/chademo/v2x-evse_leaf24_start-charge-stop.candump.log");

    public static string Peer(string file) =>
        Path.Combine(Host.EdgeProcess.Root, "tests/Integration/Bench/peers", file);
}
