using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>A program beside the measured one; it ends when its input is closed, or is killed.</summary>
internal sealed partial class ReferenceProgram(ProcessStartInfo start) : IDisposable
{
    private const int Terminate = 15;
    private static readonly List<Process> running = [];
    private readonly Process process = Started(start);

    static ReferenceProgram() => AppDomain.CurrentDomain.ProcessExit += EndAll;

    public ReferenceProgram(string program, params string[] arguments)
        : this(new ProcessStartInfo(program, arguments)) { }

    public bool HasEnded => process.HasExited;

    /// <summary>Compiles a C file of this folder; returns the program.</summary>
    public static string Compile(string source, string folder, params string[] options)
    {
        var program = Path.Combine(folder, Path.GetFileNameWithoutExtension(source));
        string[] arguments =
            ["-O2", "-Wall", "-o", program, Path.Combine(AppContext.BaseDirectory, source), .. options];
        const string advice = "the reference in C cannot be compiled: apt-get install gcc libc6-dev libmodbus-dev";
        try
        {
            using var cc = Process.Start("cc", arguments);
            cc.WaitForExit();
            return cc.ExitCode == 0 ? program : throw new InvalidOperationException(advice);
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException(advice, missing);
        }
    }

    public string ReadLine() =>
        process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{process.StartInfo.FileName} ended");

    /// <summary>The next line, or null at the end.</summary>
    public string? TryReadLine() => process.StandardOutput.ReadLine();

    /// <summary>Closes its input, and returns what it still says until its end.</summary>
    public List<string> End()
    {
        process.StandardInput.Dispose();
        var said = new List<string>();
        while (TryReadLine() is { } line) said.Add(line);
        return said;
    }

    public void WriteLine(string line) => process.StandardInput.WriteLine(line);

    public void Dispose()
    {
        process.StandardInput.Dispose();
        if (!process.WaitForExit(200)) _ = Signal(process.Id, Terminate);
        if (!process.WaitForExit(5000)) process.Kill();
        lock (running) running.Remove(process);
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    private static Process Started(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        var started = Process.Start(start)!;
        lock (running) running.Add(started);
        return started;
    }

    // Ctrl-C and SIGTERM end this process by the runtime's own handler, which disposes nothing.
    private static void EndAll(object? sender, EventArgs e)
    {
        lock (running)
            foreach (var process in running)
                _ = Signal(process.Id, Terminate);
    }
}
