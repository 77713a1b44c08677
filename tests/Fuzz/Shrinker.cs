using System.Diagnostics;

namespace ChargeScape.Edge.Tests.Fuzz;

/// <summary>Makes a harmful input small: takes pieces out and puts zeros in, as long as it still does
/// harm.</summary>
public static class Shrinker
{
    private const int MostTries = 20_000;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    public static byte[] Shrink(FuzzTarget target, byte[] input)
    {
        var begun = Stopwatch.GetTimestamp();
        var (best, tries) = (input, 0);
        for (var isSmaller = true; isSmaller;)
        {
            isSmaller = false;
            for (var piece = Math.Max(1, best.Length / 2); piece > 0; piece /= 2)
                for (var at = 0; at + piece <= best.Length;)
                    if (Harms([.. best[..at], .. best[(at + piece)..]])) isSmaller = true;
                    else at += piece;
            for (var at = 0; at < best.Length; at++)
                if (best[at] != 0 && Harms([.. best[..at], 0, .. best[(at + 1)..]])) isSmaller = true;
        }
        return best;

        bool Harms(byte[] candidate)
        {
            if (++tries > MostTries || Stopwatch.GetElapsedTime(begun) > patience) return false;
            if (Fuzzer.Trouble(target, candidate, out _) is null) return false;
            best = candidate;
            return true;
        }
    }
}
