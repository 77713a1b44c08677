namespace ChargeScape.Edge.Sim.Plant;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014). Our own, so that a seed means the same run on every .NET version. Each
/// subsystem draws from a stream of its own: one that draws more often than before does not change what the others see.
/// </summary>
public sealed class SplitMix64(ulong seed)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private ulong state = seed;

    /// <summary>The stream of one subsystem under one seed.</summary>
    public static SplitMix64 Stream(ulong seed, string subsystem)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var c in subsystem) hash = (hash ^ c) * 0x100000001B3UL;
        // One draw decorrelates neighbouring seeds before the name is mixed in.
        return new SplitMix64(new SplitMix64(seed).Next() ^ hash);
    }

    /// <summary>Next 64 bits.</summary>
    public ulong Next()
    {
        var z = state += GoldenGamma;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double Between(double low, double high) => low + (high - low) * Unit();

    /// <summary>
    /// Mean 0, variance 1, within ±3.5: the sum of four uniforms out of one draw. No logarithm or cosine, whose last
    /// bit may differ between machines.
    /// </summary>
    public double Noise()
    {
        var bits = Next();
        var sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
        return (sum / 65535.0 - 2.0) * 1.7320508075688772;
    }
}
