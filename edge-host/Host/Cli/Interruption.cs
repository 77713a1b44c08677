using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Host.Cli;

/// <summary>
/// Ctrl-C and SIGTERM, from the first statement of the program to its end: a verb is told by its token, and what it ends
/// with is promised for every moment, also while the arguments are still read.
/// </summary>
internal static class Interruption
{
    private const int FirstSignalCode = 128, SigInt = 2, SigTerm = 15;

    private static readonly CancellationTokenSource source = new();
    private static readonly TaskCompletionSource signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static PosixSignalRegistration[] registrations = [];
    private static int signal;

    /// <summary>Takes signals from now on. Never undone: the process ends with them.</summary>
    public static void Watch() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Take(context, SigInt)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Take(context, SigTerm)),
    ];

    /// <summary>A signal has come.</summary>
    public static bool HasCome => Volatile.Read(ref signal) != 0;

    /// <summary>What is ended with by a signal, as a shell says it.</summary>
    public static int Code => FirstSignalCode + signal;

    /// <summary>Runs a verb to its end, or until a signal came and the patience with it is over.</summary>
    /// <param name="verb">Gets the token that a signal cancels.</param>
    /// <param name="patience">How long it may take to end then; null = as long as it needs.</param>
    public static async Task<int> Run(Func<CancellationToken, Task<int>> verb, TimeSpan? patience)
    {
        // Elsewhere than here, so that a verb that waits for something else can be given up.
        var work = Task.Run(() => verb(source.Token));
        if (patience is not { } most) return await work;
        await Task.WhenAny(work, signalled.Task);
        if (!work.IsCompleted) await Task.WhenAny(work, Task.Delay(most));
        return work.IsCompleted ? await work : Code;
    }

    private static void Take(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref signal, number, 0) != 0) return;
        signalled.TrySetResult();
        // Not on this thread: whoever else takes the signal comes after it.
        _ = source.CancelAsync();
    }
}
