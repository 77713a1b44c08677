namespace ChargeScape.Edge.Tests.Unit.Chademo;

internal static class Recording
{
    public static string Leaf24 =>
        RepositoryRoot.File("tests/data/chademo/v2x-evse_leaf24_start-charge-stop.candump.log");

    public static string Dbc => RepositoryRoot.File("tests/data/dbc/QC-CAN_ALL.corrected.dbc");

    public static string InfySamples => RepositoryRoot.File("tests/data/dc-modules/infy-v1.13-samples.jsonl");
}
