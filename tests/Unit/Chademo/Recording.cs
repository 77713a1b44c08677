namespace ChargeScape.Edge.Tests.Unit.Chademo;

internal static class Recording
{
    public static string Leaf24 => Path.Combine(Root, "tests/data/chademo/v2x-evse_leaf24_start-charge-stop.candump.log");

    public static string InfySamples => Path.Combine(Root, "tests/data/dc-modules/infy-v1.13-samples.jsonl");

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ChargeScape.Edge.sln"))) folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("the tests run inside a clone of the repository");
        }
    }
}
