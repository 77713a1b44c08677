using ChargeScape.Edge.Tests.Benchmarks;

switch (args)
{
    case ["modbus"]: return ModbusBenchmarks.Run();
    default:
        Console.Error.WriteLine("usage: one of: modbus");
        return 2;
}
