using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>The simulated home as a process of its own: <c>chargescape-sim serve</c>.</summary>
internal sealed class HomeProcess : IDisposable
{
    private readonly BlockingCollection<string> answers = [];
    private readonly string portsFile;

    /// <summary>Starts it; the caller waits until <see cref="IsOpen"/>.</summary>
    public HomeProcess(Scratch scratch, string scenario)
    {
        portsFile = scratch.File("ports.json");
        TruthFile = scratch.File("truth.jsonl");
        Child = Child.StartSpoken(
            "chargescape-sim serve (the simulated home)", scratch.Folder, answers.Add,
            Path.Combine(AppContext.BaseDirectory, "chargescape-sim"),
            "serve", scenario, "--by-hand", "--ports-file", portsFile, "--truth", TruthFile);
    }

    /// <summary>The process.</summary>
    public Child Child { get; }

    /// <summary>What the plant truly does.</summary>
    public string TruthFile { get; }

    /// <summary>Its wires are open.</summary>
    public bool IsOpen => File.Exists(portsFile);

    /// <summary>The site file, and the values that point it at these wires.</summary>
    /// <exception cref="JsonException">The ports file is not as it should be.</exception>
    public (string SiteFile, IReadOnlyList<string> Overrides) Site()
    {
        var ports = JsonNode.Parse(File.ReadAllText(portsFile))!;
        var overrides = ports["set"]!.AsArray().Select(value => value!.GetValue<string>());
        return (ports["site"]!.GetValue<string>(), [.. overrides]);
    }

    /// <summary>Says something to the home; its answer, or null when none came.</summary>
    public string? Say(string command) =>
        Child.TrySay(command) && answers.TryTake(out var answer, TimeSpan.FromSeconds(10)) ? answer : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Child.Dispose();
        answers.Dispose();
    }
}
