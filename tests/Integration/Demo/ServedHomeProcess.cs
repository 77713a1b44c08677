using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Tests.Integration.Demo;

/// <summary>A <c>chargescape-sim serve</c>, with a folder of its own for everything that it writes.</summary>
internal sealed class ServedHomeProcess : IDisposable
{
    public ServedHomeProcess(string scenario)
    {
        PortsFile = Path.Combine(Folder, "ports.json");
        TruthFile = Path.Combine(Folder, "truth.jsonl");
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "chargescape-sim"),
            ["serve", scenario, "--by-hand", "--ports-file", PortsFile, "--truth", TruthFile])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TMPDIR"] = Folder;
        Process = Process.Start(start)!;
        Eventually.Is(() => File.Exists(PortsFile), "the home has opened its wires");
        Ports = JsonNode.Parse(File.ReadAllText(PortsFile))!;
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("chargescape-served-").FullName;

    public string PortsFile { get; }

    public string TruthFile { get; }

    public JsonNode Ports { get; }

    public Process Process { get; }

    public int Port(string bus) => Ports["buses"]![bus]!["port"]!.GetValue<int>();

    public string LinesSocket => Ports["buses"]!["lines"]!["path"]!.GetValue<string>();

    /// <summary>Says a line and returns the answer.</summary>
    public string Say(string line)
    {
        Process.StandardInput.WriteLine(line);
        return Process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the home has ended");
    }

    /// <summary>The newest whole line of the truth.</summary>
    public JsonNode Truth()
    {
        using var file = new FileStream(TruthFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var text = new StreamReader(file);
        var lines = text.ReadToEnd().Split('\n');
        return JsonNode.Parse(lines.Length > 1 ? lines[^2] : "{}")!;
    }

    public void Dispose()
    {
        if (!Process.HasExited) Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
