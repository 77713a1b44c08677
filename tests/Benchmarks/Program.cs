using ChargeScape.Edge.Tests.Benchmarks;

switch (args)
{
    case ["modbus"]: return ModbusBenchmarks.Run();
    case ["simulator"]: return SimulatorBenchmarks.Run();
    default:
        Console.Error.WriteLine("usage: one of: modbus, simulator");
        return 2;
}
