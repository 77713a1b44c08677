using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>
/// A process of the demo, in a session of its own. It cannot outlive the demo: a small shell in its process group
/// holds one end of a pipe, and kills the group when the other end is closed, even by a kill -9 of the demo. A program
/// that ends with its standard input needs no such shell. What it prints last is kept.
/// </summary>
internal sealed partial class Child : IDisposable
{
    private const int SignalTerminate = 15;
    private const int LinesKept = 20_000;
    // Where it is allowed the program goes before ordinary ones, as its service would: a busy machine is no part of the
    // demo.
    private const string Guard = """
        renice -n -10 -p $$ >/dev/null 2>&1
        exec 3<&0
        { cat <&3; kill -KILL 0; } >/dev/null 2>&1 &
        exec "$@" 3<&- </dev/null
        """;

    private readonly Process process;
    private readonly bool isGuarded;
    private readonly Queue<string> log = [];
    private readonly Action<string>? heard;

    private Child(string name, Process process, bool isGuarded, Action<string>? heard)
    {
        Name = name;
        this.process = process;
        this.isGuarded = isGuarded;
        this.heard = heard;
        process.OutputDataReceived += (_, line) => Keep(line.Data, isAnswer: true);
        process.ErrorDataReceived += (_, line) => Keep(line.Data, isAnswer: false);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What the demo calls it.</summary>
    public string Name { get; }

    /// <summary>The first word of its name.</summary>
    public string ShortName => Name.Split(' ')[0];

    /// <summary>It has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>What it ended with.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Starts a program that knows nothing of the demo, guarded by the shell.</summary>
    /// <exception cref="Win32Exception">setsid is missing (Debian package util-linux).</exception>
    public static Child Start(string name, string temporaryFolder, string program, params string[] arguments) =>
        new(name, Start(temporaryFolder, ["sh", "-c", Guard, "sh", program, .. arguments]), isGuarded: true, null);

    /// <summary>Starts a program that takes lines on its standard input and ends with it.</summary>
    /// <param name="name">What the demo calls it.</param>
    /// <param name="temporaryFolder">Where it shall put what it needs to write.</param>
    /// <param name="heard">Told each line of its standard output, on another thread.</param>
    /// <param name="program">Path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Child StartSpoken(
        string name, string temporaryFolder, Action<string> heard, string program, params string[] arguments) =>
        new(name, Start(temporaryFolder, [program, .. arguments]), isGuarded: false, heard);

    /// <summary>Says a line to a program that takes them; false when it is gone.</summary>
    public bool TrySay(string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The last lines that it printed.</summary>
    public IReadOnlyList<string> Tail(int lines)
    {
        lock (log) return [.. log.TakeLast(lines)];
    }

    /// <summary>Ends it in order, or by force when that takes longer than <paramref name="patience"/>.</summary>
    public void End(TimeSpan patience)
    {
        if (!HasEnded)
        {
            if (isGuarded) _ = Kill(process.Id, SignalTerminate);
            else Close();
            process.WaitForExit(patience);
        }
        // The guard's pipe: its group dies with it, the guard included, and is waited for.
        if (isGuarded)
        {
            Close();
            SpinWait.SpinUntil(() => Kill(-process.Id, 0) != 0, TimeSpan.FromSeconds(2));
        }
        if (HasEnded || process.WaitForExit(TimeSpan.FromSeconds(1))) return;
        process.Kill();
        process.WaitForExit(TimeSpan.FromSeconds(5));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End(TimeSpan.FromSeconds(5));
        process.Dispose();
    }

    private static Process Start(string temporaryFolder, IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("setsid", command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = temporaryFolder;
        return Process.Start(start)!;
    }

    private void Keep(string? line, bool isAnswer)
    {
        if (line is null) return;
        lock (log)
        {
            log.Enqueue(line);
            if (log.Count > LinesKept) log.Dequeue();
        }
        if (isAnswer) heard?.Invoke(line);
    }

    private void Close()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
