namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>
/// Zeller's ddmin: takes pieces away as long as it still fails, at last one at a time. What is left fails, and without
/// any single one of it does not.
/// </summary>
internal static class DeltaDebugging
{
    /// <summary>The fewest of <paramref name="all"/>, in their order.</summary>
    /// <param name="all">With these it fails.</param>
    /// <param name="fails">Whether it fails with some of them.</param>
    public static IReadOnlyList<T> Least<T>(IReadOnlyList<T> all, Func<IReadOnlyList<T>, bool> fails)
    {
        if (all.Count == 0 || fails([])) return [];
        var (left, pieces) = (all, 2);
        while (left.Count > 1)
        {
            if (WithoutOnePiece(left, pieces, fails) is { } fewer)
            {
                (left, pieces) = (fewer, Math.Max(2, Math.Min(pieces - 1, fewer.Count)));
                continue;
            }
            if (pieces >= left.Count) break;
            pieces = Math.Min(left.Count, 2 * pieces);
        }
        return left;
    }

    private static IReadOnlyList<T>? WithoutOnePiece<T>(
        IReadOnlyList<T> left, int pieces, Func<IReadOnlyList<T>, bool> fails)
    {
        for (var piece = 0; piece < pieces; piece++)
        {
            var (from, until) = (left.Count * piece / pieces, left.Count * (piece + 1) / pieces);
            T[] rest = [.. left.Take(from), .. left.Skip(until)];
            if (rest.Length > 0 && fails(rest)) return rest;
        }
        return null;
    }
}
