using ChargeScape.Edge.Tests.Benchmarks;

const string names = "can, control, kernel, modbus, reaction, scan, simulator";

switch (args)
{
    case ["can"]: return CanBenchmarks.Run();
    case ["control"]: return ControlBenchmarks.Run();
    case ["kernel"]: return KernelBenchmarks.Run();
    case ["modbus"]: return ModbusBenchmarks.Run();
    case ["reaction"]: return ReactionBenchmarks.Run();
    case ["scan"]: return ScanBenchmarks.Run();
    case ["simulator"]: return SimulatorBenchmarks.Run();
    case [] or ["all"]:
        return ControlBenchmarks.Run() | SimulatorBenchmarks.Run() | ModbusBenchmarks.Run() | CanBenchmarks.Run()
            | ScanBenchmarks.Run() | KernelBenchmarks.Run() | ReactionBenchmarks.Run();
    case ["--help" or "-h"]:
        Console.WriteLine(
            $"usage: ./edge figures [NAME]   one of: {names}; without a name all of them (a quarter of an hour)");
        return 0;
    default:
        Console.Error.WriteLine($"edge figures: expected one of: {names}");
        return 2;
}
