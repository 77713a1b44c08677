using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>Chance in a swarm run: one stream under the run's seed.</summary>
internal sealed class Dice(ulong seed, string stream)
{
    private readonly SplitMix64 random = SplitMix64.Stream(seed, stream);

    public bool Chance(double probability) => random.Unit() < probability;

    public double Between(double low, double high) => random.Between(low, high);

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both inclusive.</summary>
    public int Whole(int low, int high) => low + (int)(random.Next() % (ulong)(high - low + 1));

    public T OneOf<T>(params ReadOnlySpan<T> values) => values[Whole(0, values.Length - 1)];
}
