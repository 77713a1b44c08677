using System.Collections.Concurrent;
using System.Diagnostics;

namespace ChargeScape.Edge.Tests.Mutation;

/// <summary>What became of a mutant.</summary>
/// <param name="Mutant">The one.</param>
/// <param name="Killer">The test that fell; null when none did.</param>
internal sealed record Verdict(Mutant Mutant, string? Killer);

/// <summary>Workers side by side, each with the next mutant as soon as it is done with one.</summary>
internal sealed class Pool(
    string folder, int workers, bool isQuick, Action<Verdict, int> judged, Action<string> said)
{
    /// <summary>A worker that answers nothing for so long hangs in a way that it cannot see itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public const string QuickWord = "quick";

    private readonly ConcurrentQueue<Mutant> waiting = new();
    private readonly Lock done = new();
    private readonly List<Verdict> verdicts = [];
    private readonly HashSet<string> unfit = [];
    private volatile string lastWords = "";

    /// <summary>Tests that fail without any mutant; they took no part.</summary>
    public IReadOnlyCollection<string> Unfit => unfit;

    public IReadOnlyList<Verdict> Judge(IEnumerable<Mutant> mutants, CancellationToken ended)
    {
        foreach (var mutant in mutants) waiting.Enqueue(mutant);
        var threads = Enumerable.Range(0, workers)
            .Select(_ => Task.Factory.StartNew(
                () => Work(ended), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        Task.WhenAll(threads).GetAwaiter().GetResult();
        ended.ThrowIfCancellationRequested();
        return verdicts;
    }

    private void Work(CancellationToken ended)
    {
        while (!waiting.IsEmpty && !ended.IsCancellationRequested)
        {
            using var worker = Start();
            using var stop = ended.Register(() => End(worker));
            try
            {
                Converse(worker, ended);
            }
            finally
            {
                End(worker);
            }
        }
    }

    // Until the queue is empty or the worker is no more.
    private void Converse(Process worker, CancellationToken ended)
    {
        if (Answer(worker) != "ready")
        {
            if (ended.IsCancellationRequested) return;
            throw new InvalidOperationException($"a worker ended before it had begun: {lastWords}");
        }
        while (!ended.IsCancellationRequested && waiting.TryDequeue(out var mutant))
        {
            worker.StandardInput.WriteLine($"{mutant.Id} {mutant.File}");
            var answer = Answer(worker);
            if (ended.IsCancellationRequested) return;
            if (answer is null)
            {
                Take(new(mutant, "(the process ended)"));
                return;
            }
            var words = answer.Split(' ', 3);
            switch (words[0])
            {
                case "killed": Take(new(mutant, words[2])); break;
                case "survived": Take(new(mutant, null)); break;
                case "endless": Take(new(mutant, "(endless)")); return;
                default: throw new InvalidOperationException($"a worker said '{answer}'");
            }
        }
    }

    private void Take(Verdict verdict)
    {
        lock (done)
        {
            verdicts.Add(verdict);
            judged(verdict, verdicts.Count);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add("--worker");
        start.ArgumentList.Add(folder);
        start.ArgumentList.Add(isQuick ? QuickWord : "whole");
        // Each wants one processor, whatever the runtime would like to have in the background.
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        var worker = Process.Start(start)!;
        worker.ErrorDataReceived += (_, line) => lastWords = line.Data ?? lastWords;
        worker.BeginErrorReadLine();
        return worker;
    }

    // Null when the worker has ended.
    private string? Answer(Process worker)
    {
        while (true)
        {
            var reading = worker.StandardOutput.ReadLineAsync();
            if (!reading.Wait(Patience) || reading.Result is not { } line) return null;
            if (!line.StartsWith(Worker.UnfitWord, StringComparison.Ordinal)) return line;
            lock (done)
                if (unfit.Add(line)) said(line);
        }
    }

    private static void End(Process worker)
    {
        try
        {
            worker.Kill(entireProcessTree: true);
            worker.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }
}
