using System.Diagnostics;
using System.Text.Json;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>The product, <c>chargescape-edge run</c>, as a process, and what a person at its machine can do.</summary>
internal sealed class HostProcess : IDisposable
{
    private static readonly string program = Path.Combine(AppContext.BaseDirectory, "chargescape-edge");
    private readonly string socket;

    /// <summary>Starts it.</summary>
    public HostProcess(Scratch scratch, string siteFile, IReadOnlyList<string> overrides, int brokerPort)
    {
        socket = scratch.File("host.sock");
        string[] values = [.. overrides, $"mqtt.port={brokerPort}", $"localSocket={socket}",
            $"stateFile={scratch.File("host.state")}"];
        Child = Child.Start(
            "chargescape-edge run (the controller)", scratch.Folder, program,
            ["run", "--site", siteFile, .. values.SelectMany(value => new[] { "--set", value })]);
    }

    /// <summary>The process.</summary>
    public Child Child { get; }

    /// <summary>
    /// What a person at the machine would type to clear a fault that stands; null when it does not stand.
    /// </summary>
    public string? ClearCommand(string trip)
    {
        foreach (var line in Ask("list", "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var fault = JsonDocument.Parse(line);
            if (fault.RootElement.GetProperty("trip").GetString() == trip)
                return $"clear {trip} {fault.RootElement.GetProperty("occurrence").GetUInt32()}";
        }
        return null;
    }

    /// <summary>Runs <c>chargescape-edge faults</c> on the host's local socket, as that person would.</summary>
    /// <exception cref="DemoFailure">It did not end in time.</exception>
    public (int ExitCode, string Output) Ask(params string[] words)
    {
        var start = new ProcessStartInfo(program, ["faults", .. words, "--socket", socket])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var asked = Process.Start(start)!;
        var error = asked.StandardError.ReadToEndAsync();
        var output = asked.StandardOutput.ReadToEndAsync();
        if (!asked.WaitForExit(TimeSpan.FromSeconds(20)))
        {
            asked.Kill();
            throw new DemoFailure($"chargescape-edge faults {string.Join(' ', words)} did not end in time");
        }
        return (asked.ExitCode, $"{output.Result}{error.Result}".Trim());
    }

    /// <inheritdoc/>
    public void Dispose() => Child.Dispose();
}
