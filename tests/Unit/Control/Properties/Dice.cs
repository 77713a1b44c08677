namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>SplitMix64: the same seed rolls the same on every machine and runtime.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0, inclusive, to 1, exclusive.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1ul << 53));

    public double Between(double low, double high) => low + Share() * (high - low);
    public int Below(int count) => (int)(Next() % (ulong)count);
    public bool Chance(double probability) => Share() < probability;
    public T OneOf<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];
}
