namespace ChargeScape.Edge.Tests.Fuzz;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same throws on every machine and runtime.</summary>
public sealed class Dice(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 … below − 1.</summary>
    public int Below(int below) => (int)(Next() % (ulong)below);

    public bool OneIn(int n) => Below(n) == 0;

    public void Fill(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)Next();
    }
}
