using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Tests.Unit.Architecture;

/// <summary>Control is a pure step: no clock, thread, chance, I/O, log or package. Read from the compiled
/// metadata.</summary>
public sealed class ControlPurityTests
{
    private static readonly string[] BannedNamespaces =
        ["System.Threading", "System.IO", "System.Net", "Microsoft.Extensions", "System.Timers",
            "System.Security.Cryptography"];

    private static readonly string[] BannedTypes =
    [
        "System.DateTime", "System.DateTimeOffset", "System.TimeProvider", "System.Diagnostics.Stopwatch",
        "System.Random",
        "System.Environment", "System.Console", "System.Guid", "System.GC",
    ];

    [Fact]
    public void Control_refers_to_the_framework_and_the_contracts_only()
    {
        var others = typeof(ControlCycle).Assembly.GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name =>
                !name.StartsWith("System.", StringComparison.Ordinal) && name != "ChargeScape.Edge.Hal.Contracts");

        Assert.Empty(others);
    }

    [Theory]
    [InlineData("ChargeScape.Edge.Control.dll")]
    [InlineData("ChargeScape.Edge.Hal.Contracts.dll")]
    public void Nothing_in_it_names_a_clock_a_thread_chance_or_io(string assembly)
    {
        var banned = TypeReferences(assembly).Where(IsBanned)
            // Latest<T> orders its stores; that is no thread.
            .Where(type => assembly.Contains("Control.dll")
                || type is not ("System.Threading.Volatile" or "System.Threading.Interlocked"));

        Assert.Empty(banned);
    }

    [Fact]
    public void The_scan_sees_what_it_bans()
    {
        var seen = TypeReferences("chargescape-edge.dll").Where(IsBanned).ToList();

        Assert.Contains(seen, type => type.StartsWith("System.Threading", StringComparison.Ordinal));
    }

    private static bool IsBanned(string type) =>
        BannedTypes.Contains(type)
            || BannedNamespaces.Any(space => type.StartsWith(space + ".", StringComparison.Ordinal))
        || type.EndsWith("AsyncStateMachineAttribute", StringComparison.Ordinal);

    private static List<string> TypeReferences(string assembly)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return [.. metadata.TypeReferences.Select(handle => metadata.GetTypeReference(handle))
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")];
    }
}
