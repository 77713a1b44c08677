using System.Text;

namespace ChargeScape.Edge.Hal.Mqtt;

/// <summary>
/// Strings of topics seen before, so that a message does not cost one. Bounded: a newcomer takes the place of
/// another.
/// </summary>
internal sealed class TopicCache
{
    private const int Places = 64;
    private readonly (byte[] Bytes, string Text)[] seen = new (byte[], string)[Places];

    /// <summary>The topic as a string.</summary>
    internal string Text(ReadOnlySpan<byte> utf8)
    {
        ref var place = ref seen[Hash(utf8) % Places];
        if (place.Bytes is null || !utf8.SequenceEqual(place.Bytes))
            place = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return place.Text;
    }

    // FNV-1a.
    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes) hash = (hash ^ b) * 16777619u;
        return hash;
    }
}
