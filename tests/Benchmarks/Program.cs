using ChargeScape.Edge.Tests.Benchmarks;

switch (args)
{
    case ["modbus"]: return ModbusBenchmarks.Run();
    case ["reaction"]: return ReactionBenchmarks.Run();
    default:
        Console.Error.WriteLine("usage: one of: modbus, reaction");
        return 2;
}
