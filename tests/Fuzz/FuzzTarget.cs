namespace ChargeScape.Edge.Tests.Fuzz;

/// <summary>
/// Gives one input to a decoder that was made for it; true when the decoder took it for good, false when it refused
/// it. Throws what the decoder throws, or <see cref="ClaimBroken"/>. The same bytes always do the same.
/// </summary>
public delegate bool Probe(ReadOnlySpan<byte> input);

/// <summary>A decoder under fire.</summary>
/// <param name="Name">Lower-case words with dashes.</param>
/// <param name="Inputs">How many inputs it gets in <c>./edge test</c>: as many as it manages in about two
/// seconds.</param>
/// <param name="Seeds">Recorded or valid inputs, which are damaged in many ways; made when first needed.</param>
/// <param name="Probe">The decoder.</param>
public sealed record FuzzTarget(string Name, int Inputs, Func<IReadOnlyList<byte[]>> Seeds, Probe Probe)
{
    /// <summary>Pieces that mean something to this decoder, put in anywhere.</summary>
    public IReadOnlyList<byte[]> Tokens { get; init; } = [];

    /// <summary>Longest input.</summary>
    public int Longest { get; init; } = 1024;

    /// <summary>
    /// Least share of inputs, in per mille, that must be taken, and that must be refused: a decoder that refuses
    /// everything was not tried. 0 for one that has nothing to refuse.
    /// </summary>
    public (int Taken, int Refused) LeastPerMille { get; init; } = (20, 20);
}

/// <summary>A value outside its declared range, or another promise that was not kept.</summary>
public sealed class ClaimBroken(string message) : Exception(message);

/// <summary>What a probe says of a decoder.</summary>
public static class Claim
{
    public static void That(bool holds, string what)
    {
        if (!holds) throw new ClaimBroken(what);
    }

    /// <summary>Finite and within the declared range.</summary>
    public static void Within(double value, double low, double high, string what)
    {
        // A NaN fails both comparisons.
        if (!(value >= low && value <= high)) throw new ClaimBroken($"{what} is {value:R}, not {low:R} … {high:R}");
    }
}
