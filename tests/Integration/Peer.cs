using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace ChargeScape.Edge.Tests.Integration;

/// <summary>Programs that we did not write.</summary>
public static class Peer
{
    /// <summary>Starts one with its streams redirected; a missing one is named with its Debian package.</summary>
    public static Process Start(string program, string debianPackage, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception cause)
        {
            throw new InvalidOperationException(
                $"cannot start {program}: install it with `apt-get install {debianPackage}`", cause);
        }
    }
}

/// <summary>What a peer prints, line by line; disposing ends the peer.</summary>
public sealed class PeerLines : IDisposable
{
    private readonly Process process;
    private readonly BlockingCollection<string> lines = [];

    /// <summary>Takes over a started process.</summary>
    public PeerLines(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text) lines.Add(text);
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text) lines.Add($"error: {text}");
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The next line; fails when none comes in time.</summary>
    public string Next() => lines.TryTake(out var line, Eventually.Deadline)
        ? line : throw new TimeoutException("the peer printed no further line");

    /// <summary>The next line, if one comes in so long.</summary>
    public bool TryNext(TimeSpan atMost, [NotNullWhen(true)] out string? line) => lines.TryTake(out line, atMost);

    /// <summary>Skips to the first line that fits; fails when none comes in time.</summary>
    public string Next(Predicate<string> fits)
    {
        while (true)
        {
            var line = Next();
            if (fits(line)) return line;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
        process.Dispose();
    }
}

/// <summary>Waits for what other processes do.</summary>
public static class Eventually
{
    /// <summary>Long enough for a loaded machine; nothing is judged by it but that it happens.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the condition holds; fails when it does not in time.</summary>
    public static void Is(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(
                () =>
                {
                    if (condition()) return true;
                    Thread.Yield();
                    return false;
                }, Deadline))
            throw new TimeoutException($"it did not happen that {what}");
    }
}
