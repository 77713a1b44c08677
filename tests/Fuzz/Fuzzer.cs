using System.Diagnostics;
using System.Text;

namespace ChargeScape.Edge.Tests.Fuzz;

/// <summary>An input that broke a decoder.</summary>
/// <param name="Target">Name of the decoder.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Index">Number of the input.</param>
/// <param name="Input">The input, shrunk as far as it still does the same harm.</param>
/// <param name="Trouble">What happened.</param>
public sealed record FuzzFailure(string Target, ulong Seed, long Index, byte[] Input, string Trouble)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var isText = Input.All(b => b is >= 32 and < 127 or (byte)'\n' or (byte)'\r' or (byte)'\t');
        var text = isText && Input.Length > 0 ? $"\n  as text: {Encoding.ASCII.GetString(Input)}" : "";
        return $"""
            {Target}: {Trouble}
              seed {Seed}, input {Index}; shrunk to {Input.Length} bytes: {Convert.ToHexString(Input)}{text}
              again: ./edge fuzz --target {Target} --input {(Input.Length == 0 ? "-" : Convert.ToHexString(Input))}
            """;
    }
}

/// <summary>Gives a target one input after the other; counts, and stops at the first that does harm.</summary>
public sealed class Fuzzer(FuzzTarget target, ulong seed)
{
    // A decoder takes microseconds; a machine that is busy otherwise may hold it up for seconds.
    private static readonly TimeSpan hung = TimeSpan.FromSeconds(30);
    private readonly InputMaker inputs = new(target, seed);
    private long index;
    private long begunAt;
    private byte[] current = [];

    public FuzzTarget Target { get; } = target;

    /// <summary>Inputs given so far.</summary>
    public long Given => Volatile.Read(ref index);

    /// <summary>Inputs that the decoder took for good.</summary>
    public long Taken { get; private set; }

    /// <summary>The input that did harm.</summary>
    public FuzzFailure? Failure { get; private set; }

    /// <summary>
    /// Gives inputs until <paramref name="count"/> more were given, <paramref name="until"/> says so, or one did harm.
    /// One that never ends is harm, too; its thread is left behind.
    /// </summary>
    public void Run(long count, Func<bool>? until = null)
    {
        var end = index + count;
        Volatile.Write(ref begunAt, Stopwatch.GetTimestamp());
        var worker = new Thread(() => Work(end, until), 16 << 20) { IsBackground = true };
        worker.Start();
        while (!worker.Join(200))
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref begunAt)) < hung) continue;
            Failure = new(Target.Name, seed, Given, current, $"not done after {hung.TotalSeconds:0} s");
            return;
        }
    }

    /// <summary>The first claim that a finished run breaks as a whole: was the decoder really tried?</summary>
    public string? Complaint()
    {
        if (Failure is not null) return Failure.ToString();
        var (taken, refused) = Target.LeastPerMille;
        if (Taken * 1000 < Given * taken) return $"{Target.Name}: took only {Taken} of {Given} inputs";
        if ((Given - Taken) * 1000 < Given * refused) return $"{Target.Name}: refused only {Given - Taken} of {Given}";
        return null;
    }

    /// <summary>What one input does; null when it does no harm.</summary>
    public static string? Trouble(FuzzTarget target, byte[] input, out bool isTaken)
    {
        isTaken = false;
        try
        {
            isTaken = target.Probe(input);
            return null;
        }
        // Whatever a decoder throws is what is looked for.
        catch (Exception broken)
        {
            return broken is ClaimBroken
                ? broken.Message
                : $"{broken.GetType().Name}: {broken.Message}\n{Origin(broken)}";
        }
    }

    private void Work(long end, Func<bool>? until)
    {
        for (; index < end && until?.Invoke() != true; index++)
        {
            current = inputs.Make(index);
            if ((index & 63) == 0) Volatile.Write(ref begunAt, Stopwatch.GetTimestamp());
            if (Trouble(Target, current, out var isTaken) is { } trouble)
            {
                var shrunk = Shrinker.Shrink(Target, current);
                Failure = new(Target.Name, seed, index, shrunk, Trouble(Target, shrunk, out _) ?? trouble);
                return;
            }
            if (isTaken) Taken++;
        }
    }

    private static string Origin(Exception broken) =>
        string.Join('\n', (broken.StackTrace ?? "").Split('\n').Take(4));
}
