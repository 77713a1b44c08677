using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace ChargeScape.Edge.Tests.Integration.Demo;

/// <summary>
/// A <c>chargescape-sim demo</c> with a temporary folder of its own. Whatever it starts carries a mark in its
/// environment, by which it can be found after the demo itself is gone.
/// </summary>
internal sealed partial class DemoProcess : IDisposable
{
    public const int SignalInterrupt = 2;
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;

    private readonly string mark = $"CHARGESCAPE_DEMO_TEST={Guid.NewGuid()}";
    private readonly StringBuilder printed = new();
    private readonly Process process;

    public DemoProcess(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "chargescape-sim");
        var start = new ProcessStartInfo(program, ["demo", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = Folder;
        var (name, value) = (mark.Split('=')[0], mark.Split('=')[1]);
        start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("chargescape-demo-test-").FullName;

    public int ExitCode => process.ExitCode;

    /// <summary>Everything that it has printed.</summary>
    public string Printed
    {
        get { lock (printed) return printed.ToString(); }
    }

    /// <summary>What it printed last.</summary>
    public string LastLine => Printed.TrimEnd().Split('\n')[^1];

    /// <summary>Folders of the demo and of its processes that are still there.</summary>
    public IReadOnlyList<string> FoldersLeft => Directory.GetDirectories(Folder, "chargescape-*");

    public void WaitUntilPrinted(string text) => Eventually.Is(
        () => Printed.Contains(text, StringComparison.Ordinal) || (process.HasExited ? throw Ended() : false),
        $"the demo prints '{text}'");

    public void WaitForEnd(TimeSpan atMost)
    {
        if (!process.WaitForExit(atMost)) throw new TimeoutException($"the demo did not end:\n{Printed}");
        // Without a time limit it also waits for the last of the output.
        process.WaitForExit();
    }

    public void Signal(int signal) => _ = Kill(process.Id, signal);

    /// <summary>Sends a signal to the one process of the demo whose command begins so, its folder left out.</summary>
    public void SignalTo(string command, int signal)
    {
        var child = Running().Single(running =>
            Path.GetFileName(running.Command.Split(' ')[0]) is { Length: > 0 } program
            && $"{program} {running.Command.Split(' ')[1]}" == command);
        _ = Kill(child.Id, signal);
    }

    /// <summary>Processes that carry the mark, the demo itself included.</summary>
    public IReadOnlyList<(int Id, string Command)> Running()
    {
        var running = new List<(int, string)>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            try
            {
                if (!File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').Contains(mark)) continue;
                running.Add((id, File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ')));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or it belongs to somebody else.
            }
        }
        return running;
    }

    public void Dispose()
    {
        foreach (var (id, _) in Running()) _ = Kill(id, SignalKill);
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private InvalidOperationException Ended() => new($"the demo ended with {process.ExitCode}:\n{Printed}");

    private void Keep(string? line)
    {
        lock (printed) printed.AppendLine(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
