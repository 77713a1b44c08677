using ChargeScape.Edge.Tests.Benchmarks;

switch (args)
{
    case ["control"]: return ControlBenchmarks.Run();
    case ["modbus"]: return ModbusBenchmarks.Run();
    case ["reaction"]: return ReactionBenchmarks.Run();
    case ["simulator"]: return SimulatorBenchmarks.Run();
    default:
        Console.Error.WriteLine("usage: one of: control, modbus, reaction, simulator");
        return 2;
}
