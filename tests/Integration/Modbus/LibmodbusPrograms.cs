using System.Collections.Concurrent;

namespace ChargeScape.Edge.Tests.Integration.Modbus;

/// <summary>The small C programs over libmodbus, compiled once per test run.</summary>
public sealed class LibmodbusPrograms : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chargescape-modbus-");
    private readonly ConcurrentDictionary<string, string> compiled = new();

    /// <summary>Path of the program made from <c>peers/NAME.c</c>.</summary>
    public string Program(string name) => compiled.GetOrAdd(name, Compile);

    public void Dispose() => folder.Delete(recursive: true);

    private string Compile(string name)
    {
        var program = Path.Combine(folder.FullName, name);
        var source = ModbusPeers.Source($"{name}.c");
        ModbusPeers.Run("cc", "gcc libc6-dev libmodbus-dev",
            "-O2", "-Wall", "-Werror", "-I/usr/include/modbus", "-o", program, source, "-lmodbus");
        return program;
    }
}
