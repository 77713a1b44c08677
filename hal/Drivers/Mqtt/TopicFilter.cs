namespace ChargeScape.Edge.Hal.Mqtt;

/// <summary>MQTT topic filters (MQTT 5.0 §4.7).</summary>
internal static class TopicFilter
{
    /// <summary>
    /// The filter takes the topic. <c>+</c> is one level, a last <c>#</c> is the rest and the level above it.
    /// </summary>
    internal static bool Matches(string filter, string topic)
    {
        // Wildcards at the start do not take topics of the broker itself.
        if (topic.StartsWith('$') && filter is ['+' or '#', ..]) return false;
        var rest = topic.AsSpan();
        var over = false;
        foreach (var range in filter.AsSpan().Split('/'))
        {
            var level = filter.AsSpan(range);
            if (level is "#") return true;
            if (over) return false;
            var end = rest.IndexOf('/');
            var here = end < 0 ? rest : rest[..end];
            if (level is not "+" && !level.SequenceEqual(here)) return false;
            over = end < 0;
            rest = over ? default : rest[(end + 1)..];
        }
        return over;
    }
}
