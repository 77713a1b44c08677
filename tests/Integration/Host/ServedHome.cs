using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>The simulated home of a scenario behind real wires, as a process of its own.</summary>
internal sealed class ServedHome : IDisposable
{
    private readonly Process process;
    private readonly PeerLines answers;

    public ServedHome(string scenario, string folder)
    {
        var ports = Path.Combine(folder, "ports.json");
        TruthFile = Path.Combine(folder, "truth.jsonl");
        process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "chargescape-sim"),
            ["serve", scenario, "--by-hand", "--ports-file", ports, "--truth", TruthFile])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        answers = new(process);
        Eventually.Is(() => File.Exists(ports), "the simulated home opens its wires");
        Settings = [.. JsonNode.Parse(File.ReadAllText(ports))!["set"]!.AsArray().Select(value => (string)value!)];
    }

    /// <summary>Values for <c>run --set</c> that lead to its wires.</summary>
    public IReadOnlyList<string> Settings { get; }

    /// <summary>The true plant since the beginning, a JSON object per 0.1 s; the last line may not be whole
    /// yet.</summary>
    public string TruthFile { get; }

    /// <summary>The true plant 0.1 to 0.2 s ago, as JSON.</summary>
    public string Truth => File.ReadLines(TruthFile).TakeLast(2).First();

    /// <summary>Does something in the home by hand.</summary>
    public void Do(string command)
    {
        process.StandardInput.WriteLine(command);
        process.StandardInput.Flush();
        answers.Next(line => line.StartsWith("ok", StringComparison.Ordinal));
    }

    public void Dispose() => answers.Dispose();
}
